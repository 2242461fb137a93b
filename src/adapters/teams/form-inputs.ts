import type { AskRefusal, Question } from "../../application/requests/ask.ts";
import { isAddress, parseAddress, type Address } from "../../domain/address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { parseDuration } from "../../domain/duration.ts";
import type { Problem } from "../../domain/commands/malformed.ts";
import type { PolicyRefusal } from "../../domain/policy.ts";
import { parseTimeOfDay, type TimeOfDay } from "../../domain/time-of-day.ts";
import type { FormInputs } from "./card-action.ts";
import type { FormProblem } from "./cards/form-card.ts";
import type { CardWords } from "./cards/words.ts";

const MY_IP = /^my[ -]?(?:ip|ip address|address)$/i;

const UNTIL = /^(?:until|till) +(.*)$/;

/** A form that says everything. */
type ReadInputs = Pick<Question, "durationMs" | "registryName" | "reason"> & {
  readonly address: Address | "mine";
  /** Instead of a duration. */
  readonly until: TimeOfDay | undefined;
};

/** What was typed into the form, read as a message is; or what is wrong, and where. */
export function readInputs(inputs: FormInputs, words: CardWords): ReadInputs | FormProblem {
  const { answer } = words;
  const { registry, duration } = inputs;
  if (registry === "") return { at: "registry", text: answer.clicked.chooseRegistry };
  const address = readAddress(inputs.address, words);
  if (typeof address !== "string") return address;
  const length = readLength(duration);
  if ("kind" in length) return { at: "duration", text: answer.malformed(length) };
  const reason = [inputs.ticket, inputs.reason].filter((text) => text !== "").join(" ");
  const registryName = registry.toLowerCase();
  return { address, ...length, registryName, reason: reason === "" ? undefined : reason };
}

/** "4h" or "until 17:00". */
function readLength(text: string): Pick<ReadInputs, "durationMs" | "until"> | Problem {
  const [, time] = UNTIL.exec(text.toLowerCase()) ?? [];
  if (time !== undefined) {
    const until = parseTimeOfDay(time);
    return "kind" in until ? until : { durationMs: undefined, until };
  }
  const durationMs = text === "" ? undefined : parseDuration(text);
  return typeof durationMs === "object" ? durationMs : { durationMs, until: undefined };
}

function readAddress(text: string, { answer }: CardWords): Address | "mine" | FormProblem {
  if (MY_IP.test(text)) return "mine";
  const address = parseAddress(text);
  return isAddress(address) ? address : { at: "address", text: answer.malformed(address) };
}

/** Which input the refusal is about. */
export function inputOf(refusal: AskRefusal): FormProblem["at"] {
  switch (refusal.kind) {
    case "unknown-registry":
    case "which-registry":
    case "frozen":
    case "full":
    case "pointless":
    case "anonymous-pull":
      return "registry";
    case "policy":
      return inputOfPolicy(refusal.refusal);
    case "too-many-pending":
    case "too-many-leases":
    case "store-busy":
      return "form";
    default:
      return assertNever(refusal);
  }
}

function inputOfPolicy({ kind }: PolicyRefusal): FormProblem["at"] {
  switch (kind) {
    case "may-not-ask":
    case "nobody-can-approve":
    case "muted":
    case "cooling-down":
    case "no-emergency-for-you":
      return "registry";
    case "special-range":
    case "forbidden-range":
    case "too-wide":
    case "no-link-allowed":
    case "only-by-link":
    case "moves-are-off":
      return "address";
    case "too-long":
    case "too-many-hours":
    case "extension-too-long":
    case "extended-too-often":
      return "duration";
    case "reason-missing":
      return "reason";
    case "reason-not-as-wanted":
      return "ticket";
    default:
      return assertNever(kind);
  }
}
