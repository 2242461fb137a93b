import { parseAddress, type Address } from "./address.ts";
import { wantsRule, type Lease } from "./lease.ts";
import type { RegistryPolicy } from "./policy.ts";
import { admissions, type Admission, type PlanInput } from "./rule-plan.ts";

/**
 * Whether the policy wants an open lease left as it is whose rule somebody else has removed: nothing is put back, and
 * it lasts, without effect, until its end. A rule that was adopted is not worth that: it was to go.
 */
export function isLeftGone(
  { status, adopts }: Lease,
  admission: Admission,
  policy: RegistryPolicy | undefined,
): boolean {
  return (
    status === "open" && !adopts && admission === "none" && policy?.whenRemovedByOthers === "report"
  );
}

/**
 * The addresses that leases want a rule for. On a frozen registry that is only what is open and passes already:
 * nothing that did not pass before is let in, and what waits to be opened holds no rule up.
 */
export function wantedAddresses(
  leases: readonly Lease[],
  rules: Omit<PlanInput, "wanted">,
  frozen: boolean,
  policy: RegistryPolicy | undefined,
): readonly Address[] {
  const present = rules.actual.map(parseAddress);
  const admissionOf = admissions(rules);
  const passes = ({ address }: Lease): boolean => admissionOf(address) !== "none";
  return (
    leases
      .filter(wantsRule)
      // A rule that was adopted is ours to remove, never to add.
      .filter((lease) => !lease.adopts || present.includes(lease.address))
      .filter((lease) => !isLeftGone(lease, admissionOf(lease.address), policy))
      .filter((lease) => !frozen || (lease.status === "open" && passes(lease)))
      .map(({ address }) => address)
  );
}
