import { automaticRange, emergencyRefusal } from "./automatic.ts";
import { standingApprovals, standingDeciders } from "./deciders.ts";
import { grantedMs } from "./grant.ts";
import type { Lease, OpeningRefusal } from "./lease.ts";
import {
  policyRefusal,
  quorumFor,
  registryOf,
  type Policy,
  type RegistryPolicy,
} from "./policy.ts";
import { hoursRefusal } from "./recent.ts";
import { OPEN_WITHIN_MS } from "./request.ts";

/** What the worker knows by itself, whatever the store says. */
export type OwnKnowledge = {
  /** How many addresses this worker added to the registry in the last 60 minutes. */
  readonly openingsLastHour: number;
  /** How much time this worker has given to the lease's owner in the last 24 hours, by other leases. */
  readonly givenMs: number;
  /** Whether the registry lets everybody pull who gets through, as just read. */
  readonly anonymousPull: boolean;
};

/**
 * The worker's own check before it adds an address, against its own copy of the policy: a store or a bot that
 * lies opens nothing that the policy would not have allowed.
 */
export function openingRefusal(
  policy: Policy,
  lease: Lease,
  { openingsLastHour, givenMs, anonymousPull }: OwnKnowledge,
): OpeningRefusal | undefined {
  const registry = registryOf(policy, lease.registry);
  if (registry === undefined) return { kind: "registry-left-policy" };
  const perHour = registry.limits.openingsPerHour;
  const tooMany =
    openingsLastHour >= perHour ? ({ kind: "too-many-openings", perHour } as const) : undefined;

  if (lease.adopts) return adoptionRefusal(registry, lease) ?? tooMany;
  if (anonymousPull && registry.anonymousPull === "refuse") return { kind: "anonymous-pull" };
  const refusal = policyRefusal(registry, {
    requester: lease.requester.id,
    address: lease.address,
    durationMs: lease.durationMs,
    reason: lease.reason,
    grantedBy: GRANTED_BY[lease.basis.kind],
  });
  if (refusal !== undefined) return { kind: "against-policy", refusal };
  const baseless = basisRefusal(registry, lease);
  if (baseless !== undefined) return baseless;
  if (endsTooLate(registry, lease)) return { kind: "ends-too-late" };

  // In an emergency nobody counts hours.
  const tooMuch =
    lease.basis.kind === "emergency"
      ? undefined
      : hoursRefusal(registry, givenMs, lease.durationMs);
  return tooMuch === undefined ? tooMany : { kind: "against-policy", refusal: tooMuch };
}

const GRANTED_BY = {
  approvals: "approvers",
  move: "approvers",
  range: "policy",
  emergency: "emergency",
} as const;

/** Whether what is said to have let the address in would do so by this worker's policy. */
function basisRefusal(registry: RegistryPolicy, lease: Lease): OpeningRefusal | undefined {
  const { basis, address, requester, durationMs } = lease;

  switch (basis.kind) {
    case "range":
      // Which of its ranges it was is for people to read: its own list is what counts here.
      return automaticRange(registry, address) === undefined
        ? { kind: "not-automatic", basis: "range" }
        : undefined;
    case "emergency":
      return emergencyRefusal(registry, requester.id, address, durationMs) === undefined
        ? undefined
        : { kind: "not-automatic", basis: "emergency" };
    case "move":
      return registry.move === "automatic"
        ? approvalRefusal(registry, lease)
        : { kind: "not-automatic", basis: "move" };
    case "approvals":
      return approvalRefusal(registry, lease);
  }
}

/** Enough people who may decide have said yes, and to no less time than this. */
function approvalRefusal(registry: RegistryPolicy, lease: Lease): OpeningRefusal | undefined {
  const { address, approvals, requester, askedAt, durationMs } = lease;
  const standing = standingDeciders(registry, approvals, requester, askedAt);
  const needed = quorumFor(registry, address);
  if (standing < needed) return { kind: "approval-does-not-stand", needed, standing };
  return durationMs >
    grantedMs(durationMs, standingApprovals(registry, approvals, requester, askedAt))
    ? { kind: "longer-than-approved" }
    : undefined;
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

/** The stored end may be no later than what was granted could come to. */
function endsTooLate(
  { duration }: RegistryPolicy,
  { approvedAt, endsBy, durationMs }: Lease,
): boolean {
  const longest = Math.min(duration.maxMs, durationMs);
  return endsBy.getTime() > approvedAt.getTime() + OPEN_WITHIN_MS + longest;
}
