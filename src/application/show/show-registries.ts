import type { PersonId } from "../../domain/ids.ts";
import {
  approversFor,
  registriesFor,
  type Policy,
  type RegistryPolicy,
} from "../../domain/policy.ts";
import { ifReadable } from "../if-readable.ts";
import type { Store } from "../store.ts";

/** A registry that the person may ask for. */
export type RegistryOffer = {
  readonly policy: RegistryPolicy;
  /** How many could approve what this person asks for; by count, since who they are is nobody's to know. */
  readonly approvers: number;
  /** Also when the freeze can't be read: whoever wrote it may have meant it. */
  readonly frozen: boolean;
};

/** The answer to `registries`: what the person may ask for, in the order of the policy. */
export async function showRegistries(
  { store, policy }: { readonly store: Store; readonly policy: () => Policy },
  person: PersonId,
  signal: AbortSignal,
): Promise<readonly RegistryOffer[]> {
  return Promise.all(
    registriesFor(policy(), person).map(async (registry) => {
      const read = await ifReadable(store.freeze(registry.id, signal));
      const frozen = read === undefined || read.value?.freeze !== undefined;
      return { policy: registry, approvers: approversFor(registry, person).length, frozen };
    }),
  );
}
