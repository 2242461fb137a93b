import { assertNever } from "../../domain/assert-never.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { PolicyRefusal } from "../../domain/policy.ts";
import { count } from "./phrases.ts";

/** What the policy says no to by its limits on people, on changes, and on how an address became known. */
type Limit = Extract<
  PolicyRefusal,
  {
    kind:
      | "no-link-allowed"
      | "only-by-link"
      | "extension-too-long"
      | "extended-too-often"
      | "moves-are-off"
      | "no-emergency-for-you"
      | "too-many-hours"
      | "muted"
      | "cooling-down";
  }
>;

/** Why the policy says no, and what to do. */
export function limitSentence(refusal: Limit): string {
  switch (refusal.kind) {
    case "no-link-allowed":
      return "The policy wants the address typed, not proven by link. Say which one it is.";
    case "only-by-link":
      return "The policy wants the address proven, not typed. Say: allow my IP …";
    case "extension-too-long":
      return `${formatDuration(refusal.durationMs)} more is too long: the policy allows ${formatDuration(refusal.maxMs)} at a time.`;
    case "extended-too-often":
      return `The policy allows ${count(refusal.times, "extension")} of one lease. Ask for a new one when it is over.`;
    case "moves-are-off":
      return "The policy does not let a lease move to another address. Give it back and ask for the new one.";
    case "no-emergency-for-you":
      return "The policy does not name you for emergencies here. Ask for access instead.";
    case "too-many-hours":
      return `The policy allows ${String(refusal.hours)} h in 24 hours, and ${refusal.leftMs < 60_000 ? "nothing" : formatDuration(wholeMinutes(refusal.leftMs))} of that is left for this person. Ask for less, or later.`;
    case "muted":
      return `An approver has muted you here. You can ask again from ${utc(refusal.until)} on.`;
    case "cooling-down":
      return `This was denied a short while ago. You can ask again from ${utc(refusal.until)} on.`;
    default:
      return assertNever(refusal);
  }
}

/** Plain text has no function for a reader's own time zone. */
function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function wholeMinutes(ms: number): number {
  return ms - (ms % 60_000);
}
