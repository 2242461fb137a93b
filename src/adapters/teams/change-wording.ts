import type { ChangeOutcome } from "../../application/requests/ask-for-change.ts";
import type { AdoptionOutcome } from "../../application/leases/adopt.ts";
import type { CancelOutcome } from "../../application/requests/cancel.ts";
import type { EndOutcome } from "../../application/leases/end-lease.ts";
import type { FreezeOutcome } from "../../application/leases/freeze.ts";
import type { Address } from "../../domain/address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import {
  registryNameOf,
  shortIdOf,
  type LeaseId,
  type RegistryId,
  type RequestId,
} from "../../domain/ids.ts";
import { formatDuration } from "../../domain/duration.ts";
import { count, quote } from "./phrases.ts";
import {
  anonymousPullSentence,
  frozenSentence,
  fullSentence,
  obstacleSentence,
} from "./registry-wording.ts";
import { policySentence } from "./wording.ts";

type Named = {
  readonly id: RequestId | LeaseId;
  readonly registry: RegistryId;
  /** What a link was not used for yet has none. */
  readonly address?: Address;
};

const BUSY = "I could not write that down just now, so nothing was changed. Please try again.";
const NOT_AN_APPROVER = "You are not an approver for this registry, so nothing was changed.";

/** The answer to "give back" and "revoke". `example` is the command as it was meant. */
export function endSentenceFor(outcome: EndOutcome, example: string): string {
  switch (outcome.kind) {
    case "ending":
      return `${nameOf(outcome.lease)} is closing. Its card says when the rule was seen gone.`;
    case "which-lease":
      return which(outcome.leases, example);
    case "no-such-lease":
      return nothing("open", outcome.target);
    case "not-an-approver":
      return NOT_AN_APPROVER;
    case "store-busy":
      return BUSY;
    default:
      return assertNever(outcome);
  }
}

/** Why a change of a lease was not asked for. `example` is the command as it was meant. */
export function changeRefusalSentence(
  outcome: Exclude<ChangeOutcome, { kind: "asked" }>,
  example: string,
): string {
  switch (outcome.kind) {
    case "which-lease":
      return which(outcome.leases, example);
    case "no-open-lease":
      return nothing("open", outcome.target);
    case "not-seen-open":
      return `${nameOf(outcome.lease)} is not open yet, so nothing was changed. Ask again once it is.`;
    case "asked-already":
      return `You have asked for a change of ${nameOf(outcome.lease)} already. Wait for the decision, or say: cancel`;
    case "same-address":
      return `${nameOf(outcome.lease)} is for that address already.`;
    case "open-until-then":
      return `${nameOf(outcome.lease)} does not end before then, so nothing was asked. Say how much longer instead, like: extend 2h`;
    case "registry-left-policy":
      return "This registry is not in the policy any more, so nothing can be opened on it.";
    case "policy":
      return `${policySentence(outcome.refusal)} Nothing was asked.`;
    case "frozen":
      return `${frozenSentence(outcome.freeze, outcome.registryName)} Nothing was asked.`;
    case "anonymous-pull":
      return `${anonymousPullSentence(outcome.registryName)} Nothing was asked.`;
    case "full":
      return `${fullSentence(outcome.slots, outcome.registryName)} Nothing was asked.`;
    case "too-many-pending":
      return `You already have ${count(outcome.limit, "request")} waiting for a decision. Wait for one of them first.`;
    case "store-busy":
      return BUSY;
    default:
      return assertNever(outcome);
  }
}

/** What is missing, and how to say it. */
export const MISSING = {
  duration: "How much longer? Say it like: extend 2h",
  address: "Which address is it now? Say it like: my IP changed to 203.0.113.9",
};

/** The answer to "freeze" and "unfreeze". */
export function freezeSentence(outcome: FreezeOutcome, name: string): string {
  switch (outcome.kind) {
    case "frozen":
      return outcome.before
        ? frozenSentence(outcome.freeze, name)
        : `${name} is frozen. What is open closes at its end; what was on its way to Azure just now may still come. To end that: unfreeze ${name}`;
    case "not-frozen":
      return outcome.before ? `${name} is not frozen.` : `${name} is not frozen any more.`;
    case "unknown-registry":
      return `I don't look after a registry called ${quote(outcome.name)}.`;
    case "not-an-approver":
      return NOT_AN_APPROVER;
    case "store-busy":
      return BUSY;
    default:
      return assertNever(outcome);
  }
}

/** Why a rule was not adopted; `undefined` when the cards say the rest. */
export function adoptionSentence(outcome: AdoptionOutcome): string | undefined {
  switch (outcome.kind) {
    case "adopting":
      return undefined;
    case "unknown-registry":
      return `I don't look after a registry called ${quote(outcome.name)}.`;
    case "not-an-approver":
      return NOT_AN_APPROVER;
    case "too-long":
      return `That is too long: the policy allows ${formatDuration(outcome.maxMs)} at the most.`;
    case "not-observed":
      return `I have not looked at ${outcome.registryName} yet. Please try again in a minute.`;
    case "obstacle":
      return `${outcome.address} on ${outcome.registryName} was not adopted. ${obstacleSentence(outcome.obstacle)}`;
    case "store-busy":
      return BUSY;
    default:
      return assertNever(outcome);
  }
}

/** The answer to "cancel". */
export function cancelSentence(outcome: CancelOutcome): string {
  switch (outcome.kind) {
    case "cancelled":
      return `${nameOf(outcome.request)} was taken back. Nobody can approve it any more.`;
    case "which-request":
      return which(outcome.requests, "cancel");
    case "nothing-pending":
      return nothing("waiting for a decision", outcome.target);
    case "store-busy":
      return BUSY;
    default:
      return assertNever(outcome);
  }
}

const YOURS = "the address that you come from";

/** "acrdemomagic for 203.0.113.7 (R7K2)" */
function nameOf({ id, registry, address }: Named): string {
  return `${registryNameOf(registry)} for ${address ?? YOURS} (${shortIdOf(id)})`;
}

function which(several: readonly Named[], example: string): string {
  const [first] = several;
  const id = first === undefined ? "" : shortIdOf(first.id);
  return `Which one? ${several.map(nameOf).join(", ")}. Say it like: ${example} ${id}`;
}

function nothing(what: string, target: string | undefined): string {
  return target === undefined
    ? `You have nothing ${what}, so nothing was changed.`
    : `There is nothing ${what} that is called ${quote(target)}, so nothing was changed.`;
}
