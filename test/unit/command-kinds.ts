import { assertNever } from "../../src/domain/assert-never.ts";
import type { Command } from "../../src/domain/commands/command.ts";

/** Whether something is asked, decided, changed or ended because of it. The others are answered, and that is all. */
export function changesSomething(command: Command): boolean {
  switch (command.kind) {
    case "allow":
    case "allow-my-address":
    case "extend":
    case "move":
    case "give-back":
    case "cancel":
    case "revoke":
    case "revoke-everything":
    case "adopt":
    case "freeze":
    case "freeze-everything":
    case "emergency":
    case "approve":
    case "deny":
      return true;
    case "status":
    case "help":
    case "registries":
    case "pending":
    case "rules":
    case "history":
    case "pasted-error":
    case "malformed":
    case "unknown":
      return false;
    default:
      return assertNever(command);
  }
}
