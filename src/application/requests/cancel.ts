import type { Person } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import { unproven, type Proving, type Unproven } from "../../domain/proof.ts";
import { cancel, type Cancelled, type Pending } from "../../domain/request.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Store } from "../store.ts";
import { whichOne } from "./which-one.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy };

/** The request is cancelled, which its cards say by themselves; or why nothing was changed. */
export type CancelOutcome =
  | { readonly kind: "cancelled"; readonly request: Cancelled | Unproven }
  | { readonly kind: "which-request"; readonly requests: readonly (Pending | Proving)[] }
  | { readonly kind: "nothing-pending"; readonly target: string | undefined }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/** Takes a pending request of the person's own back, or one whose address is being proven. Of this and a decision at the same moment one wins. */
export async function cancelRequest(
  { store, policy }: Deps,
  wish: { readonly by: Person; readonly target: string | undefined; readonly messageId: string },
  signal: AbortSignal,
): Promise<CancelOutcome> {
  const { by, target, messageId } = wish;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value: mine } = await store.pendingOf(by.id, signal);
    const waiting = mine.filter((each) => each.status === "pending" || each.status === "proving");
    const choice = whichOne(waiting, target, policy());
    if (choice.kind === "many") return { kind: "which-request", requests: choice.values };
    if (choice.kind === "none") return { kind: "nothing-pending", target };
    const request =
      choice.value.status === "proving"
        ? unproven(choice.value, "cancelled")
        : cancel(choice.value, now);
    const { id, registry } = request;
    const outcome = await commitSurely(
      store,
      {
        opId: `cancel:${messageId}`,
        notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
        put: [{ kind: "request", value: request }],
        audit: [{ kind: "request.cancelled", request: id, registry, by }],
        wake: [{ list: "conversation", key: id, at: now }],
      },
      signal,
    );
    if (outcome.kind === "committed") return { kind: "cancelled", request };
    // This message has cancelled a request before; the one that is meant by its words now stays.
    if (outcome.kind === "repeated") return { kind: "nothing-pending", target };
  }
  return { kind: "store-busy" };
}
