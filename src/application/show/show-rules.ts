import { contains, isAddress, parseAddress, type Address } from "../../domain/address.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Freeze } from "../../domain/freeze.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import {
  registriesFor,
  registryNamed,
  type Policy,
  type RegistryPolicy,
} from "../../domain/policy.ts";
import type { Slots } from "../../domain/slots.ts";
import { ifReadable } from "../if-readable.ts";
import type { RegistryRecord, Store } from "../store.ts";
import { whoseRule } from "./whose-rule.ts";

/** One rule, as it was read back. */
export type ShownRule = {
  readonly value: string;
  /** Named in the policy as permanent; added by us; or somebody else's. */
  readonly whose: "baseline" | "ours" | "foreign";
  /** The leases that it lets in, the first to end first. */
  readonly leases: readonly Lease[];
};

/** A registry's rules as the worker last read them, as far as the person may know of them. */
export type RegistryRules = {
  readonly registryName: string;
  readonly now: Date;
  readonly readAt: Date;
  readonly sku: string;
  readonly defaultAction: "Allow" | "Deny";
  readonly slots: Slots;
  readonly rules: readonly ShownRule[];
  /** How many more rules there are, which are not this person's to see. */
  readonly hidden: number;
  readonly findings: readonly Finding[];
  readonly freeze: Freeze | undefined;
};

/** The rules; or why they can't be shown. */
export type RulesOutcome =
  | { readonly kind: "rules"; readonly view: RegistryRules }
  | { readonly kind: "which-registry"; readonly known: readonly string[] }
  | { readonly kind: "unknown-registry"; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "not-observed"; readonly registryName: string };

type Deps = { readonly store: Store; readonly policy: () => Policy };

/**
 * The answer to `rules`. Approvers of the registry see every rule and whose it is. Who may ask for it sees the rules
 * of leases of their own, and how many others there are: the others' addresses are nobody else's business.
 */
export async function showRules(
  { store, policy }: Deps,
  { by, registryName }: { readonly by: PersonId; readonly registryName: string | undefined },
  signal: AbortSignal,
): Promise<RulesOutcome> {
  const visible = visibleTo(policy(), by);
  const known = visible.map(({ name }) => name);
  const [only, ...others] = visible;
  const named = registryName === undefined ? only : registryNamed(policy(), registryName);
  if (registryName === undefined && others.length > 0) return { kind: "which-registry", known };
  if (named === undefined || !visible.includes(named)) {
    return { kind: "unknown-registry", name: registryName ?? "", known };
  }
  const [{ value: record }, { value: leases, now }, frozen] = await Promise.all([
    store.registry(named.id, signal),
    store.leasesFor(named.id, signal),
    ifReadable(store.freeze(named.id, signal)),
  ]);
  if (record?.observed === undefined) return { kind: "not-observed", registryName: named.name };
  const { at: readAt, sku, defaultAction, slots } = record.observed;
  const approves = named.approvers.has(by);
  const all = rulesOf(named, record, record.observed.rules, leases);
  const rules = approves ? all : all.flatMap((rule) => ownPart(rule, by));
  const view = { registryName: named.name, now, readAt, sku, defaultAction, slots, rules };
  const { findings } = record;
  const freeze = frozen?.value?.freeze;
  const hidden = all.length - rules.length;
  return { kind: "rules", view: { ...view, hidden, findings, freeze } };
}

/** What a person may ask for or decides about, in the order of the policy. */
function visibleTo(policy: Policy, person: PersonId): readonly RegistryPolicy[] {
  const offered = registriesFor(policy, person);
  return policy.registries.filter(
    (registry) => offered.includes(registry) || registry.approvers.has(person),
  );
}

/** What was read, with whose each rule is and whom it lets in. */
export function rulesOf(
  { baseline }: Pick<RegistryPolicy, "baseline">,
  { owned }: Pick<RegistryRecord, "owned">,
  observed: readonly string[],
  leases: readonly Lease[],
): readonly ShownRule[] {
  return observed.map((value) => {
    const address = parseAddress(value);
    const whose = whoseRule(value, baseline, owned);
    // What Azure lists and we can't read is a rule all the same: somebody else's.
    if (whose === "unreadable" || !isAddress(address)) {
      return { value, whose: "foreign", leases: [] };
    }
    return { value, whose, leases: leasesUnder(address, leases) };
  });
}

function leasesUnder(rule: Address, leases: readonly Lease[]): readonly Lease[] {
  return leases
    .filter(({ address }) => contains(rule, address))
    .toSorted((one, other) => one.endsBy.getTime() - other.endsBy.getTime());
}

/** A wider rule that happens to let them in stays hidden: its value tells of others. */
function ownPart({ value, whose, leases }: ShownRule, person: PersonId): readonly ShownRule[] {
  const own = leases.filter(
    ({ requester, address }) => requester.id === person && address === value,
  );
  return own.length === 0 ? [] : [{ value, whose, leases: own }];
}
