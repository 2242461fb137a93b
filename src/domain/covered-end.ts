import { standingDeciders } from "./deciders.ts";
import { OPEN_WITHIN_MS } from "./request.ts";
import type { Extension, Open } from "./lease.ts";
import { quorumFor, registryOf, type Policy } from "./policy.ts";

/** The end that a lease may have, and the extensions that it rests on. */
type CoveredEnd = { readonly endsAt: Date; readonly extensions: readonly Extension[] };

/**
 * How long an open lease may last by the worker's own policy, whatever end the store says: as long as its first
 * approval granted, and longer by each extension that approvers who count now have approved while it was open, each
 * no further away from its approval than the policy's longest duration. What comes after an extension that does not
 * hold does not hold either. Of a registry that left the policy nothing is known that could cover an extension.
 */
export function coveredEnd(lease: Open, policy: Policy): CoveredEnd {
  const { seenAt, durationMs, endsBy, approvedAt, requester } = lease;
  const granted = Math.min(seenAt.getTime() + durationMs, endsBy.getTime());
  const registry = registryOf(policy, lease.registry);
  if (registry === undefined) return { endsAt: new Date(granted), extensions: [] };

  const { maxMs } = registry.duration;
  let end = Math.min(granted, approvedAt.getTime() + OPEN_WITHIN_MS + maxMs);
  const extensions: Extension[] = [];
  for (const extension of lease.extensions) {
    const next = end + extension.durationMs;
    const at = extension.at.getTime();
    const stands =
      standingDeciders(registry, extension.approvals, requester, extension.askedAt) >=
      quorumFor(registry, lease.address);
    if (!stands || at >= end || next > at + maxMs) break;
    end = next;
    extensions.push(extension);
  }
  return { endsAt: new Date(end), extensions };
}
