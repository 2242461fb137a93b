import type { LeaseId, RegistryId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { ifReadable } from "../if-readable.ts";
import type { Store } from "../store.ts";
import { recentAudit } from "./recent-audit.ts";

/** Leases as stored at `now`, the first to end first. */
export type LeaseList = {
  readonly now: Date;
  readonly leases: readonly Lease[];
  /** How many more there are that can't be read now. */
  readonly unreadable: number;
  /** There are more than were read. */
  readonly cut: boolean;
};

const MOST = 10_000;
const WEEK_MS = 7 * 24 * 3_600_000;
/** Later than any lease ends. */
const EVER_MS = 100 * 365 * 24 * 3_600_000;

/** Every lease that has not ended, of one registry or of all, those that left the policy included. For an operator. */
export async function listLeases(
  store: Store,
  registry: RegistryId | undefined,
  signal: AbortSignal,
): Promise<LeaseList> {
  const read =
    registry === undefined
      ? await store.leasesPastEnd(-EVER_MS, MOST, signal)
      : await store.leasesFor(registry, signal);
  const { now, value: leases, unreadable } = read;
  return { now, leases, unreadable: unreadable.length, cut: leases.length === MOST };
}

/** Those that ended within the last seven days, the last first: a store remembers none for longer. */
export async function listEnded(
  store: Store,
  registry: RegistryId | undefined,
  signal: AbortSignal,
): Promise<LeaseList> {
  const { now, entries, cut } = await recentAudit(store, WEEK_MS, signal);
  const ids = new Set<LeaseId>();
  for (const { event } of entries.toReversed()) {
    if (event.kind !== "lease.ended") continue;
    if (registry === undefined || event.registry === registry) ids.add(event.lease);
  }
  const leases: Lease[] = [];
  let unreadable = 0;
  for (const id of ids) {
    const read = await ifReadable(store.lease(id, signal));
    if (read === undefined) unreadable += 1;
    else if (read.value !== undefined) leases.push(read.value);
  }
  return { now, leases, unreadable, cut };
}
