import type { Policy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import { pause, within } from "../deadline.ts";
import type { Ids, Log } from "../ports.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly ids: Ids };

const WRITE_WITHIN_MS = 10_000;
const EVERY_MS = 60_000;
/** Later than any registry is looked at anyway. */
const SWEPT_IN_MS = 6 * 60_000;

/**
 * Has every registry of the policy looked at in `inMs`, unless it is to be looked at sooner. Registries that left the
 * policy stay on the wake list by themselves until nothing of ours is left on them.
 */
export async function sweep(
  { store, ids }: Deps,
  policy: Policy,
  inMs: number,
  signal: AbortSignal,
): Promise<void> {
  const [first] = policy.registries;
  if (first === undefined) return;
  // For its time only, and of no record: one that can't be read must not keep a worker from starting.
  const { now } = await store.audit(1, 0, signal);
  const at = new Date(now.getTime() + inMs);
  await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
      wake: policy.registries.map(({ id }) => ({ list: "registry", key: id, at })),
    },
    signal,
  );
}

/** Sweeps once a minute until stopped: a store that was emptied meanwhile gets its registries back. */
export async function keepSweeping(
  deps: Deps & { readonly policy: () => Policy; readonly log: Log },
  stop: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(EVERY_MS, stop);
    if (stop.aborted) return;
    try {
      await sweep(deps, deps.policy(), SWEPT_IN_MS, within(WRITE_WITHIN_MS, stop));
    } catch (error) {
      deps.log.error("sweep.failed", { error });
    }
  }
}
