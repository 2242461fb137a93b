import type { CancelOutcome } from "../../application/cancel.ts";
import type { EndOutcome } from "../../application/end-lease.ts";
import type { Address } from "../../domain/address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import {
  registryNameOf,
  shortIdOf,
  type LeaseId,
  type RegistryId,
  type RequestId,
} from "../../domain/ids.ts";
import { quote } from "./wording.ts";

type Named = {
  readonly id: RequestId | LeaseId;
  readonly registry: RegistryId;
  readonly address: Address;
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

/** "acrdemomagic for 203.0.113.7 (R7K2)" */
function nameOf({ id, registry, address }: Named): string {
  return `${registryNameOf(registry)} for ${address} (${shortIdOf(id)})`;
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
