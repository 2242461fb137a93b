import { pause } from "./deadline.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Log } from "./ports.ts";

type Deps = {
  readonly log: Log;
  readonly hearts: readonly { readonly loop: string; readonly heart: Heartbeat }[];
  /** How long a loop may be silent at its work. */
  readonly standsStillAfterMs: number;
};

const EVERY_MS = 60_000;

/**
 * Says once a minute in the log of each loop of this process that it lives (`loop.alive`), or stands still
 * (`loop.silent`), until stopped. A process that is gone can't tell of itself: where logs are kept, an alert waits
 * for these lines to stay away.
 */
export async function keepSayingAlive(
  { log, hearts, standsStillAfterMs }: Deps,
  stop: AbortSignal,
  everyMs = EVERY_MS,
): Promise<void> {
  for (;;) {
    await pause(everyMs, stop);
    if (stop.aborted) return;
    for (const { loop, heart } of hearts) {
      const silentMs = Math.round(heart.silentMs());
      if (silentMs > standsStillAfterMs) log.error("loop.silent", { loop, silentMs });
      else log.info("loop.alive", { loop, silentMs });
    }
  }
}
