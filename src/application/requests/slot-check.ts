import type { Address } from "../../domain/address.ts";
import { wantsRule } from "../../domain/lease.ts";
import type { LeaseId } from "../../domain/ids.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import { isFullFor, surelyFits, type Slots } from "../../domain/slots.ts";
import type { RegistryRecord, Store } from "../store.ts";

/**
 * The slots of the registry when it has none for the address, as it was last observed and with what was approved since.
 * Of a registry that nobody has looked at, or whose `record` can't be read, nothing is known that would speak against
 * it. `without`: a lease whose place the address would take.
 */
export async function fullFor(
  store: Store,
  { id, baseline }: RegistryPolicy,
  record: RegistryRecord | undefined,
  address: Address,
  without: LeaseId | undefined,
  signal: AbortSignal,
): Promise<Slots | undefined> {
  if (record?.observed === undefined) return undefined;
  const { rules: actual, slots } = record.observed;
  // To count leases costs next to nothing, to read them a processor's time for each.
  const { value: tally } = await store.tally([id], signal);
  const count = tally.registries.reduce((sum, { leases }) => sum + leases, 0);
  if (surelyFits(actual.length, count, slots)) return undefined;
  const { value: leases } = await store.leasesFor(id, signal);
  const wanted = leases
    .filter(wantsRule)
    .filter((lease) => lease.id !== without)
    .map((lease) => lease.address);
  const input = { wanted, owned: new Set(record.owned), baseline, actual };
  return isFullFor(address, input, slots) ? slots : undefined;
}
