import type { Registry } from "prom-client";
import type { Put, Store } from "../../application/store.ts";
import type { Lease } from "../../domain/lease.ts";
import { counterOf, histogramOf } from "./metric-forms.ts";
import { METRICS } from "./metric-list.ts";

/** What this process has written down, counted as it does. */
export type CommitMetrics = {
  /** The same store. `store` is a plain object of functions, as `withStoreLog` makes it. */
  withCommitsCounted(store: Store): Store;
};

/** Approved, then open: later versions are open once more, after nothing let the address pass. */
const FIRST_OPEN = 2;

/** Counts what was committed, and nothing that came to nothing or was repeated. */
export function countCommits(registry: Registry): CommitMetrics {
  const events = counterOf(METRICS.events, registry);
  const expiryLag = histogramOf(METRICS.expiryLag, registry);
  const openingLag = histogramOf(METRICS.openingLag, registry);
  const cardsUndelivered = counterOf(METRICS.cardsUndelivered, registry);

  const countLease = (lease: Lease): void => {
    if (lease.status === "ended") {
      expiryLag.observe(secondsBetween(lease.endsAt, lease.endedAt));
    } else if (lease.status === "open" && lease.version === FIRST_OPEN) {
      openingLag.observe(secondsBetween(lease.approvedAt, lease.seenAt));
    }
  };
  const countPut = (put: Put): void => {
    if (put.kind === "lease") countLease(put.value);
    if (put.kind === "conversation" && put.value.failures > 0) cardsUndelivered.inc();
  };
  return {
    withCommitsCounted: (store) => ({
      ...store,
      async commit(change, signal) {
        const outcome = await store.commit(change, signal);
        if (outcome.kind === "committed") {
          for (const { kind } of change.audit ?? []) events.inc({ kind });
          for (const put of change.put ?? []) countPut(put);
        }
        return outcome;
      },
    }),
  };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1_000;
}
