import type { AuditEvent } from "../../domain/audit.ts";
import type { Person, RequestId } from "../../domain/ids.ts";
import {
  PROVE_WITHIN_MS,
  relinked,
  unproven,
  type ProofKind,
  type Proving,
} from "../../domain/proof.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Ids, LinkSecrets } from "../ports.ts";
import type { Change, ConversationReference, RequestRecord, Store } from "../store.ts";

/** What asking by link needs. */
export type ProofDeps = {
  readonly store: Store;
  readonly ids: Ids;
  readonly secrets: LinkSecrets;
};

/** What is asked, before its link. */
type ProofWish = {
  readonly id: RequestId;
  readonly registry: RegistryPolicy;
  readonly requester: Person;
  readonly durationMs: number;
  readonly until: Date | undefined;
  readonly reason: string | undefined;
  readonly errorAddress: Proving["errorAddress"];
  readonly what: ProofKind;
  /** Of the same person for the same: their links die with this one's birth. */
  readonly instead: readonly Proving[];
};

/** A link to be sent, whose secret is known now and never again; or what the same message has come to before. */
export type Begun =
  | { readonly kind: "proving"; readonly proof: Proving; readonly secret: string }
  | { readonly kind: "asked"; readonly request: RequestRecord }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/**
 * What has become of the message already; `undefined` when nothing has. Whoever wrote the proof down may have died
 * before the link went out, and then nobody has it: the same message gets another one, unless its card was sent.
 */
export async function begunBefore(
  { store, ids, secrets }: ProofDeps,
  id: RequestId,
  signal: AbortSignal,
): Promise<Begun | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value: before } = await store.request(id, signal);
    if (before === undefined) return undefined;
    if (before.status !== "proving" || before.seen !== undefined || now >= before.lapsesAt) {
      return { kind: "asked", request: before };
    }
    const { value: conversation } = await store.conversation(id, signal);
    if (conversation !== undefined) return { kind: "asked", request: before };
    const secret = secrets.create();
    const proof = relinked(before, secrets.hashOf(secret));
    const put = [{ kind: "request", value: proof }] as const;
    if (await isWritten(store, ids, { put }, now, signal))
      return { kind: "proving", proof, secret };
  }
  return { kind: "store-busy" };
}

/** Writes a new proof down, and what it takes the place of. */
export async function beginProof(
  { store, ids, secrets }: ProofDeps,
  { registry, what, instead, ...wish }: ProofWish,
  policyDigest: string,
  now: Date,
  signal: AbortSignal,
): Promise<Begun> {
  const secret = secrets.create();
  const soon = now.getTime() + PROVE_WITHIN_MS;
  const lapsesAt = new Date(Math.min(soon, wish.until?.getTime() ?? soon));
  const proof: Proving = {
    ...wish,
    ...what,
    status: "proving",
    version: 1,
    registry: registry.id,
    askedAt: now,
    lapsesAt,
    tokenHash: secrets.hashOf(secret),
    seen: undefined,
  };
  const replaced = instead.map((other) => unproven(other, "asked-again"));
  const { id, durationMs, reason, requester: by } = proof;
  const audit: AuditEvent[] = [
    {
      ...{ kind: "request.proving", request: id, registry: registry.id, by, durationMs, reason },
      asks: proof.kind,
      lease: proof.kind === "replace" ? proof.lease : undefined,
      policy: policyDigest,
    },
    ...replaced.map(
      (other) =>
        ({ kind: "request.cancelled", request: other.id, registry: other.registry, by }) as const,
    ),
  ];
  const change: Pick<Change, "put" | "audit" | "wake"> = {
    put: [proof, ...replaced].map((value) => ({ kind: "request", value })),
    audit,
    wake: [
      { list: "conversation", key: id, at: lapsesAt },
      ...replaced.map((other) => ({ list: "conversation", key: other.id, at: now }) as const),
    ],
  };
  if (await isWritten(store, ids, change, now, signal)) return { kind: "proving", proof, secret };
  // The same message, delivered twice at once, has been quicker and sends its link; or a link was used just now that
  // this one was to replace.
  const { value: other } = await store.request(id, signal);
  return other === undefined ? { kind: "store-busy" } : { kind: "asked", request: other };
}

/** Remembers the message that holds the link, so that the next state is shown in its place and the link goes. */
export async function noteProofCard(
  { store, ids }: Pick<ProofDeps, "store" | "ids">,
  { id, requester, version }: Proving,
  { conversationId }: ConversationReference,
  messageId: string,
  signal: AbortSignal,
): Promise<void> {
  const { now } = await store.request(id, signal);
  const shows = `proof ${String(version)}`;
  const card = { slot: "request", to: requester.id, conversationId, messageId, shows } as const;
  const value = { id, version: 1, cards: [card], failures: 0 };
  const put = [{ kind: "conversation", value }] as const;
  // A conflict: the link was used at once and the answer to that has a card of its own, or another one was sent first.
  await isWritten(
    store,
    ids,
    { put, wake: [{ list: "conversation", key: id, at: now }] },
    now,
    signal,
  );
}

async function isWritten(
  store: Store,
  ids: Ids,
  change: Pick<Change, "put" | "audit" | "wake">,
  now: Date,
  signal: AbortSignal,
): Promise<boolean> {
  const notAfter = new Date(now.getTime() + ANSWER_WITHIN_MS);
  const { kind } = await commitSurely(store, { opId: ids.opId(), notAfter, ...change }, signal);
  return kind === "committed" || kind === "repeated";
}
