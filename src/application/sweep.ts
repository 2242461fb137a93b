import type { Policy } from "../domain/policy.ts";
import { commitSurely } from "./commit-surely.ts";
import type { Ids } from "./ports.ts";
import type { Store } from "./store.ts";

const WRITE_WITHIN_MS = 10_000;

/**
 * Has every registry of the policy looked at now. Registries that left the policy stay on the wake list by
 * themselves until nothing of ours is left on them.
 */
export async function sweep(
  { store, ids }: { readonly store: Store; readonly ids: Ids },
  policy: Policy,
  signal: AbortSignal,
): Promise<void> {
  const [first] = policy.registries;
  if (first === undefined) return;
  const { now } = await store.registry(first.id, signal);
  await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
      wake: policy.registries.map(({ id }) => ({ list: "registry", key: id, at: now })),
    },
    signal,
  );
}
