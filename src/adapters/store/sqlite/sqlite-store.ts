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
import { LEASES_FOR, leasesFor, leasesOf, pendingFor, pendingOf } from "../index-entries.ts";
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
import { openDatabase, type Database } from "./database.ts";
import { Journal } from "./journal.ts";
import { promised } from "./promised.ts";
import { Records } from "./records.ts";
import { SqliteAuditTrail } from "./sqlite-audit-trail.ts";
import { WakeLists } from "./wake-lists.ts";
import { WakeWatch } from "./wake-watch.ts";

/** Where the store is, and what tells the time. */
export type SqliteStoreOptions = {
  /** A path; the folder must exist. `:memory:` for a store that ends with its process. */
  readonly file: string;
  /** The clock of this host: the same one in every process that opens the file. */
  readonly now: () => Date;
  /** Audit entries older than this go, when later ones are written. Milliseconds. */
  readonly auditKeptMs: number;
  /** Told of wake listeners that threw. Without it such an error is uncaught, as that of an event listener. */
  readonly onError?: (error: unknown) => void;
};

/**
 * A store in one file, for any number of processes on one host. A commit has reached the disk when it resolves.
 * Calls block the process for as long as they take, at most about a second behind another process's write. Throws
 * StoreUnavailable when the file cannot be opened.
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  return new SqliteStore(openDatabase(options.file), options);
}

class SqliteStore implements Store {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #auditKeptMs: number;
  readonly #records: Records;
  readonly #journal: Journal;
  readonly #wakeLists: WakeLists;
  readonly #watch: WakeWatch;
  readonly trail: AuditTrail;

  constructor(database: Database, { now, auditKeptMs, onError = rethrow }: SqliteStoreOptions) {
    this.#database = database;
    this.#now = now;
    this.#auditKeptMs = auditKeptMs;
    this.#records = new Records(database.connection);
    this.#journal = new Journal(database.connection);
    this.trail = new SqliteAuditTrail(database, now, this.#records, this.#journal);
    this.#wakeLists = new WakeLists(database.connection);
    this.#watch = new WakeWatch(database.connection, onError);
  }

  commit(change: Change, signal: AbortSignal): Promise<CommitOutcome> {
    const woken = new Set<WakeKey["list"]>();
    const outcome = this.#alone(signal, (now) => {
      const kind = this.#commitAt(change, now.getTime(), woken);
      return { kind, now };
    });
    return outcome.finally(() => {
      this.#watch.tell(woken);
    });
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

  leasesPastEnd(byMs: number, limit: number, signal: AbortSignal) {
    return this.#readList("lease", leaseCodec, signal, (now) =>
      this.#records.late(LEASES_FOR, now, now - byMs, limit),
    );
  }

  leasesFor(registry: RegistryId, signal: AbortSignal) {
    return this.#readIndex(leasesFor(registry), "lease", leaseCodec, signal);
  }

  firstLeasesFor(registry: RegistryId, limit: number, signal: AbortSignal) {
    return this.#readIndex(leasesFor(registry), "lease", leaseCodec, signal, limit);
  }

  firstPendingFor(registry: RegistryId, limit: number, signal: AbortSignal) {
    return this.#readIndex(pendingFor(registry), "request", requestCodec, signal, limit);
  }

  tally(registries: readonly RegistryId[], signal: AbortSignal): Promise<Read<Tally>> {
    return this.#look(signal, (now) => ({
      registries: registries.map((registry) => {
        const { members: pending, first } = this.#records.size(pendingFor(registry));
        const oldestPendingAt = first === undefined ? undefined : new Date(first);
        const { members: leases } = this.#records.size(leasesFor(registry));
        return { registry, leases, pending, oldestPendingAt };
      }),
      wakeLists: {
        registry: this.#wakeLists.size("registry", now.getTime()),
        conversation: this.#wakeLists.size("conversation", now.getTime()),
      },
    }));
  }

  audit(fromNumber: number, limit: number, signal: AbortSignal) {
    return this.#look(signal, () => this.#journal.texts(fromNumber, limit).map(auditEntryOf));
  }

  async claimRegistry(holdMs: number, signal: AbortSignal): Promise<RegistryClaim | Idle> {
    const claim = await this.#claim("registry", holdMs, ["registry", "freeze"], signal);
    return claim.kind === "idle" ? claim : asRegistryClaim(claim);
  }

  async claimConversation(holdMs: number, signal: AbortSignal): Promise<ConversationClaim | Idle> {
    const kinds = ["request", "lease", "conversation"] as const;
    const claim = await this.#claim("conversation", holdMs, kinds, signal);
    return claim.kind === "idle" ? claim : asConversationClaim(claim);
  }

  onWake(list: WakeKey["list"], listener: () => void): () => void {
    return this.#watch.add(list, listener);
  }

  close(): Promise<void> {
    this.#watch.close();
    if (this.#database.connection.isOpen) this.#database.connection.close();
    return Promise.resolve();
  }

  // The same order of questions as scripts/commit.lua: nothing of the change is written before the last of them.
  #commitAt(change: Change, now: number, woken: Set<WakeKey["list"]>): CommitOutcome["kind"] {
    const { opId, notAfter, under, release, put = [], wake = [] } = change;
    if (this.#journal.isKnown(opId, now)) return "repeated";
    if (now > notAfter.getTime()) return "late";

    const holds = [under, release?.hold].filter((hold) => hold !== undefined);
    const stale = holds.filter((hold) => this.#wakeLists.isStale(hold, now));
    for (const hold of stale) {
      this.#wakeLists.wake(hold, now, now);
      woken.add(hold.list);
    }
    if (stale.length > 0) return "fenced";
    if (!put.every((each) => this.#records.follows(each, now))) return "conflict";

    this.#journal.remember(opId, now);
    this.#records.purge(now);
    for (const each of put) this.#records.put(each);
    for (const expiry of change.expire ?? []) this.#records.expire(expiry, now);
    this.#journal.append(change.audit ?? [], now, this.#auditKeptMs);
    for (const key of wake) {
      this.#wakeLists.wake(key, key.at.getTime(), now);
      woken.add(key.list);
    }
    if (release && this.#wakeLists.release(release, now)) woken.add(release.hold.list);
    return "committed";
  }

  #claim(
    list: WakeKey["list"],
    holdMs: number,
    kinds: readonly Put["kind"][],
    signal: AbortSignal,
  ): Promise<ClaimedTexts | Idle> {
    return this.#alone<ClaimedTexts | Idle>(signal, (now) => {
      const ms = now.getTime();
      const claimed = this.#wakeLists.claim(list, holdMs, ms);
      if (claimed === undefined) {
        const at = this.#wakeLists.earliest(list);
        const nextAt = at === undefined ? undefined : new Date(at);
        return { kind: "idle", now, nextAt };
      }
      const { key, fence } = claimed;
      const texts = kinds.map((kind) => [kind, this.#records.text(kind, key, ms)] as const);
      const records = Object.fromEntries(texts);
      const members = list === "registry" ? this.#records.members(`${LEASES_FOR}${key}`, ms) : [];
      const leases = members.map(([id, text]) => ({ id, stored: text, text: () => text }));
      return { kind: "claimed", now, key, fence, heldForMs: holdMs, records, leases };
    });
  }

  #read<T>(
    kind: Put["kind"],
    id: string,
    codec: RecordCodec<T>,
    signal: AbortSignal,
  ): Promise<Read<T | undefined>> {
    return this.#look(signal, (now) => {
      const text = this.#records.text(kind, id, now.getTime());
      return text === undefined ? undefined : codec.decode(text, id);
    });
  }

  #readIndex<T>(
    index: string,
    kind: Put["kind"],
    codec: RecordCodec<T>,
    signal: AbortSignal,
    limit?: number,
  ): Promise<ReadList<T>> {
    return this.#readList(kind, codec, signal, (now) => this.#records.members(index, now, limit));
  }

  async #readList<T>(
    kind: Put["kind"],
    codec: RecordCodec<T>,
    signal: AbortSignal,
    membersAt: (now: number) => readonly (readonly [id: string, text: string])[],
  ): Promise<ReadList<T>> {
    const reading = new Reading();
    const read = await this.#look(signal, (now) =>
      reading.list(codec, kind, membersAt(now.getTime())),
    );
    return { ...read, unreadable: reading.unreadable };
  }

  #look<T>(signal: AbortSignal, work: (now: Date) => T): Promise<Read<T>> {
    return promised(signal, () => {
      const now = this.#now();
      return { now, value: this.#database.read(() => work(now)) };
    });
  }

  // The time is taken when the others are locked out: after waiting for them it would be too early.
  #alone<T>(signal: AbortSignal, work: (now: Date) => T): Promise<T> {
    return promised(signal, () => this.#database.transaction(() => work(this.#now())));
  }
}

function rethrow(error: unknown): never {
  throw error;
}
