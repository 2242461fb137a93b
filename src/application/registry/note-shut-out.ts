import { shutOut } from "../../domain/lease.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import { admissions, type PlanInput } from "../../domain/rule-plan.ts";
import { isLeftGone } from "../../domain/wanted-rules.ts";
import type { RegistryDraft } from "./registry-draft.ts";

/**
 * Writes down which open leases let nothing pass, as the rules were read: nobody is to be told that they are open. A
 * rule that was put back in the same round is none of that.
 */
export function noteShutOut(
  draft: RegistryDraft,
  rules: Omit<PlanInput, "wanted">,
  policy: RegistryPolicy | undefined,
  now: Date,
): void {
  const admissionOf = admissions(rules);
  for (const lease of draft.leases()) {
    const admission = admissionOf(lease.address);
    if (lease.status !== "open" || admission !== "none") continue;
    const putBack = !isLeftGone(lease, admission, policy);
    if (lease.gone?.putBack === putBack) continue;
    const { id, registry, address } = lease;
    const seenAt = lease.gone?.seenAt ?? now;
    const event = { kind: "lease.shut-out", lease: id, registry, address, putBack } as const;
    draft.move(shutOut(lease, { seenAt, putBack }), event);
  }
}
