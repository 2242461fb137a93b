import { endOf, wantsRule } from "../../domain/lease.ts";
import type { Ids } from "../ports.ts";
import type { RegistryRound } from "./registry-round.ts";

/** How long a registry on which nothing happens is left alone, give or take a tenth. */
export const RECHECK_MS = 5 * 60_000;
/** Looks that could be at any time are together: one alone finds a processor that has gone cold, at twice the cost. */
const TOGETHER_MS = 10_000;

/** When to look at a registry again on which nothing happens: not at the same time as at all others. */
export function recheckAt(now: Date, ids: Ids): Date {
  return new Date(Math.ceil(jittered(now, RECHECK_MS, ids).getTime() / TOGETHER_MS) * TOGETHER_MS);
}

/** After about this long. */
export function jittered(now: Date, ms: number, ids: Ids): Date {
  return new Date(now.getTime() + ms * (0.9 + 0.2 * ids.random()));
}

/** A time to look at that came after this round had looked: the next one has to begin at once. */
export function passedMeanwhile(round: RegistryRound, now: Date): boolean {
  return timesToLookAt(round).some((time) => time <= now);
}

/**
 * The next end of a lease or of a recovered rule, or the time at which a late write would be seen, unless something
 * else is due before. By the store's clock.
 */
export function nextLook(round: RegistryRound, other: Date, now: Date): Date {
  // What has passed and could not be acted on waits for the retry like everything else.
  const coming = timesToLookAt(round).filter((time) => time > now);
  const next = new Date(Math.min(other.getTime(), ...coming.map((time) => time.getTime())));
  return round.clock.toStoreTime(next);
}

/**
 * When to look again after an attempt that failed: for whatever comes before the retry too, and at once for what came
 * while it was under way, since it can't have acted on that. What had come before waits for the retry. By the store's
 * clock.
 */
export function nextTry(
  round: RegistryRound,
  { afterMs, atLatestAfterMs }: { readonly afterMs: number; readonly atLatestAfterMs: number },
  now: Date,
): Date {
  const { claim, clock } = round;
  const atOnce = timesToLookAt(round).some(
    (time) => time <= now && clock.toStoreTime(time) > claim.now,
  );
  const retryAt = new Date(now.getTime() + atLatestAfterMs);
  const next = atOnce ? clock.toStoreTime(now) : nextLook(round, retryAt, now);
  const soonest = clock.toStoreTime(new Date(now.getTime() + afterMs));
  return next < soonest ? soonest : next;
}

function timesToLookAt({ draft }: RegistryRound): readonly Date[] {
  const { suspectAt, recovered } = draft.record();
  const ends = [...draft.leases().filter(wantsRule).map(endOf), ...recovered.map(({ end }) => end)];
  return suspectAt === undefined ? ends : [...ends, suspectAt];
}
