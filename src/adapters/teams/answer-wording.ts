import type { FreezeEverythingOutcome } from "../../application/leases/freeze-everything.ts";
import type { denyByText, NoDecision } from "../../application/requests/pending-decision.ts";
import type { RevokeAllQuestion } from "../../application/leases/revoke-all.ts";
import type { HistoryOutcome } from "../../application/show/show-history.ts";
import type { RegistryOffer } from "../../application/show/show-registries.ts";
import type { RulesOutcome } from "../../application/show/show-rules.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { formatDuration } from "../../domain/duration.ts";
import { shortIdOf } from "../../domain/ids.ts";
import { freezeSentence } from "./change-wording.ts";
import { count, quote } from "./phrases.ts";
import { decisionRefusalSentence } from "./wording.ts";

const NO_APPROVER = "You are not an approver of any registry.";

/** The answer to `registries`, one line each. */
export function registriesText(offers: readonly RegistryOffer[]): string {
  if (offers.length === 0) return "There is no registry that you may ask for.";
  return ["You may ask for:", "", ...offers.map(offerLine)].join("\n");
}

function offerLine({ policy, approvers, frozen }: RegistryOffer): string {
  const { name, duration, address, quorum, reason } = policy;
  const least = Math.min(...quorum.map((entry) => entry.approvers));
  const most = Math.max(...quorum.map((entry) => entry.approvers));
  const needed =
    least === most
      ? count(least, "approval")
      : `${String(least)} to ${String(most)} approvals, more for wider ranges`;
  return [
    `${name}: ${formatDuration(duration.maxMs)} at the most, ${formatDuration(duration.defaultMs)} unless you say how long`,
    address.widest === 32 ? "single addresses only" : `ranges up to /${String(address.widest)}`,
    `${needed} of ${count(approvers, "approver")}`,
    reason.kind === "optional"
      ? []
      : reason.kind === "required"
        ? "with a reason"
        : `with a reason (${reason.hint})`,
    frozen ? "FROZEN just now" : [],
  ]
    .flat()
    .join("; ");
}

/** Why there are no rules to show. */
export function noRulesSentence(outcome: Exclude<RulesOutcome, { kind: "rules" }>): string {
  switch (outcome.kind) {
    case "which-registry":
      return which("rules", outcome.known);
    case "unknown-registry": {
      const { name, known } = outcome;
      if (known.length === 0) return "There is no registry that you may ask for.";
      return `I don't look after a registry called ${quote(name)} for you. ${which("rules", known)}`;
    }
    case "not-observed":
      return `I have not looked at ${outcome.registryName} yet. Please try again in a minute.`;
    default:
      return assertNever(outcome);
  }
}

/** Why there is no history to show. */
export function noHistorySentence(outcome: Exclude<HistoryOutcome, { kind: "history" }>): string {
  switch (outcome.kind) {
    case "which-registry":
      return which("history", outcome.known);
    case "unknown-registry":
      return `I don't look after a registry called ${quote(outcome.name)}.`;
    case "not-an-approver":
      return "Who had what is for the approvers of a registry to see. Yours is in: status";
    default:
      return assertNever(outcome);
  }
}

/** Why there is no card to approve. */
export function noApprovalSentence(outcome: NoDecision): string {
  switch (outcome.kind) {
    case "not-an-approver":
      return NO_APPROVER;
    case "nothing-pending":
      return `Nothing that waits for you is called ${quote(outcome.target)}. What does, says: pending`;
    case "which-request":
      return `Which one? ${outcome.requests.map(({ id }) => id).join(", ")}. Say it with the whole id.`;
    default:
      return assertNever(outcome);
  }
}

/** What became of a denial in words. */
export function denialSentence(outcome: Awaited<ReturnType<typeof denyByText>>): string {
  switch (outcome.kind) {
    case "decided":
      return `${shortIdOf(outcome.request.id)} is denied. Nothing was opened because of it.`;
    case "refused":
      return decisionRefusalSentence(outcome.refusal);
    case "no-such-request":
      return "This request is long over and was deleted.";
    case "store-busy":
      return "I could not write that down just now, so nothing was changed. Please try again.";
    case "why-missing":
      return `Why? The requester reads it. Say it like: deny ${outcome.target.toUpperCase()} too wide`;
    default:
      return noApprovalSentence(outcome);
  }
}

/** Why there is nothing to confirm. */
export function noRevocationSentence(
  outcome: Exclude<RevokeAllQuestion, { kind: "confirm" }>,
): string {
  switch (outcome.kind) {
    case "nothing-open":
      return `Nothing of mine is open on ${outcome.registryName}.`;
    case "unknown-registry":
      return `I don't look after a registry called ${quote(outcome.name)}.`;
    case "not-an-approver":
      return "You are not an approver for this registry, so nothing was changed.";
    default:
      return assertNever(outcome);
  }
}

/** What became of each registry. */
export function freezeEverythingSentence(outcome: FreezeEverythingOutcome): string {
  if (outcome.kind === "not-an-approver") return `${NO_APPROVER} Nothing was changed.`;
  return outcome.each
    .map(({ registryName, outcome: one }) => freezeSentence(one, registryName))
    .join("\n");
}

function which(command: string, known: readonly string[]): string {
  return `Which registry? ${known.join(", ")}. Say it like: ${command} ${known[0] ?? ""}`;
}
