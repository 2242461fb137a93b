import { Counter, Gauge, Registry } from "prom-client";
import type { OverdueState } from "../../application/watch-overdue.ts";

/** What `GET /metrics` tells, in Prometheus' text format. */
export type Metrics = {
  setOverdue(state: OverdueState): void;
  /** A call to Teams that did not work; by why, which never names a person. */
  countUndelivered(why: string): void;
  /** How long each loop of this process has been silent, asked for at each scrape. */
  watchLoop(loop: string, silentMs: () => number): void;
  readonly contentType: string;
  text(): Promise<string>;
};

/** Metrics of one process. Names are for dashboards and alert rules: they stay as they are. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const overdue = new Gauge({
    name: "drawbridge_overdue_leases",
    help: "Leases more than 2 minutes past their ends and not yet seen gone; NaN when the store can't be asked.",
    registers,
  });
  const oldest = new Gauge({
    name: "drawbridge_overdue_oldest_seconds",
    help: "How long the oldest of them is past its end.",
    registers,
  });
  const undelivered = new Counter({
    name: "drawbridge_teams_calls_failed_total",
    help: "Calls to Teams that did not work. not-installed and blocked need a person to act; the others pass.",
    labelNames: ["why"],
    registers,
  });
  const loops = new Map<string, () => number>();
  new Gauge({
    name: "drawbridge_loop_silent_seconds",
    help: "Since a loop of this process last looked at its list.",
    labelNames: ["loop"],
    registers,
    collect() {
      for (const [loop, silentMs] of loops) this.set({ loop }, silentMs() / 1_000);
    },
  });
  return {
    setOverdue({ count, oldestMs }) {
      overdue.set(count ?? NaN);
      oldest.set(oldestMs / 1_000);
    },
    countUndelivered(why) {
      undelivered.inc({ why });
    },
    watchLoop(loop, silentMs) {
      loops.set(loop, silentMs);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
