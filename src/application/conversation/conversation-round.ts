import type { Policy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Contacts } from "./first-contact.ts";
import type { Ids, Log, Messenger } from "../ports.ts";
import type { Change, ConversationClaim, RequestRecord, Store } from "../store.ts";

/** What reconciling the cards of a request needs. */
export type ReconcileConversationDeps = {
  readonly store: Store;
  readonly messenger: Messenger;
  readonly contacts: Contacts;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  /** A clock that only ever goes forward, for measuring. */
  readonly monotonicMs: () => number;
  /** Where a thread in a channel is begun as long as nobody is known whose Bot Connector it could be. */
  readonly serviceUrl: string;
};

/** One pass over the cards of one request, under one hold. */
export type ConversationRound = ReconcileConversationDeps & {
  readonly claim: ConversationClaim & { readonly request: RequestRecord };
  readonly signal: AbortSignal;
  /** What is left of the hold, with a fifth of it kept free for writing down. */
  readonly leftMs: () => number;
};

/** `false` when nothing was written because the hold is not ours any more. */
export async function commitUnder(
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
