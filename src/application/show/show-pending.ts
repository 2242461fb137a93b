import { mayDecide, mayEverDecide } from "../../domain/deciders.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Pending } from "../../domain/request.ts";
import type { Store } from "../store.ts";

/** What waits for a person's decision. */
export type PendingDecisions = {
  /** Of how many registries the person is an approver, or may be asked once a request has waited. */
  readonly registries: number;
  /** What this person can still decide, the first to lapse first. */
  readonly requests: readonly Pending[];
  /** Those that this person has said yes to, and that wait for somebody else. */
  readonly approvedByThem: readonly Pending[];
  /** How many more there are that can't be read now. */
  readonly unreadable: number;
};

/** The answer to `pending`: what the person may decide, without what they asked for themselves. */
export async function showPending(
  { store, policy }: { readonly store: Store; readonly policy: () => Policy },
  person: PersonId,
  signal: AbortSignal,
): Promise<PendingDecisions> {
  const registries = policy().registries.filter((registry) => mayEverDecide(registry, person));
  const lists = await Promise.all(
    registries.map(async (registry) => ({
      registry,
      ...(await store.pendingFor(registry.id, signal)),
    })),
  );
  const waiting = lists
    .flatMap(({ registry, value, now }) =>
      value.flatMap((request) =>
        request.status === "pending" &&
        request.lapsesAt > now &&
        mayDecide(registry, person, request.askedAt, now)
          ? [request]
          : [],
      ),
    )
    .filter(({ requester }) => requester.id !== person)
    .toSorted((one, other) => one.lapsesAt.getTime() - other.lapsesAt.getTime());
  const saidYes = ({ approvals }: Pending): boolean =>
    approvals.some(({ approver }) => approver.id === person);
  return {
    registries: registries.length,
    requests: waiting.filter((request) => !saidYes(request)),
    approvedByThem: waiting.filter(saidYes),
    unreadable: lists.reduce((sum, { unreadable }) => sum + unreadable.length, 0),
  };
}
