import type { AuditKeys } from "../../domain/audit-seal.ts";
import {
  leaseIdOf,
  parseRegistryId,
  parseRequestId,
  type PersonId,
  type RegistryId,
} from "../../domain/ids.ts";
import { commitSurely } from "../commit-surely.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids } from "../ports.ts";
import type { Expiry, Store } from "../store.ts";
import { gatherTraces, type Traces } from "./entries-about.ts";
import { dropSalts, entriesWithout } from "./forget-in-audit.ts";
import { auditPages } from "./read-audit.ts";
import { sealAudit } from "./seal-audit.ts";

type Deps = {
  readonly store: Store;
  readonly ids: Ids;
  readonly keys: AuditKeys;
  /** How long audit entries are kept, in ms. */
  readonly keptMs: number;
};

/** What was removed, and what of theirs lasts and had to stay. */
export type Forgotten = {
  /** Audit entries in which something was forgotten. */
  readonly entries: number;
  /** Records that were removed: requests, leases, and how they are written to. */
  readonly records: number;
  readonly left: readonly Left[];
};

/** Something that needs them as long as it lasts. */
type Left =
  | { readonly kind: "request" | "lease"; readonly id: string }
  | { readonly kind: "freeze"; readonly registry: RegistryId };

const WRITE_WITHIN_MS = 30_000;
const EXPIRIES_AT_ONCE = 50;
const ATTEMPTS = 3;

/**
 * Removes what is known of somebody from the audit trail and from finished requests and leases, and how they are
 * written to. What lasts stays as it is, and so does what the trail says of it: forget them again once it is over. The
 * chain over the trail holds as before. Running it again does no harm, and ends what was cut off.
 */
export async function forgetPerson(
  deps: Deps,
  person: PersonId,
  signal: AbortSignal,
): Promise<Forgotten> {
  const { trail } = deps.store;
  // Every value that is to go needs its digest in the chain first.
  await sealAudit({ ...deps, trail }, signal);
  const { traces, left } = await readTraces(deps.store, person, signal);
  const records = await finishedRecords(deps.store, traces, left.length === 0, signal);
  let rewritten = await entriesWithout(traces, deps.store.trail, deps.keys.digests, signal);
  const entries = rewritten.length;
  if (entries + records.length > 0) await write(deps, traces, entries, records, signal);
  for (let attempt = 1; (await trail.rewrite(rewritten, signal)) === "conflict"; attempt += 1) {
    if (attempt === ATTEMPTS) throw new Error("Somebody else is changing the audit trail.");
    rewritten = await entriesWithout(traces, deps.store.trail, deps.keys.digests, signal);
  }
  await dropSalts(trail, signal);
  return { entries, records: records.length, left };
}

async function whatLasts(
  store: Store,
  person: PersonId,
  signal: AbortSignal,
): Promise<readonly (Left & { readonly id: string })[]> {
  const [pending, leases] = await Promise.all([
    store.pendingOf(person, signal),
    store.leasesOf(person, signal),
  ]);
  return [
    ...[...pending.value, ...pending.unreadable].map(
      ({ id }) => ({ kind: "request", id }) as const,
    ),
    ...[...leases.value, ...leases.unreadable].map(({ id }) => ({ kind: "lease", id }) as const),
  ];
}

async function readTraces(
  store: Store,
  person: PersonId,
  signal: AbortSignal,
): Promise<{ readonly traces: Traces; readonly left: readonly Left[] }> {
  const gathering = gatherTraces(person);
  for await (const { entries } of auditPages(store.trail, 1, signal)) {
    for (const entry of entries) gathering.look(entry);
  }
  // After the reading: what was asked since is in none of it.
  const lasting = await whatLasts(store, person, signal);
  const traces = gathering.traces(new Set(lasting.map(({ id }) => id)));
  const frozen: Left[] = [];
  for (const text of traces.frozen) {
    const registry = parseRegistryId(text);
    if (registry === undefined) continue;
    const read = await ifReadable(store.freeze(registry, signal));
    if (read?.value?.freeze?.by.id === person) frozen.push({ kind: "freeze", registry });
  }
  return { traces, left: [...lasting, ...frozen] };
}

/** Those that are there, of requests that are over; and of the person when nothing is left. */
async function finishedRecords(
  store: Store,
  { person, requests }: Traces,
  isAll: boolean,
  signal: AbortSignal,
): Promise<readonly Expiry[]> {
  const records: Expiry[] = [];
  for (const text of requests) {
    const id = parseRequestId(text);
    if (id === undefined) continue;
    const leaseId = leaseIdOf(id);
    if (await isThere(store.request(id, signal))) {
      records.push({ kind: "request", id, afterMs: 0 });
    }
    if (await isThere(store.lease(leaseId, signal))) {
      records.push({ kind: "lease", id: leaseId, afterMs: 0 });
    }
    if (await isThere(store.conversation(id, signal))) {
      records.push({ kind: "conversation", id, afterMs: 0 });
    }
  }
  if (!isAll) return records;
  if (await isThere(store.person(person, signal))) {
    records.push({ kind: "person", id: person, afterMs: 0 });
  }
  if (await isThere(store.recent(person, signal))) {
    records.push({ kind: "recent", id: person, afterMs: 0 });
  }
  return records;
}

/** One that can't be read is there, too. */
async function isThere(reading: Promise<{ readonly value: unknown }>): Promise<boolean> {
  const read = await ifReadable(reading);
  return read === undefined || read.value !== undefined;
}

/** Says in the trail what is about to be forgotten: a trail that lost more than was said is one that was tampered with. */
async function write(
  { store, ids, keys }: Deps,
  { person }: Traces,
  entries: number,
  records: readonly Expiry[],
  signal: AbortSignal,
): Promise<void> {
  const who = keys.seals[0](`drawbridge forgotten person\n${person}`);
  const event = { kind: "person.forgotten", who, entries, records: records.length } as const;
  for (let n = 0; n === 0 || n < records.length; n += EXPIRIES_AT_ONCE) {
    const { now } = await store.trail.texts(1, 0, signal);
    const change = {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
      expire: records.slice(n, n + EXPIRIES_AT_ONCE),
      audit: n === 0 ? [event] : [],
    };
    const { kind } = await commitSurely(store, change, signal);
    if (kind === "late") throw new Error("The store answered too late; nothing was forgotten.");
  }
}
