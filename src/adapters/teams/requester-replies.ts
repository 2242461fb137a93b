import { askForChange } from "../../application/requests/ask-for-change.ts";
import { cancelRequest } from "../../application/requests/cancel.ts";
import { readCardState } from "../../application/conversation/card-state.ts";
import { leaseOf } from "../../application/requests/decide.ts";
import { giveBack } from "../../application/leases/end-lease.ts";
import { extensionsOf } from "../../application/conversation/extensions-of.ts";
import { lookAgain } from "../../application/leases/look-again.ts";
import { showStatus } from "../../application/show/show-status.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { decidersOf } from "../../domain/deciders.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { LeaseId, RequestId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { quorumFor, registryOf } from "../../domain/policy.ts";
import { isProof } from "../../domain/proof.ts";
import type { ActionOf, CardName } from "./card-action.ts";
import { cardOf } from "./cards/card-of.ts";
import { letEndCard } from "./cards/ending-card.ts";
import { overdueCard } from "./cards/overdue-card.ts";
import { statusCard } from "./cards/status-card.ts";
import { busy, gone, told, type ClickDeps, type Clicker } from "./click.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";

/** What the person has open and waits for. */
export async function statusReply(
  deps: ClickDeps,
  { by, words }: Clicker,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const mine = await showStatus(deps, by.id, signal);
  return { kind: "card", card: statusCard(mine, deps.policy(), words) };
}

/** Takes the request back, whatever version of it was shown, and answers with the card that was clicked. */
export async function cancelReply(
  deps: ClickDeps,
  clicker: Clicker,
  action: ActionOf<"cancel">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { by, clickId } = clicker;
  const wish = { by, target: action.request, messageId: clickId };
  const outcome = await cancelRequest(deps, wish, signal);
  if (outcome.kind === "store-busy") return busy(clicker.words);
  return action.card === "status"
    ? statusReply(deps, clicker, signal)
    : requestReply(deps, clicker, action.request, signal);
}

/** The requester's card of the request as it stands now, for the requester only. */
export async function requestReply(
  { store, policy }: ClickDeps,
  clicker: Clicker,
  id: RequestId,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { by, words } = clicker;
  const { now, value: request } = await store.request(id, signal);
  if (request === undefined) return gone(clicker.words);
  if (request.requester.id !== by.id) return told(clicker.words.answer.clicked.notYours);
  if (isProof(request))
    return { kind: "card", card: cardOf({ kind: "proof", proof: request }, words) };
  const lease = await leaseOf(store, request, signal);
  const about = { request, lease, now };
  const { deciders } = await readCardState(store, policy(), about, signal);
  const registry = registryOf(policy(), request.registry);
  const approvers =
    registry === undefined ? 0 : decidersOf(registry, by.id, request.askedAt, now).length;
  const quorum = registry === undefined ? 1 : quorumFor(registry, request.address);
  // Whom it was sent to is known to the conversation alone; those whom the bot knows are those it can send to.
  const reached = undefined;
  const view = { kind: "request", request, reached, approvers, quorum, deciders } as const;
  return { kind: "card", card: cardOf(view, words) };
}

/** What the owner of a lease does with it; the answer is the card that was clicked, as it stands now. */
export async function leaseReply(
  deps: ClickDeps,
  clicker: Clicker,
  action: ActionOf<"extend" | "give-back" | "let-it-end">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { value: lease } = await deps.store.lease(action.lease, signal);
  if (lease === undefined) return gone(clicker.words);
  if (lease.requester.id !== clicker.by.id) return told(clicker.words.answer.clicked.notYours);
  switch (action.verb) {
    case "extend":
      return extendReply(deps, clicker, action, lease, signal);
    case "give-back": {
      // Closing is always safe, whatever was shown.
      const wish = { by: clicker.by, target: lease.id, messageId: clicker.clickId };
      const { kind } = await giveBack(deps, wish, signal);
      if (kind === "store-busy") return busy(clicker.words);
      return presentLease(deps, clicker, lease.id, action.card, signal);
    }
    case "let-it-end": {
      const view = { kind: "ending", lease, extendByMs: [] } as const;
      return lease.status === "open" && lease.gone === undefined
        ? { kind: "card", card: letEndCard({ ...view, lease }, clicker.words) }
        : presentLease(deps, clicker, lease.id, "ending", signal);
    }
    default:
      return assertNever(action);
  }
}

async function extendReply(
  deps: ClickDeps,
  clicker: Clicker,
  { durationMs, version, card }: ActionOf<"extend">,
  lease: Lease,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  // The end on the card is not the one that it has now: more time is asked for what is seen, or not at all.
  if (version !== lease.version) return presentLease(deps, clicker, lease.id, card, signal);
  const outcome = await askForChange(
    deps,
    {
      by: clicker.by,
      target: lease.id,
      asks: { kind: "extend", durationMs },
      reason: undefined,
      messageId: clicker.clickId,
    },
    signal,
  );
  if (outcome.kind === "asked" || outcome.kind === "asked-already")
    return told(clicker.words.answer.clicked.moreTimeAsked);
  if (outcome.kind === "store-busy") return busy(clicker.words);
  const example = `extend by ${formatDuration(durationMs)} on`;
  return told(clicker.words.answer.changeRefused(outcome, example));
}

async function presentLease(
  deps: ClickDeps,
  clicker: Clicker,
  id: LeaseId,
  slot: CardName | undefined,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  if (slot === "status") return statusReply(deps, clicker, signal);
  const { value: lease } = await deps.store.lease(id, signal);
  if (lease === undefined) return gone(clicker.words);
  if (lease.status === "opening") return told(clicker.words.answer.clicked.notOpenYet);
  const kind = slot === "ending" ? "ending" : "opened";
  const extendByMs = extensionsOf(registryOf(deps.policy(), lease.registry), lease);
  return { kind: "card", card: cardOf({ kind, lease, extendByMs }, clicker.words) };
}

/** Has the registry looked at now, and answers with how the lease stands. */
export async function checkAgainReply(
  deps: ClickDeps,
  clicker: Clicker,
  { lease: id }: ActionOf<"check-again">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const outcome = await lookAgain(deps, { lease: id, by: clicker.by.id }, signal);
  switch (outcome.kind) {
    case "no-such-lease":
      return gone(clicker.words);
    case "not-an-approver":
      return told(clicker.words.answer.clicked.notAnApprover);
    case "looking":
    case "over": {
      const { kind, lease, lastFailure } = outcome;
      const view = { kind: "overdue", lease, lastFailure } as const;
      return { kind: "card", card: overdueCard(view, clicker.words, kind === "looking") };
    }
    default:
      return assertNever(outcome);
  }
}
