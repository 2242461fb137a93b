import type { AuditEntry } from "../../domain/audit.ts";
import { OVERDUE_AFTER_MS, endOf, type Lease } from "../../domain/lease.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Request } from "../../domain/request.ts";
import { ifReadable } from "../if-readable.ts";
import type { Store } from "../store.ts";
import { recentAudit } from "./recent-audit.ts";
import { showNumbers, type Numbers, type RegistryNumbers } from "./show-numbers.ts";

/** What an operator sees at a glance. As much is read for it as fits on a page, however much there is. */
export type Operations = {
  readonly now: Date;
  readonly registries: readonly RegistryOperations[];
  /** How many more registries the policy names. */
  readonly moreRegistries: number;
  readonly overdue: { readonly count: number; readonly oldestMs: number };
  readonly wakeLists: Numbers["wakeLists"];
  readonly closed: ClosedLeases;
  /** Newest first. */
  readonly recent: readonly AuditEntry[];
};

/** One registry: its numbers, and the first of what it has. */
export type RegistryOperations = RegistryNumbers & {
  /** Also when the freeze can't be read: whoever wrote it may have meant it. */
  readonly frozen: boolean;
  /** The first to end first. */
  readonly firstLeases: readonly Lease[];
  /** Those that have waited longest first. */
  readonly firstPending: readonly Request[];
};

/** How long after its end each lease of the last day was seen gone, by the audit trail. */
export type ClosedLeases = {
  readonly periodMs: number;
  readonly leases: readonly { readonly at: Date; readonly lagMs: number }[];
  /** Where the trail was read from, when there was more of it than is read for one page. */
  readonly readFrom: Date | undefined;
};

const DAY_MS = 24 * 3_600_000;
const REGISTRIES = 50;
const LEASES_EACH = 25;
const PENDING_EACH = 10;
const OVERDUE_AT_MOST = 1_000;
const RECENT = 15;

/** Reads what there is now, and the last day of the audit trail as far as `recentAudit` goes. */
export async function showOperations(
  deps: { readonly store: Store; readonly policy: () => Policy },
  signal: AbortSignal,
): Promise<Operations> {
  const { store } = deps;
  const [numbers, late, trail] = await Promise.all([
    showNumbers(deps, signal),
    store.leasesPastEnd(OVERDUE_AFTER_MS, OVERDUE_AT_MOST, signal),
    recentAudit(store, DAY_MS, signal),
  ]);
  const shown = numbers.registries.slice(0, REGISTRIES);
  const registries = await Promise.all(shown.map((one) => withFirst(store, one, signal)));
  const { now } = numbers;
  const lateMs = late.value.map((lease) => now.getTime() - endOf(lease).getTime());
  return {
    now,
    registries,
    moreRegistries: numbers.registries.length - shown.length,
    overdue: {
      count: late.value.length + late.unreadable.length,
      oldestMs: Math.max(0, ...lateMs),
    },
    wakeLists: numbers.wakeLists,
    closed: {
      periodMs: DAY_MS,
      leases: closedIn(trail.entries),
      readFrom: trail.cut ? trail.entries[0]?.at : undefined,
    },
    recent: trail.entries.slice(-RECENT).toReversed(),
  };
}

async function withFirst(
  store: Store,
  registry: RegistryNumbers,
  signal: AbortSignal,
): Promise<RegistryOperations> {
  const { id } = registry;
  const [leases, pending, frozen] = await Promise.all([
    store.firstLeasesFor(id, LEASES_EACH, signal),
    store.firstPendingFor(id, PENDING_EACH, signal),
    ifReadable(store.freeze(id, signal)),
  ]);
  return {
    ...registry,
    frozen: frozen === undefined || frozen.value?.freeze !== undefined,
    firstLeases: leases.value,
    firstPending: pending.value,
  };
}

/** Entries that do not say when the lease should have ended tell nothing. */
function closedIn(entries: readonly AuditEntry[]): ClosedLeases["leases"] {
  return entries.flatMap(({ at, event }) => {
    if (event.kind !== "lease.ended" || event.endsAt === undefined) return [];
    return [{ at, lagMs: Math.max(0, at.getTime() - event.endsAt.getTime()) }];
  });
}
