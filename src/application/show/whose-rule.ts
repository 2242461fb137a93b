import { isAddress, parseAddress, type Address } from "../../domain/address.ts";

/** Whose a rule is: `unreadable` is somebody else's, too, and no IPv4 address or range. */
export type RuleOwner = "ours" | "baseline" | "foreign" | "unreadable";

/** Whose a rule is that Azure lists, by the policy's permanent rules and by what our own data says is ours. */
export function whoseRule(
  value: string,
  baseline: readonly Address[],
  owned: readonly Address[],
): RuleOwner {
  const address = parseAddress(value);
  if (!isAddress(address)) return "unreadable";
  if (baseline.includes(address)) return "baseline";
  return owned.includes(address) ? "ours" : "foreign";
}
