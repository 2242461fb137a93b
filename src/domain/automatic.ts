import { contains, isRange, prefixOf, type Address } from "./address.ts";
import { standingDeciders } from "./deciders.ts";
import type { PersonId } from "./ids.ts";
import type { Basis, Lease, LeaseTerms } from "./lease.ts";
import { quorumFor, type Emergency, type PolicyRefusal, type RegistryPolicy } from "./policy.ts";
import type { Pending } from "./request.ts";

/** The policy's own yes to a request: it takes no approver. */
export type Automatic = Exclude<Basis, { kind: "approvals" | "emergency" }> | { kind: "extension" };

/**
 * Whether the policy itself says yes to the request: a rule that names the range, or that leases may be moved or
 * extended. `undefined` when it takes approvers. A single address that was seen by link is let in, never a typed one.
 */
export function automaticFor(
  policy: RegistryPolicy,
  request: Pending,
  lease: Lease | undefined,
): Automatic | undefined {
  if (request.kind === "extend") {
    return lease !== undefined && extendsByItself(policy, lease)
      ? { kind: "extension" }
      : undefined;
  }
  const { address } = request;
  if (request.addressFrom.kind !== "link" || isRange(address)) return undefined;
  const range = automaticRange(policy, address);
  if (range !== undefined) return { kind: "range", range };
  return request.kind === "replace" && lease !== undefined && movesByItself(policy, lease, address)
    ? { kind: "move", of: lease.id }
    : undefined;
}

/** The range of the policy that lets a single address in without approvers. */
export function automaticRange(policy: RegistryPolicy, address: Address): Address | undefined {
  if (isRange(address)) return undefined;
  return policy.automaticRanges.find((range) => contains(range, address));
}

/**
 * Whether the policy extends the lease by itself. What was opened in an emergency, or is somebody else's rule, gets more
 * time from approvers only.
 */
export function extendsByItself(
  { duration }: RegistryPolicy,
  { basis, adopts }: Pick<LeaseTerms, "basis" | "adopts">,
): boolean {
  return duration.extend.approval === "automatic" && basis.kind !== "emergency" && !adopts;
}

/**
 * Whether the approvals of a lease stand for another address too: if the policy says so, it is no wider, and it would
 * not have taken more approvers than have said yes.
 */
function movesByItself(policy: RegistryPolicy, lease: Lease, address: Address): boolean {
  const { basis, adopts, approvals, requester, askedAt } = lease;
  const hasApprovals = basis.kind === "approvals" || basis.kind === "move";
  return (
    policy.move === "automatic" &&
    hasApprovals &&
    !adopts &&
    prefixOf(address) >= prefixOf(lease.address) &&
    standingDeciders(policy, approvals, requester, askedAt) >= quorumFor(policy, address)
  );
}

/** Why somebody can't open an address at once for themselves; also what the worker holds such a lease against. */
export function emergencyRefusal(
  { emergency }: { readonly emergency: Emergency },
  person: PersonId,
  address: Address | undefined,
  durationMs: number,
): PolicyRefusal | undefined {
  if (emergency.kind === "off" || !emergency.people.has(person)) {
    return { kind: "no-emergency-for-you" };
  }
  if (address !== undefined && isRange(address)) return { kind: "too-wide", address, widest: 32 };
  const { maxMs } = emergency;
  return durationMs > maxMs ? { kind: "too-long", durationMs, maxMs } : undefined;
}
