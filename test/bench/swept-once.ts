import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../src/application/store.ts";
import type { RegistryId } from "../../src/domain/ids.ts";

const LOOK_EVERY_MS = 100;

/** Waits until the worker has looked at every registry, after `since` if that is given. Throws when that takes longer than `withinMs`. */
export async function sweptOnce(
  store: Store,
  registries: readonly RegistryId[],
  withinMs: number,
  since = new Date(0),
): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  try {
    for (const registry of registries) {
      for (;;) {
        const { value } = await store.registry(registry, signal);
        if (value?.observed !== undefined && value.observed.at > since) break;
        await sleep(LOOK_EVERY_MS, undefined, { signal });
      }
    }
  } catch (cause) {
    throw new Error("The worker had not looked at every registry in time.", { cause });
  }
}
