import {
  leaseIdOf,
  parseRequestId,
  requestIdOf,
  type LeaseId,
  type Person,
} from "../../domain/ids.ts";
import { isOperator, type Actor } from "../../domain/operator.ts";
import { closing, wantsRule, type EndReason, type Lease } from "../../domain/lease.ts";
import { registryOf, type Policy, type RegistryPolicy } from "../../domain/policy.ts";
import { cancel, type Cancelled } from "../../domain/request.ts";
import { closingEvent } from "./closing-event.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Store } from "../store.ts";
import { hasId, whichOne } from "../requests/which-one.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy };

/** Who wants what ended; `target` is an id or the name of a registry. */
type EndWish<By extends Actor = Person> = {
  readonly by: By;
  readonly target: string | undefined;
  /** Names the message: the same one delivered twice ends one lease. */
  readonly messageId: string;
};

/** The lease is on its way to its end, now or from before; or why nothing was changed. */
export type EndOutcome =
  | { readonly kind: "ending"; readonly lease: Lease }
  | { readonly kind: "which-lease"; readonly leases: readonly Lease[] }
  | { readonly kind: "no-such-lease"; readonly target: string | undefined }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/** Ends a lease of the person's own, whether or not the policy still lists its registry. */
export async function giveBack(
  { store, policy }: Deps,
  { by, target, messageId }: EndWish,
  signal: AbortSignal,
): Promise<EndOutcome> {
  const { value: mine } = await store.leasesOf(by.id, signal);
  // One that is over already is meant only when there is no other.
  const live = whichOne(mine.filter(wantsRule), target, policy());
  const choice = live.kind === "none" ? whichOne(mine, target, policy()) : live;
  if (choice.kind === "many") return { kind: "which-lease", leases: choice.values };
  if (choice.kind === "none") return { kind: "no-such-lease", target };
  const reason = { kind: "given-back", by } as const;
  return endNow(store, choice.value.id, reason, `give-back:${messageId}`, signal);
}

/**
 * Ends anybody's lease on a registry of the approver's. Who approved a lease may end it even when its registry left
 * the policy; it has to be named by its whole id then. An operator may end every one.
 */
export async function revoke(
  { store, policy }: Deps,
  wish: EndWish<Actor> & { readonly target: string; readonly why: string | undefined },
  signal: AbortSignal,
): Promise<EndOutcome> {
  const { by, target, why, messageId } = wish;
  const current = policy();
  const theirs = current.registries.filter(
    ({ approvers }) => isOperator(by) || approvers.has(by.id),
  );
  const found = await leasesWithId(store, theirs, target, signal);
  const allowed = found.filter((lease) => mayRevoke(lease, by, current));
  const [lease, ...others] = allowed;
  if (lease === undefined) {
    const outsider = theirs.length === 0 || found.length > 0;
    return outsider ? { kind: "not-an-approver" } : { kind: "no-such-lease", target };
  }
  if (others.length > 0) return { kind: "which-lease", leases: allowed };
  const reason = { kind: "revoked", by, why } as const;
  return endNow(store, lease.id, reason, `revoke:${messageId}`, signal);
}

async function leasesWithId(
  store: Store,
  registries: readonly RegistryPolicy[],
  target: string,
  signal: AbortSignal,
): Promise<readonly Lease[]> {
  const whole = parseRequestId(target.toUpperCase());
  if (whole !== undefined) {
    const { value } = await store.lease(leaseIdOf(whole), signal);
    return value === undefined ? [] : [value];
  }
  const lists = await Promise.all(registries.map(({ id }) => store.leasesFor(id, signal)));
  return lists.flatMap(({ value }) => value).filter((lease) => hasId(lease, target));
}

function mayRevoke({ registry, approvals }: Lease, by: Actor, policy: Policy): boolean {
  if (isOperator(by)) return true;
  const listed = registryOf(policy, registry)?.approvers.has(by.id);
  return listed ?? approvals.some(({ approver }) => approver.id === by.id);
}

/** Moves the lease to closing, whatever else happens to it meanwhile; the worker takes its rule away. */
async function endNow(
  store: Store,
  id: LeaseId,
  reason: EndReason & { readonly kind: "given-back" | "revoked" },
  opId: string,
  signal: AbortSignal,
): Promise<EndOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value: lease } = await store.lease(id, signal);
    if (lease === undefined) return { kind: "no-such-lease", target: id };
    if (!wantsRule(lease)) return { kind: "ending", lease };
    const over = closing(lease, reason, now);
    const pointless = await changesAskedOf(store, lease, now, signal);
    const outcome = await commitSurely(
      store,
      {
        opId,
        notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
        put: [
          { kind: "lease", value: over },
          ...pointless.map((value) => ({ kind: "request", value }) as const),
        ],
        audit: [
          closingEvent(over),
          ...pointless.map(
            ({ id: request, registry }) =>
              ({ kind: "request.cancelled", request, registry, by: reason.by }) as const,
          ),
        ],
        wake: [
          { list: "registry", key: lease.registry, at: now },
          ...[requestIdOf(id), ...pointless.map((request) => request.id)].map(
            (key) => ({ list: "conversation", key, at: now }) as const,
          ),
        ],
      },
      signal,
    );
    if (outcome.kind === "committed") return { kind: "ending", lease: over };
    // This message has ended a lease before, and another one is meant by its words now: that one stays.
    if (outcome.kind === "repeated") return { kind: "no-such-lease", target: undefined };
  }
  return { kind: "store-busy" };
}

/** What still waits for a decision about the lease: there will be nothing left to change. */
async function changesAskedOf(
  store: Store,
  lease: Lease,
  now: Date,
  signal: AbortSignal,
): Promise<readonly Cancelled[]> {
  const { value: pending } = await store.pendingOf(lease.requester.id, signal);
  return pending
    .filter((request) => request.status === "pending")
    .filter((request) => request.kind !== "open" && request.lease === lease.id)
    .map((request) => cancel(request, now));
}
