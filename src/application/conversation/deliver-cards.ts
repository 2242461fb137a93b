import { isChannel, type ChannelId, type PersonId, type Recipient } from "../../domain/ids.ts";
import { isProof } from "../../domain/proof.ts";
import { nextDueAt, wantedCards, type ConversationState } from "./conversation-plan.ts";
import { readCardState } from "./card-state.ts";
import { commitUnder, type ConversationRound } from "./conversation-round.ts";
import { within } from "../deadline.ts";
import { ifReadable } from "../if-readable.ts";
import type { Delivery, DeliveryFailure, Reader } from "../ports.ts";
import { proofCards } from "./proof-cards.ts";
import { remindApprovers } from "./remind-approvers.ts";
import type { ConversationRecord, SentCard } from "../store.ts";
import type { WantedCard } from "./wanted-card.ts";

/** Where the round stands: the record as last written, and what could not be delivered. */
export type Progress = {
  readonly record: ConversationRecord;
  readonly unwritable: ReadonlySet<Recipient>;
  readonly retryAfterMs: number | undefined;
  /** When something is due that nobody wakes the conversation for. */
  readonly dueAt: Date | undefined;
};

/** With the address of the Bot Connector that the requester writes through; all of a tenant is served by it. */
type Round = ConversationRound & { readonly near: string | undefined };

const SEND_WITHIN_MS = 10_000;

/**
 * Sends what is missing, updates what is stale and reminds whom the time has come for, one message at a time.
 * `undefined` when the hold was lost on the way: whoever has it now carries on from what was written.
 */
export async function deliverCards(withoutUrl: ConversationRound): Promise<Progress | undefined> {
  const { claim } = withoutUrl;
  const round = { ...withoutUrl, near: await serviceUrlNear(withoutUrl) };
  const plan = await planOf(round);
  let progress: Progress | undefined = {
    record: claim.record ?? { id: claim.id, version: 0, cards: [], failures: 0 },
    unwritable: new Set(),
    retryAfterMs: undefined,
    dueAt: undefined,
  };
  // The requester's card says how many approvers were reached, so what is wanted is asked again after each send.
  const done = new Set<string>();
  for (;;) {
    const next: WantedCard | undefined = plan
      .wanted(progress)
      .find(({ slot, to }) => !done.has(`${slot} ${to}`));
    if (next === undefined) break;
    // The rest goes out under the next hold.
    if (round.leftMs() <= 0) return { ...progress, dueAt: claim.now };
    done.add(`${next.slot} ${next.to}`);
    progress = await deliver(round, progress, next);
    if (progress === undefined) return undefined;
  }
  const againMs = await plan.remind(progress);
  return { ...later(progress, againMs), dueAt: plan.dueAt(progress) };
}

/** What there should be, as a function of what was sent. */
type Plan = {
  readonly wanted: (progress: Progress) => readonly WantedCard[];
  readonly dueAt: (progress: Progress) => Date | undefined;
  /** Answers in how many ms to try again, if at all. */
  readonly remind: (progress: Progress) => Promise<number | undefined>;
};

async function planOf(round: Round): Promise<Plan> {
  const { claim, store, signal } = round;
  const { request, lease, now } = claim;
  if (isProof(request)) {
    return {
      wanted: ({ record }) => proofCards(request, record.cards),
      dueAt: () => (request.status === "proving" ? request.lapsesAt : undefined),
      remind: () => Promise.resolve(undefined),
    };
  }
  const seen = await readCardState(store, round.policy(), { request, lease, now }, signal);
  const stateOf = ({ record, unwritable }: Progress): ConversationState => ({
    ...seen,
    sent: record.cards,
    unwritable,
  });
  return {
    wanted: (progress) => wantedCards(stateOf(progress)),
    dueAt: (progress) => nextDueAt(stateOf(progress)),
    async remind({ record }) {
      if (request.status !== "pending" || seen.policy === undefined) return undefined;
      return remindApprovers(round, request, seen.policy, record.cards, now, signal);
    },
  };
}

async function deliver(
  round: Round,
  progress: Progress,
  card: WantedCard,
): Promise<Progress | undefined> {
  const { record } = progress;
  const before = record.cards.find(({ slot, to }) => slot === card.slot && to === card.to);
  const sent = isChannel(card.to)
    ? await deliverToChannel(round, card, card.to, before, record.cards)
    : await deliverToPerson(round, card, card.to, before);
  switch (sent.kind) {
    case "up-to-date":
      return progress;
    case "gone": {
      const { slot, to } = card;
      round.log.warn("card.not-delivered", { request: record.id, slot, to, why: sent.why });
      return { ...progress, unwritable: new Set([...progress.unwritable, to]) };
    }
    case "later":
      round.log.warn("card.delayed", { request: record.id, slot: card.slot, why: sent.why });
      return later(progress, sent.afterMs);
    case "delivered":
      return write(round, progress, sent.card);
  }
}

/** Each message's id is written down as it is sent: a crash repeats one message at the most. */
async function write(
  round: Round,
  progress: Progress,
  card: SentCard,
): Promise<Progress | undefined> {
  const { record } = progress;
  const others = record.cards.filter(({ slot, to }) => slot !== card.slot || to !== card.to);
  const cards = [...others, card];
  const value = { ...record, version: record.version + 1, cards, failures: 0 };
  const put = [{ kind: "conversation", value }] as const;
  const written = await commitUnder(round, round.claim, { put }, round.signal);
  return written ? { ...progress, record: value } : undefined;
}

type Sent =
  | { readonly kind: "up-to-date" }
  | { readonly kind: "delivered"; readonly card: SentCard }
  | DeliveryFailure;

async function deliverToPerson(
  round: Round,
  card: WantedCard,
  to: PersonId,
  before: SentCard | undefined,
): Promise<Sent> {
  const hints = { serviceUrl: round.near, userId: undefined };
  const reach = await round.contacts.reach(to, hints, inTime(round));
  if (reach.kind === "later") return reach;
  if (reach.kind === "unreachable") return { kind: "gone", why: reach.why };
  // Somebody who began a new chat gets the card there.
  const known = before?.conversationId === reach.reference.conversationId ? before : undefined;
  return sendOrUpdate(round, reach, card, known);
}

async function deliverToChannel(
  round: Round,
  card: WantedCard,
  channel: ChannelId,
  before: SentCard | undefined,
  cards: readonly SentCard[],
): Promise<Sent> {
  const serviceUrl = round.near ?? round.serviceUrl;
  const thread = before ?? (card.slot === "reminder" ? threadOf(channel, cards) : undefined);
  if (thread !== undefined) {
    const { tenant: tenantId } = round.policy();
    const { conversationId } = thread;
    // Of a bot that writes into a thread, Teams looks at nothing but the conversation.
    const reference = { serviceUrl, conversationId, tenantId, botId: "", userId: channel };
    const everybody = { reference, locale: undefined };
    const sent = await sendOrUpdate(round, everybody, card, before);
    if (sent.kind !== "gone" || sent.why !== "deleted") return sent;
  }
  const contact = { serviceUrl, userId: undefined };
  const begun = await round.messenger.beginThread(channel, card.view, contact, inTime(round));
  if (begun.kind !== "begun") return begun;
  const { conversationId } = begun.reference;
  const messageId = begun.messageId ?? messageIdOf(conversationId);
  if (messageId === undefined) return { kind: "gone", why: "refused" };
  return { kind: "delivered", card: entryOf(card, conversationId, messageId) };
}

function threadOf(channel: ChannelId, cards: readonly SentCard[]): SentCard | undefined {
  return cards.find(({ slot, to }) => slot === "approval" && to === channel);
}

/** A thread is named for its first message. */
function messageIdOf(conversationId: string): string | undefined {
  return /;messageid=(.+)$/.exec(conversationId)?.[1];
}

async function sendOrUpdate(
  round: ConversationRound,
  reader: Reader,
  card: WantedCard,
  before: SentCard | undefined,
): Promise<Sent> {
  if (before?.shows === card.shows) return { kind: "up-to-date" };
  const { messenger } = round;
  const { view, anew = false } = card;
  const send = (): Promise<Delivery> => messenger.send(reader, view, inTime(round));
  let delivery: Delivery;
  if (before === undefined || anew) {
    delivery = await send();
  } else {
    delivery = await messenger.update(reader, before.messageId, view, inTime(round));
    // The message was deleted in Teams; what it had to say is still due.
    if (delivery.kind === "gone" && delivery.why === "deleted") delivery = await send();
  }
  if (delivery.kind !== "delivered") return delivery;
  const { messageId } = delivery;
  return { kind: "delivered", card: entryOf(card, reader.reference.conversationId, messageId) };
}

function entryOf(
  { slot, to, shows }: WantedCard,
  conversationId: string,
  messageId: string,
): SentCard {
  return { slot, to, conversationId, messageId, shows };
}

async function serviceUrlNear({
  store,
  claim,
  signal,
}: ConversationRound): Promise<string | undefined> {
  const requester = await ifReadable(store.person(claim.request.requester.id, signal));
  return requester?.value?.reference.serviceUrl;
}

function inTime({ leftMs, signal }: ConversationRound): AbortSignal {
  return within(Math.min(SEND_WITHIN_MS, leftMs()), signal);
}

function later(progress: Progress, afterMs: number | undefined): Progress {
  if (afterMs === undefined) return progress;
  return { ...progress, retryAfterMs: Math.max(progress.retryAfterMs ?? 0, afterMs) };
}
