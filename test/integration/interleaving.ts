/** Somebody who makes one call after the other; `step` waits until it may make the next. */
export type Actor = (step: () => Promise<void>) => Promise<void>;

/** A random number generator that a seed repeats exactly (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs the actors so that their calls come one at a time, in an order that the random numbers choose: whoever asks
 * for a step waits until every other has asked too or is done.
 */
export async function interleave(actors: readonly Actor[], random: () => number): Promise<void> {
  const parked = new Map<number, () => void>();
  const running = new Set(actors.keys());
  const failures: unknown[] = [];
  let allParked = Promise.withResolvers<undefined>();
  const check = (): void => {
    if (parked.size === running.size) allParked.resolve(undefined);
  };
  for (const [index, actor] of actors.entries()) {
    const step = (): Promise<void> =>
      new Promise((resolve) => {
        parked.set(index, resolve);
        check();
      });
    actor(step)
      .catch((error: unknown) => failures.push(error))
      .finally(() => {
        running.delete(index);
        check();
      });
  }
  while (running.size > 0) {
    await allParked.promise;
    const waiting = [...parked.keys()];
    const chosen = waiting[Math.floor(random() * waiting.length)];
    if (chosen === undefined) break;
    const go = parked.get(chosen);
    parked.delete(chosen);
    allParked = Promise.withResolvers();
    go?.();
  }
  if (failures.length > 0) throw failures[0];
}
