import { escalationOf } from "../../domain/deciders.ts";
import { isChannel, leaseIdOf, type Recipient } from "../../domain/ids.ts";
import { isOverdue, type Lease } from "../../domain/lease.ts";
import { approversFor, quorumFor, type RegistryPolicy } from "../../domain/policy.ts";
import type { Request } from "../../domain/request.ts";
import { answering, decidersNow, holdersOf, reachOf, reviewers } from "./card-recipients.ts";
import type { Surroundings } from "./card-view.ts";
import { endingSoonAt, leaseCards } from "./lease-cards.ts";
import { lastReminder, nextReminderAt } from "./reminder-times.ts";
import type { SentCard } from "../store.ts";
import type { WantedCard } from "./wanted-card.ts";

/** What the cards of a request are a function of. */
export type ConversationState = {
  readonly request: Request;
  readonly lease: Lease | undefined;
  /** `undefined` when the registry left the policy. */
  readonly policy: RegistryPolicy | undefined;
  readonly sent: readonly SentCard[];
  /** Who could not be written to just now. */
  readonly unwritable: ReadonlySet<Recipient>;
  readonly surroundings: Surroundings;
  /** Names of those who can decide, as far as they are known. */
  readonly deciders: readonly string[];
  readonly lastFailure: string | undefined;
  readonly now: Date;
};

/** Which cards there should be, approvers first: they are the ones somebody waits for. */
export function wantedCards(state: ConversationState): readonly WantedCard[] {
  const { request, policy } = state;
  const quorum = policy === undefined ? 1 : quorumFor(policy, request.address);
  return [
    ...approvalCards(state, quorum),
    requestCard(state, quorum),
    ...leaseCards(state),
    ...overdueCards(state),
    ...channelReminders(state),
  ];
}

/** When something is due that nobody wakes the conversation for; in the past when it is due now. */
export function nextDueAt({ request, lease, policy, now }: ConversationState): Date | undefined {
  const times: (Date | undefined)[] = [];
  if (lease?.id === leaseIdOf(request.id)) times.push(endingSoonAt(lease, now));
  if (request.status === "pending") {
    const escalates = policy && escalationOf(policy, request.askedAt);
    times.push(
      request.lapsesAt,
      escalates && escalates > now ? escalates : undefined,
      policy && nextReminderAt(policy.approval.remindAfterMs, request.askedAt, now),
    );
  }
  const due = times.filter((at) => at !== undefined).map((at) => at.getTime());
  return due.length === 0 ? undefined : new Date(Math.min(...due));
}

/**
 * To those who answer for it while it is pending; afterwards to all who got the card, so that none goes stale. Of an
 * emergency those hear who are to look at it afterwards.
 */
function approvalCards(state: ConversationState, quorum: number): readonly WantedCard[] {
  const { request, lease, policy, surroundings } = state;
  const pending = request.status === "pending";
  const emergency = request.kind === "emergency";
  const versions = `${String(request.version)}.${String(lease?.version ?? 0)}`;
  const version = pending ? `${versions} of ${String(quorum)}` : versions;
  // Whoever it would be escalated to can't end what is open.
  const decides = emergency && policy ? approversFor(policy, request.requester.id) : undefined;
  const deciders = new Set<Recipient>(decides ?? decidersNow(state));
  const wanted = new Set([
    ...holdersOf(state, "approval"),
    ...(pending ? answering(state) : []),
    ...(emergency ? reviewers(state) : []),
  ]);
  return [...wanted].map((to): WantedCard => {
    // Somebody who is no approver any more keeps the card and loses its buttons.
    const lost = (pending || emergency) && !isChannel(to) && !deciders.has(to);
    const view = { kind: "approval", request, lease, quorum, surroundings } as const;
    return {
      slot: "approval",
      to,
      view: lost ? { ...view, mayDecide: false } : view,
      shows: lost ? `${version} lost` : version,
    };
  });
}

function requestCard(state: ConversationState, quorum: number): WantedCard {
  const { request, deciders } = state;
  const reach = reachOf(state);
  return {
    slot: "request",
    to: request.requester.id,
    view: { kind: "request", request, quorum, deciders, ...reach },
    shows: [
      `${String(request.version)}.${String(reach.reached)}/${String(reach.approvers)}`,
      // Who decides, and how many it takes, is told only as long as it waits.
      ...(request.status === "pending"
        ? [`of ${String(quorum)}`, reach.inbox ?? "", ...deciders]
        : []),
    ].join(" "),
  };
}

/** Told once, to those who could do something about it; who was told is also told that it is over. */
function overdueCards(state: ConversationState): readonly WantedCard[] {
  const { request, lease, lastFailure, now } = state;
  if (lease?.id !== leaseIdOf(request.id)) return [];
  const have = holdersOf(state, "overdue");
  const to = isOverdue(lease, now) ? new Set([...have, ...answering(state)]) : new Set(have);
  const over = lease.status === "ended";
  return [...to].map((recipient) => ({
    slot: "overdue",
    to: recipient,
    view: { kind: "overdue", lease, lastFailure: over ? undefined : lastFailure },
    shows: over ? "over" : `late ${lastFailure ?? ""}`,
  }));
}

/** In the thread of the request. People are reminded of everything that waits for them at once, elsewhere. */
function channelReminders(state: ConversationState): readonly WantedCard[] {
  const { request, policy, now } = state;
  if (request.status !== "pending" || policy === undefined) return [];
  const last = lastReminder(policy.approval.remindAfterMs, request.askedAt, now);
  if (last === undefined) return [];
  return holdersOf(state, "approval")
    .filter(isChannel)
    .map((to) => ({
      slot: "reminder",
      to,
      view: { kind: "reminder", waiting: [request] },
      shows: String(last.at.getTime()),
      anew: true,
    }));
}
