import type { LeaseId, PersonId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { OPEN_WITHIN_MS } from "../../domain/request.ts";

/** How much time people were given in the last 24 hours, from this process's own memory: a store can't lie about it. */
export type DailyTime = {
  /** A lease that is let in; counted once, however often its rule is put there. */
  add(lease: Lease): void;
  /** A lease that is over: what it did not have is not counted. */
  over(lease: LeaseId): void;
  /** Of all leases of the person but this one, in ms. */
  lastDayMs(person: PersonId, but: LeaseId): number;
};

const DAY_MS = 24 * 3_600_000;

type Entry = {
  readonly person: PersonId;
  readonly at: number;
  readonly ms: number;
  readonly over: boolean;
};

/** Starts empty: after a restart the count begins anew. */
export function createDailyTime(monotonicMs: () => number): DailyTime {
  const entries = new Map<LeaseId, Entry>();
  const forget = (): void => {
    for (const [id, { at }] of entries) if (at <= monotonicMs() - DAY_MS) entries.delete(id);
  };
  return {
    add({ id, requester, durationMs }) {
      forget();
      if (entries.has(id)) return;
      entries.set(id, { person: requester.id, at: monotonicMs(), ms: durationMs, over: false });
    },
    over(id) {
      const entry = entries.get(id);
      if (entry === undefined || entry.over) return;
      // The person's time began when the rule was seen, which may have taken as long as this.
      const hadMs = Math.max(0, monotonicMs() - entry.at - OPEN_WITHIN_MS);
      entries.set(id, { ...entry, ms: Math.min(entry.ms, hadMs), over: true });
    },
    lastDayMs(person, but) {
      forget();
      return [...entries]
        .filter(([id, entry]) => id !== but && entry.person === person)
        .reduce((sum, [, { ms }]) => sum + ms, 0);
    },
  };
}
