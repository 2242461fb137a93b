import type { Finding } from "../../domain/finding.ts";
import type { RegistryId } from "../../domain/ids.ts";
import type { Policy, RegistryPolicy } from "../../domain/policy.ts";
import type { Slots } from "../../domain/slots.ts";
import { ifReadable } from "../if-readable.ts";
import type { RegistryRecord, Store, Tally } from "../store.ts";
import { whoseRule, type RuleOwner } from "./whose-rule.ts";

/** What is the case now, in numbers, without anything of a person or an address. */
export type Numbers = {
  readonly now: Date;
  /** Those of the policy, in its order. */
  readonly registries: readonly RegistryNumbers[];
  readonly wakeLists: Tally["wakeLists"];
};

/** Of one registry. */
export type RegistryNumbers = {
  readonly id: RegistryId;
  readonly name: string;
  readonly leases: number;
  readonly pending: number;
  readonly oldestPendingAt: Date | undefined;
  /** `undefined` as long as no worker has read the registry, or when what it found can't be read. */
  readonly observed: ObservedNumbers | undefined;
  readonly findings: readonly Finding[];
  /** Rounds that failed in a row. */
  readonly failures: number;
};

/** The registry's rules as last read. */
type ObservedNumbers = {
  readonly at: Date;
  readonly slots: Slots;
  readonly rules: Readonly<Record<RuleOwner, number>>;
};

/**
 * Counts in the store and reads one record of each registry of the policy, so it may be asked every few seconds
 * however many leases there are.
 */
export async function showNumbers(
  { store, policy }: { readonly store: Store; readonly policy: () => Policy },
  signal: AbortSignal,
): Promise<Numbers> {
  const { registries } = policy();
  const [{ now, value: tally }, records] = await Promise.all([
    store.tally(
      registries.map(({ id }) => id),
      signal,
    ),
    Promise.all(registries.map(({ id }) => ifReadable(store.registry(id, signal)))),
  ]);
  return {
    now,
    wakeLists: tally.wakeLists,
    registries: registries.map((registry, i) => {
      const { leases = 0, pending = 0, oldestPendingAt } = tally.registries[i] ?? {};
      const record = records[i]?.value;
      return {
        id: registry.id,
        name: registry.name,
        leases,
        pending,
        oldestPendingAt,
        observed: record && observedOf(registry, record),
        findings: record?.findings ?? [],
        failures: record?.failures ?? 0,
      };
    }),
  };
}

function observedOf(
  { baseline }: RegistryPolicy,
  { owned, observed }: RegistryRecord,
): ObservedNumbers | undefined {
  if (observed === undefined) return undefined;
  const rules = { ours: 0, baseline: 0, foreign: 0, unreadable: 0 };
  for (const value of observed.rules) rules[whoseRule(value, baseline, owned)] += 1;
  return { at: observed.at, slots: observed.slots, rules };
}
