import type { PersonId } from "../domain/ids.ts";
import type { Policy } from "../domain/policy.ts";
import { isProof, unproven } from "../domain/proof.ts";
import { lapse } from "../domain/request.ts";
import { commitSurely } from "./commit-surely.ts";
import { within } from "./deadline.ts";
import { readCardState } from "./card-state.ts";
import { wantedCards, type WantedCard } from "./conversation-plan.ts";
import { proofCards } from "./proof-cards.ts";
import { ifReadable } from "./if-readable.ts";
import { UNREADABLE_RECHECK_MS } from "./leave-unreadable.ts";
import type { Delivery, Ids, Log, Messenger } from "./ports.ts";
import type {
  Change,
  ConversationClaim,
  ConversationRecord,
  ConversationReference,
  RequestRecord,
  SentCard,
  Store,
} from "./store.ts";

/** What reconciling the cards of a request needs. */
export type ReconcileConversationDeps = {
  readonly store: Store;
  readonly messenger: Messenger;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  /** A clock that only ever goes forward, for measuring. */
  readonly monotonicMs: () => number;
};

/** Terminal requests are kept this long for late clicks and repeated messages. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const SEND_WITHIN_MS = 10_000;
const UNREACHED_RETRY_MS = 60_000;
const BACKOFF_START_MS = 1_000;
const BACKOFF_CAP_MS = 5 * 60_000;
/** After this many rounds without success a finished request is let go: its person can't be written to. */
const ROUNDS_UNTIL_LET_GO = 20;

/** One pass over the cards of one request, under one hold. */
type Round = ReconcileConversationDeps & {
  readonly claim: ConversationClaim & { readonly request: RequestRecord };
  readonly signal: AbortSignal;
  /** What is left of the hold, with a fifth of it kept free for writing down. */
  readonly leftMs: () => number;
};

/** Where the round stands: the record as last written, and what could not be delivered. */
type Progress = {
  readonly record: ConversationRecord;
  readonly unreached: boolean;
  readonly retryAfterMs: number | undefined;
};

/**
 * Compares the cards that a request should have with those that were sent, sends or updates the difference, and
 * writes each message's id down as it is sent: a crash repeats one message at the most. A card that can't be
 * delivered never undoes a decision. A request of which something can't be read is left to a version that can.
 */
export async function reconcileConversation(
  deps: ReconcileConversationDeps,
  claim: ConversationClaim,
  signal: AbortSignal,
): Promise<void> {
  const { request } = claim;
  if (claim.unreadable.length > 0) {
    // A decision, a lease or a card is in there that we know nothing of: whoever can read it does the rest.
    const nextLookAt = new Date(claim.now.getTime() + UNREADABLE_RECHECK_MS);
    await commit(deps, claim, { release: { hold: claim.hold, nextLookAt } }, signal);
    return;
  }
  if (request === undefined) {
    await commit(deps, claim, { release: { hold: claim.hold, nextLookAt: undefined } }, signal);
    return;
  }
  const startedMs = deps.monotonicMs();
  const round: Round = {
    ...deps,
    claim: { ...claim, request },
    signal,
    leftMs: () => claim.hold.heldForMs * 0.8 - (deps.monotonicMs() - startedMs),
  };
  if (request.status === "pending" && claim.now >= request.lapsesAt) {
    await lapseRequest(round, lapse(request));
    return;
  }
  if (request.status === "proving" && claim.now >= request.lapsesAt) {
    await lapseRequest(round, unproven(request, "lapsed"));
    return;
  }
  const progress = await deliverAll(round);
  if (progress !== undefined) await release(round, progress);
}

async function lapseRequest(round: Round, lapsed: RequestRecord): Promise<void> {
  const { claim } = round;
  const { id, registry } = claim.request;
  await commit(
    round,
    claim,
    {
      put: [{ kind: "request", value: lapsed }],
      audit: [{ kind: "request.lapsed", request: id, registry }],
      release: { hold: claim.hold, nextLookAt: claim.now },
    },
    round.signal,
  );
}

/** `undefined` when the hold was lost on the way: whoever has it now carries on from what was written. */
async function deliverAll(round: Round): Promise<Progress | undefined> {
  const { claim } = round;
  const wanted = await planOf(round);
  let progress: Progress | undefined = {
    record: claim.record ?? { id: claim.id, version: 0, cards: [], failures: 0 },
    unreached: false,
    retryAfterMs: undefined,
  };
  // The requester's card says how many approvers were reached, so what is wanted is asked again after each send.
  const done = new Set<string>();
  for (;;) {
    const next: WantedCard | undefined = wanted(progress.record.cards).find(
      (card) => !done.has(`${card.slot} ${card.to}`),
    );
    if (next === undefined) return progress;
    // The rest goes out under the next hold.
    if (round.leftMs() <= 0) return { ...progress, retryAfterMs: 0 };
    done.add(`${next.slot} ${next.to}`);
    progress = await deliver(round, progress, next);
    if (progress === undefined) return undefined;
  }
}

/** Which cards there should be, as a function of those that were sent. */
async function planOf({
  claim,
  store,
  policy,
  signal,
}: Round): Promise<(sent: readonly SentCard[]) => readonly WantedCard[]> {
  const { request } = claim;
  if (isProof(request)) return (sent) => proofCards(request, sent);
  const state = await readCardState(store, policy(), { ...claim, request }, signal);
  return (sent) => wantedCards({ ...state, sent });
}

async function deliver(
  round: Round,
  progress: Progress,
  card: WantedCard,
): Promise<Progress | undefined> {
  const { record } = progress;
  const reference = await whereTo(round, card.to);
  if (reference === undefined) return { ...progress, unreached: true };
  const sent = record.cards.find(
    ({ slot, to, conversationId }) =>
      slot === card.slot && to === card.to && conversationId === reference.conversationId,
  );
  if (sent?.shows === card.shows) return progress;

  const delivery = await sendOrUpdate(round, reference, card, sent);
  switch (delivery.kind) {
    case "gone":
      return { ...progress, unreached: true };
    case "later":
      round.log.warn("card.delayed", { request: card.view.kind, why: delivery.why });
      return {
        ...progress,
        retryAfterMs: Math.max(progress.retryAfterMs ?? 0, delivery.afterMs),
      };
    case "delivered": {
      const { slot, to, shows } = card;
      const { conversationId } = reference;
      const entry: SentCard = { slot, to, conversationId, messageId: delivery.messageId, shows };
      const cards = [
        ...record.cards.filter((other) => other.slot !== slot || other.to !== to),
        entry,
      ];
      const value = { ...record, version: record.version + 1, cards, failures: 0 };
      const put = [{ kind: "conversation", value }] as const;
      return (await commit(round, round.claim, { put }, round.signal))
        ? { ...progress, record: value }
        : undefined;
    }
  }
}

async function whereTo(round: Round, to: PersonId): Promise<ConversationReference | undefined> {
  return (await ifReadable(round.store.person(to, round.signal)))?.value?.reference;
}

async function sendOrUpdate(
  { messenger, signal, leftMs }: Round,
  reference: ConversationReference,
  { view }: WantedCard,
  sent: SentCard | undefined,
): Promise<Delivery> {
  const soon = within(Math.min(SEND_WITHIN_MS, leftMs()), signal);
  if (sent === undefined) return messenger.send(reference, view, soon);
  const updated = await messenger.update(reference, sent.messageId, view, soon);
  // The message was deleted in Teams; what it had to say is still due.
  return updated.kind === "gone" ? messenger.send(reference, view, soon) : updated;
}

async function release(round: Round, progress: Progress): Promise<void> {
  const { claim, ids } = round;
  const { request } = claim;
  const finished = isFinished(claim);
  const failed = progress.unreached || progress.retryAfterMs !== undefined;
  const failures = failed ? progress.record.failures + 1 : 0;
  if (finished && (!failed || failures >= ROUNDS_UNTIL_LET_GO)) {
    await letGo(round);
    return;
  }
  const backoffMs =
    Math.min(BACKOFF_START_MS * 2 ** failures, BACKOFF_CAP_MS) * (0.5 + ids.random());
  const waits: number[] = [];
  if (progress.retryAfterMs !== undefined) waits.push(Math.max(progress.retryAfterMs, backoffMs));
  if (progress.unreached) waits.push(Math.max(UNREACHED_RETRY_MS, backoffMs));
  if (isWaiting(request)) waits.push(request.lapsesAt.getTime() - claim.now.getTime());
  const nextLookAt =
    waits.length === 0 ? undefined : new Date(claim.now.getTime() + Math.min(...waits));
  const { record } = progress;
  const value = { ...record, version: record.version + 1, failures };
  await commit(
    round,
    claim,
    {
      ...(failures === record.failures ? {} : { put: [{ kind: "conversation", value }] }),
      release: { hold: claim.hold, nextLookAt },
    },
    round.signal,
  );
}

/** Nothing will happen to the request any more. A lease that is live wakes its conversation when it changes. */
function isFinished({ request, lease }: Round["claim"]): boolean {
  return request.status === "approved" ? lease?.status === "ended" : !isWaiting(request);
}

/** It lapses by itself. */
function isWaiting({ status }: RequestRecord): boolean {
  return status === "pending" || status === "proving";
}

async function letGo(round: Round): Promise<void> {
  const { claim } = round;
  await commit(
    round,
    claim,
    {
      expire: [
        { kind: "request", id: claim.id, afterMs: KEPT_MS },
        { kind: "conversation", id: claim.id, afterMs: KEPT_MS },
        ...(claim.lease === undefined
          ? []
          : [{ kind: "lease", id: claim.lease.id, afterMs: KEPT_MS } as const]),
      ],
      release: { hold: claim.hold, nextLookAt: undefined },
    },
    round.signal,
  );
}

/** `false` when nothing was written because the hold is not ours any more. */
async function commit(
  { store, ids, log }: ReconcileConversationDeps,
  claim: ConversationClaim,
  change: Pick<Change, "put" | "audit" | "expire" | "release">,
  signal: AbortSignal,
): Promise<boolean> {
  const notAfter = new Date(claim.now.getTime() + claim.hold.heldForMs);
  const outcome = await commitSurely(
    store,
    { opId: ids.opId(), notAfter, under: claim.hold, ...change },
    signal,
  );
  const written = outcome.kind === "committed" || outcome.kind === "repeated";
  if (!written) log.warn("conversation.hold-lost", { request: claim.id, outcome: outcome.kind });
  return written;
}
