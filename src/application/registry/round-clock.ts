/** The time of one round: the store's, unless ARM's clock says that it is wrong. */
export type RoundClock = {
  /** By which ends are judged: of two clocks that differ, the later one. */
  now(): Date;
  /** ARM's clock when it answered just now. */
  hear(answeredAt: Date | undefined): void;
  /** By how much ARM is ahead of the store, in whole minutes; `undefined` as long as they agree. */
  differsByMs(): number | undefined;
  /** A time by `now`, as the store counts it: for what it is to wake at. */
  toStoreTime(at: Date): Date;
};

/** ARM's `Date` has whole seconds, and an answer may be on its way for some: no clock is wrong by less than this. */
const TOLERATED_MS = 60_000;
const MINUTE_MS = 60_000;

/** Begins at the store's time of the claim and goes on by our own steady clock. */
export function startClock(claimedAt: Date, elapsedMs: () => number): RoundClock {
  let armAheadMs = 0;
  const storeMs = (): number => claimedAt.getTime() + elapsedMs();
  const differs = (): boolean => Math.abs(armAheadMs) > TOLERATED_MS;
  const correctionMs = (): number => (differs() ? Math.max(0, armAheadMs) : 0);
  return {
    now: () => new Date(storeMs() + correctionMs()),
    hear(answeredAt) {
      if (answeredAt !== undefined) armAheadMs = answeredAt.getTime() - storeMs();
    },
    differsByMs: () => (differs() ? Math.round(armAheadMs / MINUTE_MS) * MINUTE_MS : undefined),
    toStoreTime: (at) => new Date(at.getTime() - correctionMs()),
  };
}
