import { requestIdOf, type LeaseId } from "../../domain/ids.ts";
import { endOf, OVERDUE_AFTER_MS, type Lease } from "../../domain/lease.ts";
import { commitSurely } from "../commit-surely.ts";
import { pause, within } from "../deadline.ts";
import type { Ids, Log } from "../ports.ts";
import type { Store } from "../store.ts";

/** What should have been closed and was not, as last looked. */
export type OverdueState = {
  /** At most `MOST`; `undefined` when the store could not be asked. */
  readonly count: number | undefined;
  /** How late the oldest is, in ms. */
  readonly oldestMs: number;
};

type Deps = {
  readonly store: Store;
  readonly ids: Ids;
  readonly log: Log;
  readonly onLook: (state: OverdueState) => void;
};

const EVERY_MS = 60_000;
const LOOK_WITHIN_MS = 10_000;
const MOST = 1_000;
const NAMED = 20;

/**
 * Looks once a minute, in every role, for leases that are past their ends and still not seen gone: a dead worker
 * can't tell of itself. Says so in the log each time, and has their people told. Ends when `stop` is aborted.
 */
export async function watchOverdue(deps: Deps, stop: AbortSignal): Promise<void> {
  const told = new Set<LeaseId>();
  while (!stop.aborted) {
    try {
      await look(deps, told, within(LOOK_WITHIN_MS, stop));
    } catch (error) {
      deps.onLook({ count: undefined, oldestMs: 0 });
      deps.log.error("overdue.unknown", { error });
    }
    await pause(EVERY_MS, stop);
  }
}

async function look(
  { store, ids, log, onLook }: Deps,
  told: Set<LeaseId>,
  signal: AbortSignal,
): Promise<void> {
  const read = await store.leasesPastEnd(OVERDUE_AFTER_MS, MOST, signal);
  const { now, value: late } = read;
  const count = late.length + read.unreadable.length;
  const lateMs = (lease: Lease): number => now.getTime() - endOf(lease).getTime();
  onLook({ count, oldestMs: Math.max(0, ...late.map(lateMs)) });
  const still = new Set(late.map(({ id }) => id));
  for (const id of told) if (!still.has(id)) told.delete(id);
  if (count === 0) return;

  log.error("leases.overdue", {
    count,
    leases: late.slice(0, NAMED).map((lease) => {
      const { id, registry, address } = lease;
      return { lease: id, registry, address, lateMs: lateMs(lease) };
    }),
  });
  const news = late.filter(({ id }) => !told.has(id));
  if (news.length === 0) return;
  await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + LOOK_WITHIN_MS),
      wake: news.map(({ id }) => ({ list: "conversation", key: requestIdOf(id), at: now })),
    },
    signal,
  );
  for (const { id } of news) told.add(id);
}
