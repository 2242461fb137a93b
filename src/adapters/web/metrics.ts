import { Registry } from "prom-client";
import type { OverdueState } from "../../application/registry/watch-overdue.ts";
import type { Numbers } from "../../application/show/show-numbers.ts";
import { countAzure, type AzureMetrics } from "./azure-metrics.ts";
import { countCommits, type CommitMetrics } from "./commit-metrics.ts";
import { counterOf, gaugeOf } from "./metric-forms.ts";
import { METRICS } from "./metric-list.ts";
import { numberGauges } from "./number-gauges.ts";

/** What `GET /metrics` tells, in Prometheus' text format; METRICS (metric-list.ts) says what there is. */
export type Metrics = CommitMetrics &
  AzureMetrics & {
    setOverdue(state: OverdueState): void;
    /** Which policy is in force, and whether the file says another one that can't be used. */
    setPolicy(state: { readonly digest: string; readonly refused: boolean }): void;
    /** A call to Teams that did not work; by why, which never names a person. */
    countUndelivered(why: string): void;
    /** An activity that was let in, and is now acted on. */
    countTurn(): void;
    /** How long each loop of this process has been silent, asked for at each scrape. */
    watchLoop(loop: string, silentMs: () => number): void;
    /** Where the numbers of the store come from, asked for at each scrape. */
    watchNumbers(read: (signal: AbortSignal) => Promise<Numbers>): void;
    readonly contentType: string;
    text(): Promise<string>;
  };

/** Prometheus itself waits 10 s, unless told otherwise (prometheus.io, "Configuration", scrape_timeout). */
const NUMBERS_WITHIN_MS = 3_000;

/** Metrics of one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const overdue = gaugeOf(METRICS.overdue, registry);
  const oldest = gaugeOf(METRICS.overdueOldest, registry);
  const policy = gaugeOf(METRICS.policy, registry);
  const policyRefused = gaugeOf(METRICS.policyRefused, registry);
  const undelivered = counterOf(METRICS.undelivered, registry);
  const turns = counterOf(METRICS.turns, registry);
  const loopSilent = gaugeOf(METRICS.loopSilent, registry);
  const numbers = numberGauges(registry);
  const loops = new Map<string, () => number>();
  let readNumbers: ((signal: AbortSignal) => Promise<Numbers>) | undefined;
  let reading: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    for (const [loop, silentMs] of loops) loopSilent.set({ loop }, silentMs() / 1_000);
    if (readNumbers === undefined) return;
    try {
      numbers.set(await readNumbers(AbortSignal.timeout(NUMBERS_WITHIN_MS)));
    } catch {
      // A scrape is no place to fail: that the store does not answer is itself a number.
      numbers.setUnknown();
    }
  };
  return {
    ...countCommits(registry),
    ...countAzure(registry),
    setOverdue({ count, oldestMs }) {
      overdue.set(count ?? NaN);
      oldest.set(oldestMs / 1_000);
    },
    setPolicy({ digest, refused }) {
      policy.reset();
      policy.set({ digest }, 1);
      policyRefused.set(refused ? 1 : 0);
    },
    countUndelivered(why) {
      undelivered.inc({ why });
    },
    countTurn() {
      turns.inc();
    },
    watchLoop(loop, silentMs) {
      loops.set(loop, silentMs);
    },
    watchNumbers(read) {
      readNumbers = read;
    },
    contentType: registry.contentType,
    async text() {
      // Many who scrape at once are one question to the store.
      reading ??= look().finally(() => {
        reading = undefined;
      });
      await reading;
      return registry.metrics();
    },
  };
}
