import { unproven } from "../../domain/proof.ts";
import { lapse, timeUntil } from "../../domain/request.ts";
import {
  commitUnder,
  type ConversationRound,
  type ReconcileConversationDeps,
} from "./conversation-round.ts";
import { deliverCards, type Progress } from "./deliver-cards.ts";
import { UNREADABLE_RECHECK_MS } from "../registry/leave-unreadable.ts";
import type { ConversationClaim, RequestRecord } from "../store.ts";

/** Terminal requests are kept this long for late clicks and repeated messages. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const UNREACHED_RETRY_MS = 60_000;
const BACKOFF_START_MS = 1_000;
const BACKOFF_CAP_MS = 5 * 60_000;
/** After this many rounds without success a finished request is let go: its person can't be written to. */
const ROUNDS_UNTIL_LET_GO = 20;

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
    await commitUnder(deps, claim, { release: { hold: claim.hold, nextLookAt } }, signal);
    return;
  }
  if (request === undefined) {
    await commitUnder(
      deps,
      claim,
      { release: { hold: claim.hold, nextLookAt: undefined } },
      signal,
    );
    return;
  }
  const startedMs = deps.monotonicMs();
  const round: ConversationRound = {
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
  const progress = await deliverCards(round);
  if (progress !== undefined) await release(round, progress);
}

async function lapseRequest(round: ConversationRound, lapsed: RequestRecord): Promise<void> {
  const { claim } = round;
  const { id, registry } = claim.request;
  await commitUnder(
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

async function release(round: ConversationRound, progress: Progress): Promise<void> {
  const { claim, ids } = round;
  const finished = isFinished(claim);
  const failed = progress.unwritable.size > 0 || progress.retryAfterMs !== undefined;
  const failures = failed ? progress.record.failures + 1 : 0;
  const more = progress.dueAt !== undefined;
  if (finished && !more && (!failed || failures >= ROUNDS_UNTIL_LET_GO)) {
    await letGo(round);
    return;
  }
  const backoffMs =
    Math.min(BACKOFF_START_MS * 2 ** failures, BACKOFF_CAP_MS) * (0.5 + ids.random());
  const waits: number[] = [];
  if (progress.retryAfterMs !== undefined) waits.push(Math.max(progress.retryAfterMs, backoffMs));
  if (progress.unwritable.size > 0) waits.push(Math.max(UNREACHED_RETRY_MS, backoffMs));
  if (progress.dueAt !== undefined) waits.push(progress.dueAt.getTime() - claim.now.getTime());
  const nextLookAt =
    waits.length === 0 ? undefined : new Date(claim.now.getTime() + Math.min(...waits));
  const { record } = progress;
  const value = { ...record, version: record.version + 1, failures };
  await commitUnder(
    round,
    claim,
    {
      ...(failures === record.failures ? {} : { put: [{ kind: "conversation", value }] }),
      release: { hold: claim.hold, nextLookAt },
    },
    round.signal,
  );
}

/**
 * Nothing will happen to the request any more. A lease that is live wakes the conversation of the request that made
 * it when it changes, and of no other: one for more time is done once it was granted.
 */
function isFinished({ request, lease }: ConversationRound["claim"]): boolean {
  if (request.status === "approved") return request.kind === "extend" || lease?.status === "ended";
  return request.status !== "pending" && request.status !== "proving";
}

async function letGo(round: ConversationRound): Promise<void> {
  const { claim } = round;
  // Its lease can be ended from its card until then.
  const lastsMs =
    claim.request.status === "approved" && claim.request.kind === "extend"
      ? timeUntil(claim.request.grantedUntil, claim.now)
      : 0;
  const afterMs = lastsMs + KEPT_MS;
  await commitUnder(
    round,
    claim,
    {
      expire: [
        { kind: "request", id: claim.id, afterMs },
        { kind: "conversation", id: claim.id, afterMs },
        ...(claim.lease === undefined
          ? []
          : [{ kind: "lease", id: claim.lease.id, afterMs } as const]),
      ],
      release: { hold: claim.hold, nextLookAt: undefined },
    },
    round.signal,
  );
}
