import type { Freeze } from "../../domain/freeze.ts";
import { isOperator, type Actor } from "../../domain/operator.ts";
import { registryNamed, type Policy } from "../../domain/policy.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy };

/** What an approver, or an operator, wants of a registry. */
export type FreezeWish = {
  readonly by: Actor;
  readonly registryName: string;
  readonly frozen: boolean;
  readonly why: string | undefined;
  /** Names the message: the same one delivered twice changes it once. */
  readonly messageId: string;
};

/** How it is now, and whether it was so before; or why nothing was changed. */
export type FreezeOutcome =
  | { readonly kind: "frozen"; readonly freeze: Freeze; readonly before: boolean }
  | { readonly kind: "not-frozen"; readonly before: boolean }
  | { readonly kind: "unknown-registry"; readonly name: string }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/**
 * Freezes a registry, or ends that. What the worker sends at this very moment may still arrive; from its next look
 * on it adds nothing. Removals are never held up.
 */
export async function setFreeze(
  { store, policy }: Deps,
  { by, registryName, frozen, why, messageId }: FreezeWish,
  signal: AbortSignal,
): Promise<FreezeOutcome> {
  const current = policy();
  const registry = registryNamed(current, registryName);
  if (registry === undefined) return { kind: "unknown-registry", name: registryName };
  if (!isOperator(by) && !registry.approvers.has(by.id)) return { kind: "not-an-approver" };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value: record } = await store.freeze(registry.id, signal);
    const present = record?.freeze;
    if (frozen === (present !== undefined)) return outcomeOf(present, true);
    const freeze = frozen ? { by, at: now, why } : undefined;
    const outcome = await commitSurely(
      store,
      {
        opId: `freeze:${messageId}`,
        notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
        put: [
          {
            kind: "freeze",
            value: { id: registry.id, version: (record?.version ?? 0) + 1, freeze },
          },
        ],
        audit: [
          {
            kind: frozen ? "registry.frozen" : "registry.unfrozen",
            registry: registry.id,
            by,
            why,
            policy: current.digest,
          },
        ],
        wake: [{ list: "registry", key: registry.id, at: now }],
      },
      signal,
    );
    if (outcome.kind === "committed") return outcomeOf(freeze, false);
    // This message did its work before, and somebody has undone it since: that stands.
    if (outcome.kind === "repeated") return outcomeOf(present, true);
  }
  return { kind: "store-busy" };
}

function outcomeOf(freeze: Freeze | undefined, before: boolean): FreezeOutcome {
  return freeze === undefined ? { kind: "not-frozen", before } : { kind: "frozen", freeze, before };
}
