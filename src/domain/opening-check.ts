import type { Lease, OpeningRefusal } from "./lease.ts";
import { policyRefusal, registryOf, standingApprovers, type Policy } from "./policy.ts";
import { OPEN_WITHIN_MS } from "./request.ts";

/**
 * The worker's own check before it adds an address, against its own copy of the policy: a store or a bot that
 * lies opens nothing that the policy would not have allowed. `openingsLastHour` counts what this worker added
 * to the registry in the last 60 minutes, from its own memory.
 */
export function openingRefusal(
  policy: Policy,
  lease: Lease,
  openingsLastHour: number,
): OpeningRefusal | undefined {
  const registry = registryOf(policy, lease.registry);
  if (registry === undefined) return { kind: "registry-left-policy" };

  const refusal = policyRefusal(registry, { ...lease, requester: lease.requester.id });
  if (refusal !== undefined) return { kind: "against-policy", refusal };

  const standing = standingApprovers(registry, lease.approvals, lease.requester);
  if (standing < registry.quorum) {
    return { kind: "approval-does-not-stand", needed: registry.quorum, standing };
  }

  const latestEnd = lease.approvedAt.getTime() + OPEN_WITHIN_MS + registry.duration.maxMs;
  if (lease.endsBy.getTime() > latestEnd) return { kind: "ends-too-late" };

  const perHour = registry.limits.openingsPerHour;
  return openingsLastHour >= perHour ? { kind: "too-many-openings", perHour } : undefined;
}
