import { isAddress, parseAddress, type Address } from "./address.ts";
import type { PlanInput } from "./rule-plan.ts";

/** Why a rule can't be taken over. */
export type AdoptionObstacle = "absent" | "ours" | "permanent" | "twice";

/**
 * Whether there is exactly one rule of this very value, and it is somebody else's. One that is ours has leases of its
 * own: taking it over would only make it last longer. `undefined` when nothing speaks against it.
 */
export function adoptionObstacle(
  address: Address,
  { owned, baseline, actual }: Omit<PlanInput, "wanted">,
): AdoptionObstacle | undefined {
  if (baseline.includes(address)) return "permanent";
  const times = actual
    .map(parseAddress)
    .filter((rule) => isAddress(rule) && rule === address).length;
  if (times === 0) return "absent";
  if (times > 1) return "twice";
  return owned.has(address) ? "ours" : undefined;
}
