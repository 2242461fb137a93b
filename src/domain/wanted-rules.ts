import { parseAddress, type Address } from "./address.ts";
import { wantsRule, type Lease } from "./lease.ts";
import { admissions, type PlanInput } from "./rule-plan.ts";

/**
 * The addresses that leases want a rule for. On a frozen registry that is only what is open and passes already:
 * nothing that did not pass before is let in, and what waits to be opened holds no rule up.
 */
export function wantedAddresses(
  leases: readonly Lease[],
  rules: Omit<PlanInput, "wanted">,
  frozen: boolean,
): readonly Address[] {
  const present = rules.actual.map(parseAddress);
  const admissionOf = admissions(rules);
  const passes = ({ address }: Lease): boolean => admissionOf(address) !== "none";
  return (
    leases
      .filter(wantsRule)
      // A rule that was adopted is ours to remove, never to add.
      .filter((lease) => !lease.adopts || present.includes(lease.address))
      .filter((lease) => !frozen || (lease.status === "open" && passes(lease)))
      .map(({ address }) => address)
  );
}
