import { standingDeciders } from "./deciders.ts";
import type { Lease, OpeningRefusal } from "./lease.ts";
import {
  policyRefusal,
  quorumFor,
  registryOf,
  type Policy,
  type RegistryPolicy,
} from "./policy.ts";
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

  if (lease.adopts) return adoptionRefusal(registry, lease);
  const refusal = policyRefusal(registry, { ...lease, requester: lease.requester.id });
  if (refusal !== undefined) return { kind: "against-policy", refusal };

  const standing = standingDeciders(registry, lease.approvals, lease.requester, lease.askedAt);
  const needed = quorumFor(registry, lease.address);
  if (standing < needed) return { kind: "approval-does-not-stand", needed, standing };

  if (endsTooLate(registry, lease)) return { kind: "ends-too-late" };

  const perHour = registry.limits.openingsPerHour;
  return openingsLastHour >= perHour ? { kind: "too-many-openings", perHour } : undefined;
}

/**
 * Nothing is opened by an adoption, so one approver may decide it alone, for himself: whoever asked for it must be a
 * listed approver now.
 */
function adoptionRefusal(registry: RegistryPolicy, lease: Lease): OpeningRefusal | undefined {
  const { requester, approvals, durationMs } = lease;
  const decided = approvals.some(({ approver }) => approver.id === requester.id);
  if (!decided || !registry.approvers.has(requester.id)) {
    return { kind: "approval-does-not-stand", needed: 1, standing: 0 };
  }
  const { maxMs } = registry.duration;
  return durationMs > maxMs || endsTooLate(registry, lease) ? { kind: "ends-too-late" } : undefined;
}

function endsTooLate({ duration }: RegistryPolicy, { approvedAt, endsBy }: Lease): boolean {
  return endsBy.getTime() > approvedAt.getTime() + OPEN_WITHIN_MS + duration.maxMs;
}
