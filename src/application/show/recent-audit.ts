import type { AuditEntry } from "../../domain/audit.ts";
import type { Store } from "../store.ts";

/** What was read, oldest first. */
export type RecentAudit = {
  readonly now: Date;
  readonly entries: readonly AuditEntry[];
  /** Whether there are older entries within the period that were not read. */
  readonly cut: boolean;
};

const PAGE = 200;
/** So many entries are read for one question, the newest. */
const AT_MOST = 5_000;

/**
 * The entries of the last `periodMs`, read in pages from the end. The trail is numbered without a gap, so its end is
 * found with some dozens of reads of one entry, however long it is.
 */
export async function recentAudit(
  store: Store,
  periodMs: number,
  signal: AbortSignal,
): Promise<RecentAudit> {
  const { now, value: first } = await store.audit(1, 1, signal);
  const start = first[0]?.number;
  if (start === undefined) return { now, entries: [], cut: false };
  const since = now.getTime() - periodMs;
  const pages: (readonly AuditEntry[])[] = [];
  let before = (await lastNumber(store, start, signal)) + 1;
  let isDone = false;
  for (let read = 0; !isDone && read < AT_MOST; read += PAGE) {
    const from = Math.max(start, before - PAGE);
    const { value } = await store.audit(from, before - from, signal);
    pages.unshift(value.filter(({ at }) => at.getTime() >= since));
    isDone = from === start || (value[0]?.at.getTime() ?? 0) < since;
    before = from;
  }
  return { now, entries: pages.flat(), cut: !isDone };
}

async function lastNumber(store: Store, start: number, signal: AbortSignal): Promise<number> {
  const isThere = async (number: number): Promise<boolean> =>
    (await store.audit(number, 1, signal)).value.length > 0;
  let step = 1;
  while (await isThere(start + step)) step *= 2;
  let low = start + Math.floor(step / 2);
  let high = start + step;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isThere(middle)) low = middle;
    else high = middle;
  }
  return low;
}
