import { registryNameOf, type LeaseId, type RegistryId, type RequestId } from "../../domain/ids.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";

/** Something that people can mean by its id or by the name of its registry. */
type Named = { readonly id: RequestId | LeaseId; readonly registry: RegistryId };

/** Which of several somebody means. Of many none is taken: nothing is done from a guess. */
export type Choice<T> =
  | { readonly kind: "one"; readonly value: T }
  | { readonly kind: "none" }
  | { readonly kind: "many"; readonly values: readonly T[] };

/** `target` is the beginning of an id or the name of a registry, in any case; without one there must be only one. */
export function whichOne<T extends Named>(
  candidates: readonly T[],
  target: string | undefined,
  policy: Policy,
): Choice<T> {
  const meant =
    target === undefined ? candidates : candidates.filter((each) => isMeant(each, target, policy));
  const [value, ...others] = meant;
  if (value === undefined) return { kind: "none" };
  return others.length === 0 ? { kind: "one", value } : { kind: "many", values: meant };
}

/** Four characters are what the cards show of an id. */
export function hasId({ id }: Pick<Named, "id">, target: string): boolean {
  return target.length >= 4 && id.startsWith(target.toUpperCase());
}

/** A registry that left the policy is still known by the name that Azure gives it. */
function isMeant({ id, registry }: Named, target: string, policy: Policy): boolean {
  const name = registryOf(policy, registry)?.name ?? registryNameOf(registry);
  return name === target.toLowerCase() || hasId({ id }, target);
}
