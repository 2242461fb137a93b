import type { LeaseId, PersonId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Ids } from "../ports.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** The registry is looked at as soon as a worker is free; or why nothing was done. */
export type LookOutcome =
  | {
      readonly kind: "looking" | "over";
      readonly lease: Lease;
      readonly lastFailure: string | undefined;
    }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "no-such-lease" };

const WRITE_WITHIN_MS = 5_000;

/**
 * Wakes the registry of a lease, for an approver who does not want to wait for the next look. Nothing is opened or
 * closed by it that would not be so a little later.
 */
export async function lookAgain(
  { store, policy, ids }: Deps,
  { lease: id, by }: { readonly lease: LeaseId; readonly by: PersonId },
  signal: AbortSignal,
): Promise<LookOutcome> {
  const { now, value: lease } = await store.lease(id, signal);
  if (lease === undefined) return { kind: "no-such-lease" };
  const allowed = registryOf(policy(), lease.registry)?.approvers.has(by) === true;
  if (!allowed && lease.requester.id !== by) return { kind: "not-an-approver" };
  const { value: record } = await store.registry(lease.registry, signal);
  const lastFailure = record?.lastFailure;
  if (lease.status === "ended") return { kind: "over", lease, lastFailure };
  await commitSurely(
    store,
    {
      opId: ids.opId(),
      notAfter: new Date(now.getTime() + WRITE_WITHIN_MS),
      wake: [{ list: "registry", key: lease.registry, at: now }],
    },
    signal,
  );
  return { kind: "looking", lease, lastFailure };
}
