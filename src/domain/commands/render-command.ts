import type { AllowCommand } from "./allow-command.ts";
import type { ApproverCommand } from "./approver-command.ts";
import { assertNever } from "../assert-never.ts";
import type { ChangeCommand } from "./change-command.ts";
import { formatDuration } from "../duration.ts";
import type { ShowCommand } from "./show-command.ts";
import { formatTimeOfDay } from "../time-of-day.ts";

/** Everything that can be said in one sentence, and be understood. */
export type SayableCommand = AllowCommand | ChangeCommand | ApproverCommand | ShowCommand;

/** The command in the words that are always understood, to say back what was: reading it gives the same command. */
export function renderCommand(command: SayableCommand): string {
  switch (command.kind) {
    case "allow":
    case "allow-my-address": {
      const { durationMs, until, registryName, reason } = command;
      return sentence(
        `allow ${command.kind === "allow" ? command.address : "my IP"}`,
        part("for", durationMs, formatDuration),
        part("until", until, formatTimeOfDay),
        part("on", registryName),
        part("because", reason),
      );
    }
    case "extend": {
      const { target, durationMs, until, reason } = command;
      return sentence(
        "extend",
        part("by", durationMs, formatDuration),
        part("until", until, formatTimeOfDay),
        part("on", target),
        part("because", reason),
      );
    }
    case "move": {
      const { target, address, reason } = command;
      const changed = address === undefined ? "changed" : `changed to ${address}`;
      return sentence(`my IP ${changed}`, part("on", target), part("because", reason));
    }
    case "give-back":
      return sentence("give back", command.target ?? "");
    case "cancel":
      return sentence("cancel", command.target ?? "");
    case "revoke":
    case "deny":
      return sentence(command.kind, command.target, part("because", command.why));
    case "approve":
      return sentence("approve", command.target);
    case "revoke-everything":
      return sentence(`revoke everything on ${command.registryName}`, part("because", command.why));
    case "adopt": {
      const { address, registryName, durationMs, reason } = command;
      const time = formatDuration(durationMs);
      return sentence(`adopt ${address} on ${registryName} for ${time}`, part("because", reason));
    }
    case "freeze":
      return sentence(verbOf(command), command.registryName, part("because", command.why));
    case "freeze-everything":
      return sentence(verbOf(command), "everything", part("because", command.why));
    case "emergency": {
      const { registryName, durationMs, reason } = command;
      return sentence(
        `emergency ${registryName} ${formatDuration(durationMs)}`,
        part("because", reason),
      );
    }
    case "rules":
      return sentence("rules", command.registryName ?? "");
    case "history":
      return sentence(
        "history",
        command.registryName ?? "",
        part("for", command.periodMs, formatDuration),
      );
    case "status":
    case "help":
    case "registries":
    case "pending":
      return command.kind;
    default:
      return assertNever(command);
  }
}

function verbOf({ frozen }: { readonly frozen: boolean }): string {
  return frozen ? "freeze" : "unfreeze";
}

function part<T>(word: string, value: T | undefined, write: (value: T) => string = String): string {
  return value === undefined ? "" : `${word} ${write(value)}`;
}

function sentence(...parts: readonly string[]): string {
  return parts.filter((each) => each !== "").join(" ");
}
