import { contains, isAddress, isRange, parseAddress, type Address } from "./address.ts";

/** What should be, what is, and what is ours. */
export type PlanInput = {
  /** Addresses of the live leases that passed every check; repeats allowed. */
  readonly wanted: readonly Address[];
  /** Rules that our own data says we added or are about to add. */
  readonly owned: ReadonlySet<Address>;
  /** Permanent rules of the policy: never removed, whatever the store says. */
  readonly baseline: readonly Address[];
  /** The values of the registry's rules as ARM returned them, in its order. */
  readonly actual: readonly string[];
};

/** The difference. Applying it is dumb: send `next` when `add` or `remove` has something in it. */
export type RulePlan = {
  readonly add: readonly Address[];
  readonly remove: readonly Address[];
  /** The whole list to send: everything read, in its order, without `remove`, then `add`. */
  readonly next: readonly string[];
};

/** Who lets an address pass: our own rule, or somebody else's (the lease is then borrowed). */
export type Admission = "owned" | "foreign" | "none";

/**
 * | wanted | on the registry | ours | so                                                       |
 * |--------|-----------------|------|----------------------------------------------------------|
 * | yes    | no              | any  | add, unless a rule that stays or is added contains it     |
 * | yes    | yes             | yes  | keep: many leases may need it, a foreign cover may appear |
 * | yes    | yes             | no   | borrowed: nothing is added, nothing becomes ours          |
 * | no     | yes             | yes  | remove                                                    |
 * | no     | yes             | no   | foreign: it stays, always                                 |
 */
export function planRules(input: PlanInput): RulePlan {
  const wanted = new Set(input.wanted);
  const ours = ownedPresent(input);
  const remove = [...ours].filter((address) => !wanted.has(address));
  const removed = new Set<string>(remove);
  const kept = input.actual.filter((value) => !removed.has(canonical(value) ?? ""));
  const keptAddresses = kept.map(canonical).filter((address) => address !== undefined);

  const admittingOfKept = admittingAmong(keptAddresses);
  const missing = [...wanted].filter((address) => admittingOfKept(address).length === 0);
  const admittingOfMissing = admittingAmong(missing);
  // Each admits itself.
  const add = missing.filter((address) => admittingOfMissing(address).length === 1);
  return { add, remove, next: [...kept, ...add] };
}

/** The same plan without the additions that are not among these: what was not intended is not added. */
export function onlyAdding(plan: RulePlan, intended: readonly Address[]): RulePlan {
  const dropped = new Set<string>(plan.add.filter((address) => !intended.includes(address)));
  const add = plan.add.filter((address) => !dropped.has(address));
  return { ...plan, add, next: plan.next.filter((value) => !dropped.has(value)) };
}

/** The owned rules that are on the registry. A value present twice is foreign, and so is the baseline. */
export function ownedPresent({
  owned,
  baseline,
  actual,
}: Omit<PlanInput, "wanted">): ReadonlySet<Address> {
  const seen = new Map<Address, number>();
  for (const value of actual) {
    const address = canonical(value);
    if (address !== undefined) seen.set(address, (seen.get(address) ?? 0) + 1);
  }
  const permanent = new Set(baseline);
  return new Set(
    [...seen]
      .filter(([address, times]) => times === 1 && owned.has(address) && !permanent.has(address))
      .map(([address]) => address),
  );
}

/**
 * Whether, and through whose rule, the registry lets an address pass. Ours counts first. The rules are read once,
 * however many addresses are asked about.
 */
export function admissions(input: Omit<PlanInput, "wanted">): (address: Address) => Admission {
  const ours = ownedPresent(input);
  const rules = input.actual.map(canonical).filter((rule) => rule !== undefined);
  const admittingOf = admittingAmong(rules);
  return (address) => {
    const admitting = admittingOf(address);
    if (admitting.some((rule) => ours.has(rule))) return "owned";
    return admitting.length > 0 ? "foreign" : "none";
  };
}

/** Those of the rules that admit an address: itself, and the ranges around it. Only ranges are compared one by one. */
function admittingAmong(rules: readonly Address[]): (address: Address) => readonly Address[] {
  const all = new Set(rules);
  const ranges = [...all].filter(isRange);
  return (address) => [
    ...(all.has(address) ? [address] : []),
    ...ranges.filter((range) => range !== address && contains(range, address)),
  ];
}

/** A value that is no address of ours to understand (host bits, IPv6) is foreign: kept, and admits nothing. */
function canonical(value: string): Address | undefined {
  const parsed = parseAddress(value);
  return isAddress(parsed) ? parsed : undefined;
}
