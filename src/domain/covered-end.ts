import { extendsByItself } from "./automatic.ts";
import { standingApprovals, standingDeciders } from "./deciders.ts";
import { grantedMs } from "./grant.ts";
import { OPEN_WITHIN_MS } from "./request.ts";
import type { Extension, Open } from "./lease.ts";
import { quorumFor, registryOf, type Policy, type RegistryPolicy } from "./policy.ts";

/** The end that a lease may have, and the extensions that it rests on. */
type CoveredEnd = { readonly endsAt: Date; readonly extensions: readonly Extension[] };

const CLOCKS_DIFFER_BY_MS = 15 * 60_000;

/**
 * How long an open lease may last by the worker's own policy, whatever end the store says: as long as its first
 * approvals granted, and longer by each extension that was granted while it was open, by approvers who count now or by
 * the policy itself, each no longer than the policy lets an extension be, and no further away from its approval than
 * the policy's longest duration. What comes after an extension that does not hold does not hold either. Of a registry
 * that left the policy nothing is known that could cover an extension. What is said to have happened at a moment that
 * has not come yet covers nothing: it would keep the lease open until long after that.
 */
export function coveredEnd(lease: Open, policy: Policy, now: Date): CoveredEnd {
  const { seenAt, durationMs, endsBy, approvedAt, approvals } = lease;
  if (isToCome(seenAt, now) || isToCome(approvedAt, now)) return { endsAt: now, extensions: [] };
  const lasts = grantedMs(durationMs, approvals);
  const granted = Math.min(seenAt.getTime() + lasts, endsBy.getTime());
  const registry = registryOf(policy, lease.registry);
  if (registry === undefined) return { endsAt: new Date(granted), extensions: [] };

  const { maxMs, extend } = registry.duration;
  let end = Math.min(
    granted,
    approvedAt.getTime() + OPEN_WITHIN_MS + longestFirst(registry, lease),
  );
  const extensions: Extension[] = [];
  for (const extension of lease.extensions.slice(0, extend.times)) {
    const next = end + extension.durationMs;
    const at = extension.at.getTime();
    const holds = isCovered(registry, lease, extension) && !isToCome(extension.at, now);
    if (!holds || at >= end || next > at + maxMs) break;
    end = next;
    extensions.push(extension);
  }
  return { endsAt: new Date(end), extensions };
}

/** Further ahead than clocks of stores that take each other's place may differ. */
function isToCome(moment: Date, now: Date): boolean {
  return moment.getTime() > now.getTime() + CLOCKS_DIFFER_BY_MS;
}

/** How long the lease may last without extensions. What was opened in an emergency keeps its time if those are off now. */
function longestFirst({ duration, emergency }: RegistryPolicy, { basis }: Open): number {
  return basis.kind === "emergency" && emergency.kind === "on" ? emergency.maxMs : duration.maxMs;
}

function isCovered(
  registry: RegistryPolicy,
  lease: Open,
  { approvals, askedAt, durationMs }: Extension,
): boolean {
  if (durationMs > registry.duration.extend.maxMs) return false;
  if (approvals.length === 0) return extendsByItself(registry, lease);
  const counting = standingApprovals(registry, approvals, lease.requester, askedAt);
  if (durationMs > grantedMs(durationMs, counting)) return false;
  const standing = standingDeciders(registry, approvals, lease.requester, askedAt);
  return standing >= quorumFor(registry, lease.address);
}
