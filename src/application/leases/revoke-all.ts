import type { Person, PersonId, RegistryId } from "../../domain/ids.ts";
import { isOperator, type Actor } from "../../domain/operator.ts";
import { wantsRule, type Lease } from "../../domain/lease.ts";
import { registryNamed, registryOf, type Policy } from "../../domain/policy.ts";
import { revoke } from "./end-lease.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy };

/** How many are ending because of it, and how many could not be written; or why nothing was done. */
export type RevokeAllOutcome =
  | { readonly kind: "ended"; readonly ended: number; readonly failed: number }
  /** There are others now than those that were shown. */
  | { readonly kind: "out-of-date"; readonly leases: readonly Lease[] }
  | { readonly kind: "not-an-approver" };

/** Whom it would hit, to be confirmed; or why it can't be done. */
export type RevokeAllQuestion =
  | { readonly kind: "confirm"; readonly registry: RegistryId; readonly leases: readonly Lease[] }
  | { readonly kind: "nothing-open"; readonly registryName: string }
  | { readonly kind: "unknown-registry"; readonly name: string }
  | { readonly kind: "not-an-approver" };

/** Answers "revoke everything on …" with the leases that would end. Changes nothing. */
export async function askToRevokeAll(
  { store, policy }: Deps,
  { registryName, by }: { readonly registryName: string; readonly by: Person },
  signal: AbortSignal,
): Promise<RevokeAllQuestion> {
  const registry = registryNamed(policy(), registryName);
  if (registry === undefined) return { kind: "unknown-registry", name: registryName };
  if (!registry.approvers.has(by.id)) return { kind: "not-an-approver" };
  const leases = await liveOn(store, registry.id, signal);
  return leases.length === 0
    ? { kind: "nothing-open", registryName: registry.name }
    : { kind: "confirm", registry: registry.id, leases };
}

/**
 * Ends every live lease of the registry, by an approver of it or an operator, each with its audit entry. `shown` is how many there
 * were on the card that was confirmed: when more are live by now, somebody would be hit who was not on it. Clicking
 * again ends nothing twice, and does what could not be written before.
 */
export async function revokeAll(
  deps: Deps,
  wish: {
    readonly registry: RegistryId;
    readonly by: Actor;
    readonly shown: number;
    readonly why?: string | undefined;
  },
  signal: AbortSignal,
): Promise<RevokeAllOutcome> {
  const { registry, by, shown, why } = wish;
  const isApprover = (id: PersonId): boolean =>
    registryOf(deps.policy(), registry)?.approvers.has(id) === true;
  if (!isOperator(by) && !isApprover(by.id)) {
    return { kind: "not-an-approver" };
  }
  const leases = await liveOn(deps.store, registry, signal);
  if (leases.length > shown) return { kind: "out-of-date", leases };
  let ended = 0;
  for (const { id, version } of leases) {
    // The same lease in the same state is revoked once, however often this comes.
    const messageId = `all ${id} ${String(version)}`;
    const outcome = await revoke(deps, { by, target: id, why, messageId }, signal);
    if (outcome.kind === "ending") ended += 1;
  }
  return { kind: "ended", ended, failed: leases.length - ended };
}

async function liveOn(
  store: Store,
  registry: RegistryId,
  signal: AbortSignal,
): Promise<readonly Lease[]> {
  return (await store.leasesFor(registry, signal)).value.filter(wantsRule);
}
