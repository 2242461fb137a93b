import { Counter, Gauge, Registry } from "prom-client";
import type { OverdueState } from "../../application/registry/watch-overdue.ts";

/** What `GET /metrics` tells, in Prometheus' text format. */
export type Metrics = {
  setOverdue(state: OverdueState): void;
  /** Which policy is in force, and whether the file says another one that can't be used. */
  setPolicy(state: { readonly digest: string; readonly refused: boolean }): void;
  /** A call to Teams that did not work; by why, which never names a person. */
  countUndelivered(why: string): void;
  /** An activity that was let in, and is now acted on. */
  countTurn(): void;
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
  const policy = new Gauge({
    name: "drawbridge_policy_info",
    help: "1 for the SHA-256 of the policy file that is in force in this process.",
    labelNames: ["digest"],
    registers,
  });
  const policyRefused = new Gauge({
    name: "drawbridge_policy_refused",
    help: "1 while the policy file can't be used and the one before it is in force.",
    registers,
  });
  const undelivered = new Counter({
    name: "drawbridge_teams_calls_failed_total",
    help: "Calls to Teams that did not work. not-installed and blocked need a person to act; the others pass.",
    labelNames: ["why"],
    registers,
  });
  const turns = new Counter({
    name: "drawbridge_turns_total",
    help: "Activities that passed every check and were acted on.",
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
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
