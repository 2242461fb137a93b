import type { Metrics } from "./adapters/web/metrics.ts";
import { startOperationsServer, type Readiness } from "./adapters/web/operations-server.ts";
import { createStatusPage } from "./adapters/web/status-page.ts";
import type { Heartbeat } from "./application/heartbeat.ts";
import type { Log } from "./application/ports.ts";
import { showNumbers } from "./application/show/show-numbers.ts";
import { showOperations } from "./application/show/show-operations.ts";
import type { Store } from "./application/store.ts";
import type { Config } from "./config.ts";
import type { Policy } from "./domain/policy.ts";

/** What the operations port tells of. */
type Deps = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly log: Log;
  readonly monotonicMs: () => number;
  readonly metrics: Metrics;
  /** Of the loops that this process runs. */
  readonly hearts: readonly { readonly loop: string; readonly heart: Heartbeat }[];
};

/** Opens the operations port: health, metrics and the status page of this process. */
export function startOperations(
  deps: Deps,
  { operations, holdMs, role }: Pick<Config, "operations" | "holdMs" | "role">,
): ReturnType<typeof startOperationsServer> {
  const { hearts, metrics } = deps;
  metrics.watchNumbers((signal) => showNumbers(deps, signal));
  const page = createStatusPage({
    ...deps,
    read: (signal) => showOperations(deps, signal),
    servedBy: () => ({
      role,
      loops: hearts.map(({ loop, heart }) => ({ loop, silentMs: heart.silentMs() })),
    }),
  });
  return startOperationsServer(operations, readinessOf(deps, holdMs), metrics, page);
}

/** A loop that has something to do looks at its list at least each time a hold is over. */
const SILENT_MARGIN_MS = 30_000;

function readinessOf({ store, hearts, policy }: Deps, holdMs: number): Readiness {
  return async (signal) => {
    if (policy().registries.length === 0)
      return { ready: false, why: "the policy names no registry" };
    const silent = hearts.find(({ heart }) => heart.silentMs() > holdMs + SILENT_MARGIN_MS);
    if (silent !== undefined) return { ready: false, why: `the ${silent.loop} loop stands still` };
    // Of no record: one that can't be read makes no process unfit.
    await store.audit(1, 0, signal);
    return { ready: true };
  };
}
