import { setFreeze, type FreezeOutcome, type FreezeWish } from "./freeze.ts";
import { isOperator } from "../../domain/operator.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Store } from "../store.ts";

/** What became of each registry; or that there is none which this person may freeze. */
export type FreezeEverythingOutcome =
  | {
      readonly kind: "done";
      readonly each: readonly { readonly registryName: string; readonly outcome: FreezeOutcome }[];
    }
  | { readonly kind: "not-an-approver" };

/**
 * Freezes every registry that the person approves for (an operator: all of the policy), or ends that, each with its own audit entry. What could not be
 * written is among the outcomes: saying it again does the rest.
 */
export async function freezeEverything(
  deps: { readonly store: Store; readonly policy: () => Policy },
  wish: Omit<FreezeWish, "registryName">,
  signal: AbortSignal,
): Promise<FreezeEverythingOutcome> {
  const { by } = wish;
  const theirs = deps
    .policy()
    .registries.filter(({ approvers }) => isOperator(by) || approvers.has(by.id));
  if (theirs.length === 0) return { kind: "not-an-approver" };
  const each = await Promise.all(
    theirs.map(async ({ name }) => {
      // One message, as many changes: each needs a name of its own to be done once.
      const one = { ...wish, registryName: name, messageId: `${wish.messageId} ${name}` };
      return { registryName: name, outcome: await setFreeze(deps, one, signal) };
    }),
  );
  return { kind: "done", each };
}
