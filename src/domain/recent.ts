import { contains, type Address } from "./address.ts";
import type { LeaseId, RegistryId } from "./ids.ts";
import type { Lease } from "./lease.ts";
import type { PolicyRefusal, RegistryPolicy } from "./policy.ts";
import type { Denied } from "./request.ts";

/** Time that a person was granted: by a lease, or by an extension of one. */
export type Given = { readonly lease: LeaseId; readonly at: Date; readonly durationMs: number };

/** A no that a person got. */
type NoGiven = {
  readonly registry: RegistryId;
  readonly address: Address;
  readonly at: Date;
  readonly mutedUntil: Date | undefined;
};

/** What one person was given and denied lately: as much of it as the policy's limits ask for. */
export type Recent = { readonly given: readonly Given[]; readonly denials: readonly NoGiven[] };

/** For how long somebody is muted who was denied with that. */
export const MUTED_FOR_MS = 24 * 3_600_000;
/** A cool-down can't be longer: a denial is remembered for this long. */
export const DENIALS_KEPT_MS = 7 * 24 * 3_600_000;
/** The policy limits what one person is given in this time. */
const A_DAY_MS = 24 * 3_600_000;

/** The record with one more no in it, and without what nobody asks for any more. */
export function withDenial(
  recent: Recent,
  { registry, address, mutedUntil }: Denied,
  now: Date,
): Recent {
  const { given, denials } = pruned(recent, now);
  return { given, denials: [...denials, { registry, address, at: now, mutedUntil }] };
}

/** The record with more time given, likewise. */
export function withGiven(recent: Recent, given: Omit<Given, "at">, now: Date): Recent {
  const { denials, given: before } = pruned(recent, now);
  return { denials, given: [...before, { ...given, at: now }] };
}

/** Why the person can't ask for anything on the registry now: an approver has muted them. */
export function mutedRefusal(
  { denials }: Recent,
  id: RegistryId,
  now: Date,
): PolicyRefusal | undefined {
  const here = denials.filter(({ registry }) => registry === id);
  const until = Math.max(0, ...here.map(({ mutedUntil }) => mutedUntil?.getTime() ?? 0));
  return until > now.getTime() ? { kind: "muted", until: new Date(until) } : undefined;
}

/** Why the person can't ask for this now: muted, or denied the same or a part of it a while ago. */
export function denialRefusal(
  { approval }: RegistryPolicy,
  recent: Recent,
  asked: { readonly registry: RegistryId; readonly address: Address },
  now: Date,
): PolicyRefusal | undefined {
  const muted = mutedRefusal(recent, asked.registry, now);
  if (muted !== undefined) return muted;
  const here = recent.denials.filter(({ registry }) => registry === asked.registry);
  const covered = here.filter(({ address }) => contains(asked.address, address));
  const until = Math.max(0, ...covered.map(({ at }) => at.getTime() + approval.coolDownMs));
  return until > now.getTime() ? { kind: "cooling-down", until: new Date(until) } : undefined;
}

/**
 * How long the person had, and still has, access that was granted in the last 24 hours: what was given back or revoked
 * counts as long as it was open. `leases` are those of the record; one that is gone counts in full.
 */
export function givenMs({ given }: Recent, leases: readonly Lease[], now: Date): number {
  const ids = new Set(recentlyGiven(given, now).map(({ lease }) => lease));
  return [...ids].reduce((sum, id) => {
    const lease = leases.find((each) => each.id === id);
    const granted = recentlyGiven(given, now)
      .filter((each) => each.lease === id)
      .reduce((total, { durationMs }) => total + durationMs, 0);
    return sum + (lease === undefined ? granted : Math.min(granted, hadMs(lease) ?? granted));
  }, 0);
}

/** Why the person can't be given so much more. */
export function hoursRefusal(
  { limits }: RegistryPolicy,
  alreadyMs: number,
  moreMs: number,
): PolicyRefusal | undefined {
  const hours = limits.hoursPerPersonPerDay;
  const leftMs = Math.max(0, hours * 3_600_000 - alreadyMs);
  return moreMs > leftMs ? { kind: "too-many-hours", hours, leftMs } : undefined;
}

/** Of a lease that is over, how long it was open; `undefined` as long as it may go on. */
function hadMs(lease: Lease): number | undefined {
  if (lease.status === "opening" || lease.status === "open") return undefined;
  return lease.seenAt === undefined ? 0 : lease.endsAt.getTime() - lease.seenAt.getTime();
}

function recentlyGiven(given: readonly Given[], now: Date): readonly Given[] {
  return given.filter(({ at }) => at.getTime() > now.getTime() - A_DAY_MS);
}

function pruned({ given, denials }: Recent, now: Date): Recent {
  return {
    given: recentlyGiven(given, now),
    denials: denials.filter(({ at }) => at.getTime() > now.getTime() - DENIALS_KEPT_MS),
  };
}
