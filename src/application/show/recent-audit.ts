import type { AuditEntry } from "../../domain/audit.ts";
import { ifReadable } from "../if-readable.ts";
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
 * The entries of the last `periodMs` that can be read, in pages from the end. The trail is numbered without a gap, so
 * its end is found with some dozens of reads of one entry, however long it is.
 */
export async function recentAudit(
  store: Store,
  periodMs: number,
  signal: AbortSignal,
): Promise<RecentAudit> {
  // As texts, which are there whether or not this version can read them.
  const { now, value: first } = await store.trail.texts(1, 1, signal);
  const start = first[0]?.number;
  if (start === undefined) return { now, entries: [], cut: false };
  const since = now.getTime() - periodMs;
  const pages: (readonly AuditEntry[])[] = [];
  let before = (await lastNumber(store, start, signal)) + 1;
  let isDone = false;
  for (let read = 0; !isDone && read < AT_MOST; read += PAGE) {
    const from = Math.max(start, before - PAGE);
    const page = await pageOf(store, from, before - from, signal);
    pages.unshift(page.filter(({ at }) => at.getTime() >= since));
    isDone = from === start || (await isBefore(store, from, page[0], since, signal));
    before = from;
  }
  return { now, entries: pages.flat(), cut: !isDone };
}

/** Those that can be read: a newer version may have written one of them, and then they are read one by one. */
async function pageOf(
  store: Store,
  from: number,
  count: number,
  signal: AbortSignal,
): Promise<readonly AuditEntry[]> {
  const page = await ifReadable(store.audit(from, count, signal));
  if (page !== undefined) return page.value;
  const entries: AuditEntry[] = [];
  for (let number = from; number < from + count; number += 1) {
    const one = await ifReadable(store.audit(number, 1, signal));
    entries.push(...(one?.value ?? []));
  }
  return entries;
}

/** Whether the period begins after the first entry of a page; `read`: the first of it that could be read. */
async function isBefore(
  store: Store,
  from: number,
  read: AuditEntry | undefined,
  since: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (read?.number === from) return read.at.getTime() < since;
  const { value } = await store.trail.texts(from, 1, signal);
  return (value[0]?.at.getTime() ?? 0) < since;
}

async function lastNumber(store: Store, start: number, signal: AbortSignal): Promise<number> {
  const isThere = async (number: number): Promise<boolean> =>
    (await store.trail.texts(number, 1, signal)).value.length > 0;
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
