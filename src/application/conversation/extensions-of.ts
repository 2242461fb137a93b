import { isShutOut, type Lease } from "../../domain/lease.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";

const HOUR_MS = 60 * 60_000;

/** How much longer a lease can be asked for with one click: one hour and two, as far as the policy goes. */
export function extensionsOf(policy: RegistryPolicy | undefined, lease: Lease): readonly number[] {
  if (policy === undefined || lease.status !== "open" || isShutOut(lease)) return [];
  const { maxMs, times } = policy.duration.extend;
  if (lease.extensions.length >= times) return [];
  return [...new Set([Math.min(HOUR_MS, maxMs), Math.min(2 * HOUR_MS, maxMs)])];
}
