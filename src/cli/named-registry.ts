import { nearestWord } from "../domain/commands/nearest-word.ts";
import { parseRegistryId, registryNameOf, type RegistryId } from "../domain/ids.ts";
import { registryNamed, registryOf, type Policy, type RegistryPolicy } from "../domain/policy.ts";
import { UsageError } from "./command.ts";

/** A registry as a command means it; `policy` is there as long as the policy names it. */
export type NamedRegistry = {
  readonly id: RegistryId;
  readonly name: string;
  readonly policy: RegistryPolicy | undefined;
};

/** The registry of that name in the policy, or of that ARM id, also when it left the policy. Throws UsageError. */
export function namedRegistry(policy: Policy, name: string): NamedRegistry {
  const id = registryNamed(policy, name)?.id ?? parseRegistryId(name);
  if (id !== undefined) return asNamed(policy, id);
  const known = policy.registries.map((registry) => registry.name);
  const meant = nearestWord(name.toLowerCase(), known);
  const hint =
    meant === undefined ? ` The policy has: ${known.join(", ")}.` : ` Did you mean "${meant}"?`;
  throw new UsageError(`The policy has no registry "${name}".${hint}`);
}

/** The same by its id. */
export function asNamed(policy: Policy, id: RegistryId): NamedRegistry {
  const found = registryOf(policy, id);
  return { id, name: found?.name ?? registryNameOf(id), policy: found };
}

/** The registries that `--registry` means: that one, or without it all of the policy. */
export function namedRegistries(
  policy: Policy,
  name: string | undefined,
): readonly NamedRegistry[] {
  if (name !== undefined) return [namedRegistry(policy, name)];
  return policy.registries.map(({ id }) => asNamed(policy, id));
}
