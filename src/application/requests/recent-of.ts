import type { PersonId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import type { Policy, RegistryPolicy } from "../../domain/policy.ts";
import {
  DENIALS_KEPT_MS,
  givenMs,
  withDenial,
  withGiven,
  type Given,
} from "../../domain/recent.ts";
import type { Denied } from "../../domain/request.ts";
import type { Change, RecentRecord, Store } from "../store.ts";

/** What a person was given and denied lately, and how much time the first comes to. */
export type RecentRead = { readonly record: RecentRecord; readonly givenMs: number };

/** Reads it, with the leases that it names where the policy limits the hours of a day. */
export async function recentOf(
  store: Store,
  registry: RegistryPolicy | undefined,
  person: PersonId,
  signal: AbortSignal,
): Promise<RecentRead> {
  const { now, value } = await store.recent(person, signal);
  const record = value ?? { id: person, version: 0, given: [], denials: [] };
  if (registry === undefined || !limitsHours(registry)) return { record, givenMs: 0 };
  const ids = [...new Set(record.given.map(({ lease }) => lease))];
  const read = await Promise.all(ids.map((id) => store.lease(id, signal)));
  const leases = read.map(({ value: lease }) => lease).filter((lease) => lease !== undefined);
  return { record, givenMs: givenMs(record, leases, now) };
}

/** Writes a denial down where the policy asks for it later: somebody is muted, or has to wait. */
export function noteDenial(
  { approval }: RegistryPolicy,
  { record }: RecentRead,
  request: Denied,
  now: Date,
): Pick<Change, "put" | "expire"> {
  const matters = request.mutedUntil !== undefined || approval.coolDownMs > 0;
  return matters ? written({ ...record, ...withDenial(record, request, now) }) : {};
}

/** Writes down what was granted, on whichever registry: the hours of a day are counted over all of them. */
export function noteGiven(
  { registries }: Policy,
  { record }: RecentRead,
  given: Omit<Given, "at">,
  now: Date,
): Pick<Change, "put" | "expire"> {
  return registries.some(limitsHours)
    ? written({ ...record, ...withGiven(record, given, now) })
    : {};
}

/** What a grant has given: the whole time of a lease, or what an extension adds to it. */
export function givenBy(lease: Lease): Omit<Given, "at"> {
  const extension = lease.extensions.at(-1);
  return { lease: lease.id, durationMs: extension?.durationMs ?? lease.durationMs };
}

function limitsHours({ limits }: RegistryPolicy): boolean {
  return Number.isFinite(limits.hoursPerPersonPerDay);
}

function written(record: RecentRecord): Pick<Change, "put" | "expire"> {
  const value = { ...record, version: record.version + 1 };
  return {
    put: [{ kind: "recent", value }],
    expire: [{ kind: "recent", id: record.id, afterMs: DENIALS_KEPT_MS }],
  };
}
