import { findingSentence } from "./adapters/teams/registry-wording.ts";
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

/** Opens the operations port: health, metrics and the status page. A loop that was silent for longer is not ready. */
export function startOperations(
  deps: Deps,
  { operations, role }: Pick<Config, "operations" | "role">,
  standsStillAfterMs: number,
): ReturnType<typeof startOperationsServer> {
  const { hearts, metrics } = deps;
  metrics.watchNumbers((signal) => showNumbers(deps, signal));
  const page = createStatusPage({
    ...deps,
    read: (signal) => showOperations(deps, signal),
    sentenceOf: findingSentence,
    servedBy: () => ({
      role,
      loops: hearts.map(({ loop, heart }) => ({ loop, silentMs: heart.silentMs() })),
    }),
  });
  return startOperationsServer(operations, readinessOf(deps, standsStillAfterMs), metrics, page);
}

function readinessOf({ store, hearts, policy }: Deps, standsStillAfterMs: number): Readiness {
  return async (signal) => {
    if (policy().registries.length === 0)
      return { ready: false, why: "the policy names no registry" };
    const silent = hearts.find(({ heart }) => heart.silentMs() > standsStillAfterMs);
    if (silent !== undefined) return { ready: false, why: `the ${silent.loop} loop stands still` };
    // Of no record: one that can't be read makes no process unfit.
    await store.audit(1, 0, signal);
    return { ready: true };
  };
}
