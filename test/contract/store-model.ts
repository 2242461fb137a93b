import type { AuditEntry } from "../../src/domain/audit.ts";
import type { PersonId, RegistryId, RequestId } from "../../src/domain/ids.ts";
import { endOf, type Lease } from "../../src/domain/lease.ts";
import type { Request } from "../../src/domain/request.ts";
import type {
  Change,
  CommitOutcome,
  ConversationClaim,
  Hold,
  Idle,
  Put,
  Read,
  ReadList,
  RegistryClaim,
  RequestRecord,
  Store,
  WakeKey,
} from "../../src/application/store.ts";
import type { HeldKey } from "./held-key.ts";
import { inOrderOf } from "./in-order-of.ts";

type Uncovered = "onWake" | "close" | "tally" | "trail" | "firstLeasesFor" | "firstPendingFor";
/** Of the port's methods those that answer from what is stored, all of it. */
export type Answering = Omit<Store, Uncovered>;

type Value<K extends Put["kind"]> = (Put & { readonly kind: K })["value"];
type StoredRecord = { readonly put: Put; expiresAt: number };

const REMEMBERED_MS = 7 * 24 * 3_600_000;

/**
 * The Store port in its plainest form: what every store must answer, also when its clock jumps. Of a clock that is
 * set back the model says:
 * - fences still rise, and a key stays with its last claimer: an earlier hold stays stale although its time is back;
 * - a hold that ran out and that nobody took is its holder's again;
 * - nothing is written twice, since an operation is remembered far longer than any change may be late;
 * - what has expired is gone for good or is there again, as the store likes: histories do not set the clock back over
 *   the end of a record, and `mayBeForgotten` names the operations of which that is true.
 */
export class StoreModel implements Answering {
  /** The clock, in ms since 1970. Moved by `pass` and `setBack` only. */
  now: number;
  readonly #auditKeptMs: number;
  readonly #records = new Map<string, StoredRecord>();
  readonly #operations = new Map<string, { readonly until: number; passed: boolean }>();
  readonly #keys: HeldKey[] = [];
  #audit: AuditEntry[] = [];
  #lastNumber = 0;
  #lastFence = 0;
  /** The latest end of a record that is over. */
  #lastEnd = 0;

  constructor(startsAt: Date, auditKeptMs: number) {
    this.now = startsAt.getTime();
    this.#auditKeptMs = auditKeptMs;
  }

  /** Lets time go by. */
  pass(ms: number): void {
    this.now += ms;
    for (const [id, { expiresAt }] of this.#records) {
      if (expiresAt >= this.now) continue;
      this.#lastEnd = Math.max(this.#lastEnd, expiresAt);
      this.#records.delete(id);
    }
    for (const operation of this.#operations.values()) {
      if (operation.until < this.now) operation.passed = true;
    }
  }

  /** Sets the clock back, though not over the end of a record. */
  setBack(ms: number): void {
    this.now = Math.min(this.now, Math.max(this.now - ms, this.#lastEnd + 1));
  }

  /** Whether the operation was over once and the clock was set back since: a store may know it, or call it late. */
  mayBeForgotten(opId: string): boolean {
    const operation = this.#operations.get(opId);
    return operation !== undefined && operation.passed && operation.until >= this.now;
  }

  /** The stored version; 0 when there is none. */
  versionOf(kind: Put["kind"], id: string): number {
    return this.#value(kind, id)?.version ?? 0;
  }

  commit(change: Change): Promise<CommitOutcome> {
    return Promise.resolve({ kind: this.#commit(change), now: this.#date() });
  }

  request(id: string): Promise<Read<RequestRecord | undefined>> {
    return this.#read(this.#value("request", id));
  }

  lease(id: string): Promise<Read<Lease | undefined>> {
    return this.#read(this.#value("lease", id));
  }

  person(id: string): Promise<Read<Value<"person"> | undefined>> {
    return this.#read(this.#value("person", id));
  }

  registry(id: string): Promise<Read<Value<"registry"> | undefined>> {
    return this.#read(this.#value("registry", id));
  }

  conversation(id: string): Promise<Read<Value<"conversation"> | undefined>> {
    return this.#read(this.#value("conversation", id));
  }

  freeze(id: string): Promise<Read<Value<"freeze"> | undefined>> {
    return this.#read(this.#value("freeze", id));
  }

  readonly policyOf = (id: string) => this.#read(this.#value("policy", id));

  readonly recent = (id: string) => this.#read(this.#value("recent", id));

  pendingOf(person: PersonId): Promise<ReadList<RequestRecord>> {
    const theirs = this.#requests().filter(({ requester }) => requester.id === person);
    return this.#list(theirs.filter(({ status }) => status === "pending" || status === "proving"));
  }

  pendingFor(registry: RegistryId): Promise<ReadList<Request>> {
    const pending = this.#requests().filter((request) => request.status === "pending");
    return this.#list(pending.filter((request) => request.registry === registry));
  }

  leasesOf(person: PersonId): Promise<ReadList<Lease>> {
    return this.#list(this.#leases().filter(({ requester }) => requester.id === person));
  }

  leasesFor(registry: RegistryId): Promise<ReadList<Lease>> {
    return this.#list(this.#leasesFor(registry));
  }

  leasesPastEnd(byMs: number, limit: number): Promise<ReadList<Lease>> {
    const late = this.#leases().filter((lease) => endOf(lease).getTime() <= this.now - byMs);
    return this.#list(late.toSorted(inOrderOf(endOf)).slice(0, limit));
  }

  audit(fromNumber: number, limit: number): Promise<Read<readonly AuditEntry[]>> {
    return this.#read(this.#audit.filter(({ number }) => number >= fromNumber).slice(0, limit));
  }

  claimRegistry(holdMs: number): Promise<RegistryClaim | Idle> {
    const claimed = this.#claim("registry", holdMs);
    if (claimed.kind === "idle") return Promise.resolve(claimed);
    // Keys of this list are ids of registries: the port takes no others.
    const registry = claimed.key as RegistryId;
    const { fence, heldForMs, now } = claimed;
    return Promise.resolve({
      kind: "claimed",
      now,
      hold: { list: "registry", key: registry, fence, heldForMs },
      registry,
      asStored: "",
      leases: this.#leasesFor(registry),
      record: this.#value("registry", registry),
      freeze: this.#value("freeze", registry)?.freeze,
      unreadable: [],
    });
  }

  claimConversation(holdMs: number): Promise<ConversationClaim | Idle> {
    const claimed = this.#claim("conversation", holdMs);
    if (claimed.kind === "idle") return Promise.resolve(claimed);
    // Keys of this list are ids of requests: the port takes no others.
    const id = claimed.key as RequestId;
    const { fence, heldForMs, now } = claimed;
    return Promise.resolve({
      kind: "claimed",
      now,
      hold: { list: "conversation", key: id, fence, heldForMs },
      id,
      request: this.#value("request", id),
      lease: this.#value("lease", id),
      record: this.#value("conversation", id),
      unreadable: [],
    });
  }

  #commit(change: Change): CommitOutcome["kind"] {
    const { put = [], expire = [], audit = [], wake = [], under, release } = change;
    const operation = this.#operations.get(change.opId);
    if (operation?.passed === false) return "repeated";
    if (this.now > change.notAfter.getTime()) return "late";
    const stale = [under, release?.hold].filter((hold) => hold && !this.#isHeldUnder(hold));
    for (const hold of stale) if (hold) this.#wake(hold, this.now);
    if (stale.length > 0) return "fenced";
    const follows = put.every(
      ({ kind, value }) => value.version === this.versionOf(kind, value.id) + 1,
    );
    if (!follows) return "conflict";

    this.#operations.set(change.opId, { until: this.now + REMEMBERED_MS, passed: false });
    for (const one of put) {
      this.#records.set(`${one.kind} ${one.value.id}`, { put: one, expiresAt: Infinity });
    }
    for (const { kind, id, afterMs } of expire) {
      const stored = this.#records.get(`${kind} ${id}`);
      if (stored) stored.expiresAt = this.now + afterMs;
    }
    for (const event of audit) {
      this.#audit.push({ number: (this.#lastNumber += 1), at: this.#date(), event });
    }
    if (audit.length > 0) this.#forgetOldEntries();
    for (const { at, ...key } of wake) this.#wake(key, at.getTime());
    if (release) this.#release(release.hold, release.nextLookAt?.getTime());
    return "committed";
  }

  /** From the first on, and no further than the first that is to be kept: numbers have no gap. */
  #forgetOldEntries(): void {
    const oldest = this.now - this.#auditKeptMs;
    const first = this.#audit.findIndex(({ at }) => at.getTime() >= oldest);
    this.#audit = this.#audit.slice(first);
  }

  #wake(woken: WakeKey, at: number): void {
    const key = this.#find(woken);
    const time = Math.max(at, this.now);
    if (key === undefined) {
      this.#keys.push({ list: woken.list, key: woken.key, at: time, hold: undefined });
    } else if (key.hold && key.hold.until > this.now) {
      key.hold.woken = true;
    } else {
      key.at = Math.min(key.at, time);
    }
  }

  #release(hold: Hold, nextLookAt: number | undefined): void {
    const key = this.#find(hold);
    if (key === undefined) return;
    const at = key.hold?.woken ? Math.min(nextLookAt ?? this.now, this.now) : nextLookAt;
    if (at === undefined) this.#keys.splice(this.#keys.indexOf(key), 1);
    else Object.assign(key, { at, hold: undefined });
  }

  #claim(list: WakeKey["list"], holdMs: number) {
    const inOrder = this.#keys
      .filter((key) => key.list === list)
      .toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
    const due = inOrder.find(
      ({ at, hold }) => at <= this.now && (hold === undefined || hold.until <= this.now),
    );
    const now = this.#date();
    if (due === undefined) {
      const [earliest] = inOrder;
      const nextAt = earliest && new Date(earliest.at);
      return { kind: "idle", now, nextAt } as const;
    }
    this.#lastFence = Math.max(this.#lastFence + 1, this.now);
    due.at = this.now + holdMs;
    due.hold = { fence: this.#lastFence, until: due.at, woken: false };
    return {
      kind: "claimed",
      now,
      key: due.key,
      fence: this.#lastFence,
      heldForMs: holdMs,
    } as const;
  }

  #isHeldUnder(hold: Hold): boolean {
    const held = this.#find(hold)?.hold;
    return held !== undefined && held.until > this.now && held.fence === hold.fence;
  }

  #find({ list, key }: WakeKey): HeldKey | undefined {
    return this.#keys.find((one) => one.list === list && one.key === key);
  }

  #requests(): readonly RequestRecord[] {
    return this.#all("request").toSorted(inOrderOf(({ askedAt }) => askedAt));
  }

  #leasesFor(registry: string): readonly Lease[] {
    const there = this.#leases().filter((lease) => lease.registry === registry);
    return there.toSorted(inOrderOf(endOf));
  }

  #leases(): readonly Lease[] {
    return this.#all("lease")
      .filter(({ status }) => status !== "ended")
      .toSorted(inOrderOf(({ approvedAt }) => approvedAt));
  }

  #all<K extends Put["kind"]>(kind: K): readonly Value<K>[] {
    // The kind of a put says what its value is.
    return [...this.#records.values()]
      .filter(({ put }) => put.kind === kind)
      .map(({ put }) => put.value as Value<K>);
  }

  #value<K extends Put["kind"]>(kind: K, id: string): Value<K> | undefined {
    // As in #all.
    return this.#records.get(`${kind} ${id}`)?.put.value as Value<K> | undefined;
  }

  #read<T>(value: T): Promise<Read<T>> {
    return Promise.resolve({ now: this.#date(), value });
  }

  #list<T>(value: readonly T[]): Promise<ReadList<T>> {
    return Promise.resolve({ now: this.#date(), value, unreadable: [] });
  }

  #date(): Date {
    return new Date(this.now);
  }
}
