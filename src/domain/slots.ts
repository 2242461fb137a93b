import type { Address } from "./address.ts";
import { planRules, type PlanInput } from "./rule-plan.ts";

/** How many rules there are, and how many there may be; `undefined` when Azure did not say. */
export type Slots = { readonly used: number; readonly limit: number | undefined };

/**
 * How many rules a Premium registry takes when `listUsages` does not tell (learn.microsoft.com, "Azure Container
 * Registry service tiers", limits of Premium).
 */
const RULES_AT_MOST = 200;

/** Of so many slots, in hundredths, the rest is soon used up. */
const NEARLY_FULL = 90;

/** Whether there is still room, and little of it: time to make some. Unknown when the limit is. */
export function isNearlyFull({ used, limit }: Slots): boolean {
  return limit !== undefined && used < limit && used * 100 >= limit * NEARLY_FULL;
}

/**
 * Whether one more address would need a rule that does not fit, once everything else that is planned has happened:
 * rules that are to go are free then, approved ones that are not there yet take theirs. An address that a rule
 * admits already needs none.
 */
export function isFullFor(address: Address, input: PlanInput, { limit }: Slots): boolean {
  const plan = planRules({ ...input, wanted: [...input.wanted, address] });
  return plan.add.includes(address) && plan.next.length > (limit ?? RULES_AT_MOST);
}

/** Whether one more address has room for a rule whatever these leases are for: each needs one rule at the most. */
export function surelyFits(rules: number, leases: number, { limit }: Slots): boolean {
  return rules + leases + 1 <= (limit ?? RULES_AT_MOST);
}

/** Whether everything that is wanted fits together, so that no single address need be asked about. */
export function fitsTogether(input: PlanInput, { limit }: Slots): boolean {
  const { add, next } = planRules(input);
  return add.length === 0 || next.length <= (limit ?? RULES_AT_MOST);
}
