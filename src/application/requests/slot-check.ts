import type { Address } from "../../domain/address.ts";
import { wantsRule } from "../../domain/lease.ts";
import type { LeaseId } from "../../domain/ids.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import { isFullFor, type Slots } from "../../domain/slots.ts";
import type { Store } from "../store.ts";

/**
 * The slots of the registry when it has none for the address, as it was last observed and with what was approved since. Of a
 * registry that nobody has looked at nothing is known that would speak against it. `without`: a lease whose place
 * the address would take.
 */
export async function fullFor(
  store: Store,
  { id, baseline }: RegistryPolicy,
  address: Address,
  without: LeaseId | undefined,
  signal: AbortSignal,
): Promise<Slots | undefined> {
  const [{ value: record }, { value: leases }] = await Promise.all([
    store.registry(id, signal),
    store.leasesFor(id, signal),
  ]);
  if (record?.observed === undefined) return undefined;
  const { rules: actual, slots } = record.observed;
  const wanted = leases
    .filter(wantsRule)
    .filter((lease) => lease.id !== without)
    .map((lease) => lease.address);
  const input = { wanted, owned: new Set(record.owned), baseline, actual };
  return isFullFor(address, input, slots) ? slots : undefined;
}
