import type { Redis } from "ioredis";
import type { AuditTrail } from "../../../application/audit/audit-trail.ts";
import type {
  Change,
  CommitOutcome,
  ConversationClaim,
  Idle,
  PolicyRecord,
  Put,
  Read,
  ReadList,
  RegistryClaim,
  Store,
  Tally,
  WakeKey,
} from "../../../application/store.ts";
import type { LeaseId, PersonId, RegistryId, RequestId } from "../../../domain/ids.ts";
import { asConversationClaim, asRegistryClaim, type ClaimedTexts } from "../claimed-texts.ts";
import { leasesFor, leasesOf, pendingFor, pendingOf } from "../index-entries.ts";
import { Reading } from "../reading.ts";
import {
  auditEntryOf,
  conversationCodec,
  freezeCodec,
  leaseCodec,
  personCodec,
  policyCodec,
  recentCodec,
  registryCodec,
  requestCodec,
  requestRecordCodec,
  type RecordCodec,
} from "../record-codec.ts";
import type { WakeListeners } from "../wake-listeners.ts";
import { attemptCounters, type AttemptCounters } from "./attempt-counters.ts";
import { changeArguments, whole } from "./change-arguments.ts";
import { claimKey } from "./claim-key.ts";
import { redisClients, type Clients } from "./clients.ts";
import { answered, sendTogether } from "./connection.ts";
import { keysUnder, type Keys } from "./keys.ts";
import { RedisAuditTrail } from "./redis-audit-trail.ts";
import { recordReads, type RecordRead } from "./record-reads.ts";
import { commitReply, indexReply } from "./replies.ts";
import { parseServerUrl } from "./server-url.ts";
import { tallyUp } from "./tally-up.ts";
import { renewTokens, type RedisTokens } from "./token-renewal.ts";
import { listenForWakes } from "./wake-channel.ts";

/** Where the store is, and what to do about what nobody waits for. */
export type RedisStoreOptions = {
  /** One server, a cluster, or the sentinels of a master, as parseServerUrl (server-url.ts) reads it. */
  readonly url: string;
  /** Where passwords come from that end, instead of one in the URL: asked at once, and again before each ends. */
  readonly tokens?: RedisTokens;
  /** Part of every key. Two installations on one server need two. */
  readonly prefix: string;
  /** Audit entries older than this go, when later ones are written. Whole milliseconds. */
  readonly auditKeptMs: number;
  /** Told of connections that broke (they come back by themselves) and of listeners that threw. */
  readonly onError: (error: unknown) => void;
};

/** How long an operation is remembered: the port promises 7 days. */
const REMEMBERED_MS = 7 * 24 * 60 * 60_000;
/** A server that answers slowly but steadily, and a token, would be waited for without end. */
const OPEN_WITHIN_MS = 10_000;
/** More members than any index has. */
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * A store on Redis 7 or later, or Valkey, for any number of hosts. Redis tells the time. It is as durable as the
 * server is told to be (docs/redis.md): `appendonly yes`, `appendfsync always` and `maxmemory-policy noeviction`
 * are needed for what the port promises, and what a replica did not get yet is lost when it takes over. Throws
 * StoreUnavailable when it cannot connect within 10 seconds, leaving nothing open, and another Error when the URL
 * is wrong.
 */
export async function openRedisStore(
  options: RedisStoreOptions,
  signal: AbortSignal,
): Promise<Store & { readonly counters: AttemptCounters }> {
  signal.throwIfAborted();
  const { url, tokens, prefix, auditKeptMs, onError } = options;
  const keys = keysUnder(prefix);
  const clients = redisClients(parseServerUrl(url), keys.fence, onError);
  const soon = AbortSignal.any([signal, AbortSignal.timeout(OPEN_WITHIN_MS)]);
  let stopRenewal = (): void => undefined;
  try {
    if (tokens) {
      const first = await answered(tokens(soon), soon);
      await clients.signIn(first);
      stopRenewal = renewTokens(first, tokens, clients.signIn, onError);
    }
    await clients.connect(soon);
    const listeners = await listenForWakes(clients.subscriber, keys.wokenChannel, onError, soon);
    return new RedisStore(clients, stopRenewal, listeners, keys, auditKeptMs);
  } catch (error) {
    stopRenewal();
    await clients.close();
    throw error;
  }
}

class RedisStore implements Store {
  readonly counters: AttemptCounters;
  readonly #clients: Clients;
  readonly #stopRenewal: () => void;
  readonly #listeners: WakeListeners;
  readonly #keys: Keys;
  readonly #auditKeptMs: number;
  readonly #readRecord: (key: string) => Promise<RecordRead>;
  readonly trail: AuditTrail;

  constructor(
    clients: Clients,
    stopRenewal: () => void,
    listeners: WakeListeners,
    keys: Keys,
    auditKeptMs: number,
  ) {
    this.#clients = clients;
    this.counters = attemptCounters(clients.commands, keys);
    this.#stopRenewal = stopRenewal;
    this.#listeners = listeners;
    this.#keys = keys;
    this.#auditKeptMs = auditKeptMs;
    this.#readRecord = recordReads(clients.commands);
    this.trail = new RedisAuditTrail((question, signal) => this.#ask(question, signal), keys);
  }

  async commit(change: Change, signal: AbortSignal): Promise<CommitOutcome> {
    const times = { rememberedMs: REMEMBERED_MS, auditKeptMs: this.#auditKeptMs };
    const written = changeArguments(change, this.#keys, times);
    const operation = this.#keys.operation(change.opId);
    const reply = await this.#ask(
      (redis) => redis.commitChange(operation, this.#keys.audit, ...written),
      signal,
    );
    const [kind, now] = commitReply.parse(reply);
    return { kind, now };
  }

  request(id: RequestId, signal: AbortSignal) {
    return this.#read("request", id, requestRecordCodec, signal);
  }

  lease(id: LeaseId, signal: AbortSignal) {
    return this.#read("lease", id, leaseCodec, signal);
  }

  person(id: PersonId, signal: AbortSignal) {
    return this.#read("person", id, personCodec, signal);
  }

  registry(id: RegistryId, signal: AbortSignal) {
    return this.#read("registry", id, registryCodec, signal);
  }

  freeze(id: RegistryId, signal: AbortSignal) {
    return this.#read("freeze", id, freezeCodec, signal);
  }

  conversation(id: RequestId, signal: AbortSignal) {
    return this.#read("conversation", id, conversationCodec, signal);
  }

  policyOf(role: PolicyRecord["id"], signal: AbortSignal) {
    return this.#read("policy", role, policyCodec, signal);
  }

  recent(id: PersonId, signal: AbortSignal) {
    return this.#read("recent", id, recentCodec, signal);
  }

  pendingOf(person: PersonId, signal: AbortSignal) {
    return this.#readIndex(pendingOf(person), "request", requestRecordCodec, signal);
  }

  pendingFor(registry: RegistryId, signal: AbortSignal) {
    return this.#readIndex(pendingFor(registry), "request", requestCodec, signal);
  }

  leasesOf(person: PersonId, signal: AbortSignal) {
    return this.#readIndex(leasesOf(person), "lease", leaseCodec, signal);
  }

  leasesFor(registry: RegistryId, signal: AbortSignal) {
    return this.#readIndex(leasesFor(registry), "lease", leaseCodec, signal);
  }

  async leasesPastEnd(byMs: number, limit: number, signal: AbortSignal) {
    const { leaseIndexes } = this.#keys;
    const prefix = this.#keys.record("lease", "");
    const reply = await this.#ask(
      (redis) => redis.readLateBuffer(leaseIndexes, prefix, whole(byMs), whole(limit)),
      signal,
    );
    return listOf(reply, "lease", leaseCodec);
  }

  firstLeasesFor(registry: RegistryId, limit: number, signal: AbortSignal) {
    return this.#readIndex(leasesFor(registry), "lease", leaseCodec, signal, limit);
  }

  firstPendingFor(registry: RegistryId, limit: number, signal: AbortSignal) {
    return this.#readIndex(pendingFor(registry), "request", requestCodec, signal, limit);
  }

  tally(registries: readonly RegistryId[], signal: AbortSignal): Promise<Read<Tally>> {
    return tallyUp((question) => this.#ask(question, signal), this.#keys, registries);
  }

  async audit(fromNumber: number, limit: number, signal: AbortSignal) {
    const { now, value } = await this.trail.texts(fromNumber, limit, signal);
    return { now, value: value.map(auditEntryOf) };
  }

  async claimRegistry(holdMs: number, signal: AbortSignal): Promise<RegistryClaim | Idle> {
    const index = this.#keys.leasesForPrefix;
    const claim = await this.#claim("registry", holdMs, ["registry", "freeze"], index, signal);
    return claim.kind === "idle" ? claim : asRegistryClaim(claim);
  }

  async claimConversation(holdMs: number, signal: AbortSignal): Promise<ConversationClaim | Idle> {
    const kinds = ["request", "lease", "conversation"] as const;
    const claim = await this.#claim("conversation", holdMs, kinds, "", signal);
    return claim.kind === "idle" ? claim : asConversationClaim(claim);
  }

  onWake(list: WakeKey["list"], listener: () => void): () => void {
    return this.#listeners.add(list, listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#stopRenewal();
    await this.#clients.close();
  }

  #claim(
    list: WakeKey["list"],
    holdMs: number,
    kinds: readonly Put["kind"][],
    index: string,
    signal: AbortSignal,
  ): Promise<ClaimedTexts | Idle> {
    const wish = { list, holdMs, kinds, index };
    return claimKey((question) => this.#ask(question, signal), this.#keys, wish);
  }

  async #read<T>(
    kind: Put["kind"],
    id: string,
    codec: RecordCodec<T>,
    signal: AbortSignal,
  ): Promise<Read<T | undefined>> {
    signal.throwIfAborted();
    const { now, text } = await answered(this.#readRecord(this.#keys.record(kind, id)), signal);
    return { now, value: text === null ? undefined : codec.decode(text, id) };
  }

  async #readIndex<T>(
    name: string,
    kind: Put["kind"],
    codec: RecordCodec<T>,
    signal: AbortSignal,
    limit = ALL,
  ): Promise<ReadList<T>> {
    const index = this.#keys.index(name);
    const prefix = this.#keys.record(kind, "");
    const reply = await this.#ask(
      (redis) => redis.readIndexBuffer(index, prefix, whole(limit)),
      signal,
    );
    return listOf(reply, kind, codec);
  }

  async #ask(question: (redis: Redis) => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const { commands } = this.#clients;
    sendTogether(commands);
    return answered(question(commands), signal);
  }
}

function listOf<T>(reply: unknown, kind: Put["kind"], codec: RecordCodec<T>): ReadList<T> {
  const [now, found] = indexReply.parse(reply);
  const reading = new Reading();
  return { now, value: reading.list(codec, kind, found), unreadable: reading.unreadable };
}
