import type { Finding } from "../domain/finding.ts";
import { leaseIdOf, type PersonId } from "../domain/ids.ts";
import { isOverdue, type Lease } from "../domain/lease.ts";
import { approversFor, quorumFor, type RegistryPolicy } from "../domain/policy.ts";
import type { Request } from "../domain/request.ts";
import type { CardView } from "./card-view.ts";
import type { CardSlot, SentCard } from "./store.ts";

/** A card that there should be: for whom, and what it shows. */
export type WantedCard = {
  readonly slot: CardSlot;
  readonly to: PersonId;
  readonly view: CardView;
  /** Changes with everything that the card shows: a sent card with another one is stale. */
  readonly shows: string;
};

/** What the cards of a request are a function of. */
export type ConversationState = {
  readonly request: Request;
  readonly lease: Lease | undefined;
  /** `undefined` when the registry left the policy. */
  readonly policy: RegistryPolicy | undefined;
  readonly sent: readonly SentCard[];
  /** Of the registry, as last observed. */
  readonly findings: readonly Finding[];
  readonly lastFailure: string | undefined;
  readonly now: Date;
};

/** Which cards there should be, approvers first: they are the ones somebody waits for. */
export function wantedCards(state: ConversationState): readonly WantedCard[] {
  const { request, lease } = state;
  const version = `${String(request.version)}.${String(lease?.version ?? 0)}`;
  const quorum = state.policy === undefined ? 1 : quorumFor(state.policy, request.address);
  const approvals = recipients(state).map((to): WantedCard => ({
    slot: "approval",
    to,
    view: { kind: "approval", request, lease, quorum, findings: state.findings },
    shows: version,
  }));
  return [...approvals, requestCard(state, quorum), ...leaseCards(state), ...overdueCards(state)];
}

/** Approvers of this moment while it is pending; afterwards all who got the card, so that none of them goes stale. */
function recipients({ request, policy, sent }: ConversationState): readonly PersonId[] {
  const have = sent.filter(({ slot }) => slot === "approval").map(({ to }) => to);
  const now =
    request.status === "pending" && policy !== undefined
      ? approversFor(policy, request.requester.id)
      : [];
  return [...new Set([...have, ...now])];
}

function requestCard({ request, policy, sent }: ConversationState, quorum: number): WantedCard {
  const approvers = policy === undefined ? [] : approversFor(policy, request.requester.id);
  const reached = approvers.filter((approver) =>
    sent.some(({ slot, to }) => slot === "approval" && to === approver),
  ).length;
  return {
    slot: "request",
    to: request.requester.id,
    view: { kind: "request", request, reached, approvers: approvers.length, quorum },
    shows: `${String(request.version)}.${String(reached)}/${String(approvers.length)}`,
  };
}

function leaseCards({ request, lease }: ConversationState): readonly WantedCard[] {
  if (lease === undefined || lease.status === "opening") return [];
  if (lease.id !== leaseIdOf(request.id)) return [];
  const to = request.requester.id;
  const shows = String(lease.version);
  const cards: WantedCard[] = [];
  if (lease.seenAt !== undefined) {
    cards.push({ slot: "opened", to, view: { kind: "opened", lease }, shows });
  }
  if (lease.status === "ended") {
    cards.push({ slot: "ended", to, view: { kind: "ended", lease }, shows });
  }
  return cards;
}

/** Told once, to those who could do something about it; who was told is also told that it is over. */
function overdueCards(state: ConversationState): readonly WantedCard[] {
  const { request, lease, policy, sent, lastFailure, now } = state;
  if (lease?.id !== leaseIdOf(request.id)) return [];
  const have = sent.filter(({ slot }) => slot === "overdue").map(({ to }) => to);
  const answering = policy === undefined ? [] : approversFor(policy, request.requester.id);
  const to = isOverdue(lease, now) ? new Set([...have, ...answering]) : new Set(have);
  const over = lease.status === "ended";
  return [...to].map((person) => ({
    slot: "overdue",
    to: person,
    view: { kind: "overdue", lease, lastFailure: over ? undefined : lastFailure },
    shows: over ? "over" : `late ${lastFailure ?? ""}`,
  }));
}
