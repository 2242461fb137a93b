import { setTimeout as sleep } from "node:timers/promises";

/** Looks again until `look` answers something else than `undefined`; throws when that takes longer than `withinMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 5000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
}
