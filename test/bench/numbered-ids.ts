import { createHash } from "node:crypto";
import {
  parsePersonId,
  parseRegistryId,
  parseRequestId,
  type PersonId,
  type RegistryId,
  type RequestId,
} from "../../src/domain/ids.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// Ids are like real ones, which look random: what has a pattern is smaller where a store packs it.

/** Person number `n`. */
export function personNumber(n: number): PersonId {
  return present(parsePersonId(guidOf(`person ${n}`)));
}

/** Request number `n`. */
export function requestNumber(n: number): RequestId {
  const bytes = [...createHash("sha256").update(`request ${n}`).digest()].slice(0, 12);
  return present(parseRequestId(bytes.map((byte) => CROCKFORD[byte % 32]).join("")));
}

/** Registry number `n` of a subscription. */
export function registryNumber(n: number, subscription: number): RegistryId {
  const guid = guidOf(`subscription ${subscription}`);
  const name = `registry${String(n).padStart(6, "0")}`;
  const id = `/subscriptions/${guid}/resourceGroups/rg-container-registries/providers/Microsoft.ContainerRegistry/registries/${name}`;
  return present(parseRegistryId(id));
}

/** Which number the registry has. */
export function numberOf(registry: RegistryId): number {
  return Number(registry.slice(-6));
}

function guidOf(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An id was made that does not parse.");
  return value;
}
