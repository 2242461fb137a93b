import type { Registry } from "prom-client";
import type { ArmFailure, Ledger, RegistryRules } from "../../application/ports.ts";
import type { RegistryId } from "../../domain/ids.ts";
import { counterOf, histogramOf } from "./metric-forms.ts";
import { METRICS } from "./metric-list.ts";

/** What this process has asked of Azure. */
export type AzureMetrics = {
  /** Every HTTP request to Azure Resource Manager; without a status when nobody answered. */
  countArmCall(method: string, status: number | undefined): void;
  /** The same rules, with failures, the window for others, and what came out otherwise than sent, counted. */
  withRulesCounted(rules: RegistryRules, monotonicMs: () => number): RegistryRules;
  withLedgerCounted(ledger: Ledger): Ledger;
};

type Doing = "read" | "turn" | "apply" | "ledger";

/** Counts calls and what became of them. Only a worker has any. */
export function countAzure(registry: Registry): AzureMetrics {
  const calls = counterOf(METRICS.armCalls, registry);
  const throttled = counterOf(METRICS.armThrottled, registry);
  const failures = counterOf(METRICS.armFailures, registry);
  const window = histogramOf(METRICS.writeWindow, registry);
  const notAsSent = counterOf(METRICS.notAsSent, registry);

  const noteFailure = <T extends { readonly kind: string }>(
    doing: Doing,
    outcome: T | ArmFailure,
    good: T["kind"],
  ): void => {
    if (outcome.kind !== good) failures.inc({ doing, kind: outcome.kind });
  };

  return {
    countArmCall(method, status) {
      calls.inc({ method, status: status === undefined ? "none" : String(status) });
      if (status === 429) throttled.inc();
    },
    withRulesCounted: (rules, monotonicMs) => {
      const readAtMs = new Map<RegistryId, number>();
      const sent = new Map<RegistryId, readonly string[]>();
      return {
        async read(registry, signal, purpose) {
          const beganMs = monotonicMs();
          const read = await rules.read(registry, signal, purpose);
          noteFailure("read", read, "read");
          if (read.kind !== "read") return read;
          readAtMs.set(registry, beganMs);
          const wanted = sent.get(registry);
          sent.delete(registry);
          if (wanted !== undefined && !isSame(wanted, read.view.network?.rules ?? [])) {
            notAsSent.inc();
          }
          return read;
        },
        async turn(registry, urgency, signal) {
          const turn = await rules.turn(registry, urgency, signal);
          noteFailure("turn", turn, "turn");
          return turn;
        },
        async apply(registry, list, signal) {
          const applied = await rules.apply(registry, list, signal);
          noteFailure("apply", applied, "applied");
          if (applied.kind !== "applied") return applied;
          sent.set(registry, list.rules);
          const sinceMs = readAtMs.get(registry);
          if (sinceMs !== undefined) window.observe((monotonicMs() - sinceMs) / 1_000);
          return applied;
        },
      };
    },
    withLedgerCounted: (ledger) => ({
      ...ledger,
      async write(registry, tags, signal) {
        const written = await ledger.write(registry, tags, signal);
        noteFailure("ledger", written, "written");
        return written;
      },
    }),
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const there = new Set(other);
  return one.length === other.length && one.every((value) => there.has(value));
}
