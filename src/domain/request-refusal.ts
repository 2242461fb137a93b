import type { Lease } from "./lease.ts";
import { policyRefusal, type PolicyRefusal, type RegistryPolicy } from "./policy.ts";
import { automaticFor } from "./automatic.ts";
import { asked } from "./grant.ts";
import type { Pending } from "./request.ts";

/**
 * The first reason why the policy does not allow the request, about the lease that it is to change if there is one, or
 * `undefined`. The same at asking and at deciding.
 */
export function requestRefusal(
  policy: RegistryPolicy,
  request: Pending,
  lease: Lease | undefined,
  now: Date,
): PolicyRefusal | undefined {
  if (request.kind === "replace" && policy.move === "never") return { kind: "moves-are-off" };
  if (request.kind === "extend") {
    const { maxMs, times } = policy.duration.extend;
    const { durationMs } = request;
    if (durationMs > maxMs) return { kind: "extension-too-long", durationMs, maxMs };
    if ((lease?.extensions.length ?? 0) >= times) return { kind: "extended-too-often", times };
  }
  const grantedBy = automaticFor(policy, request, lease) === undefined ? "approvers" : "policy";
  const { addressFrom } = request;
  return policyRefusal(policy, {
    ...asked(request, lease, now),
    grantedBy,
    // More time is for an address that was judged when it was opened.
    ...(request.kind === "extend" ? {} : { addressFrom }),
  });
}
