import type { AuditEvent } from "../domain/audit.ts";
import { decide, type Decided, type DecisionRefusal } from "../domain/decision.ts";
import { leaseIdOf, requestIdOf, type Person, type RequestId } from "../domain/ids.ts";
import type { Lease } from "../domain/lease.ts";
import { registryOf, type Policy, type RegistryPolicy } from "../domain/policy.ts";
import { isProof } from "../domain/proof.ts";
import type { Request } from "../domain/request.ts";
import type { Slots } from "../domain/slots.ts";
import { closingEvent } from "./closing-event.ts";
import { commitSurely } from "./commit-surely.ts";
import type { Ids } from "./ports.ts";
import { fullFor } from "./slot-check.ts";
import type { Change, Store } from "./store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** A click, as it came: `by` is the verified sender of the activity, never anything that the card carried. */
export type Click = {
  readonly request: RequestId;
  readonly by: Person;
  readonly verdict: "approve" | "deny";
  readonly shownVersion: number;
};

/** The decision as it stands, with the present state to show; or why the click did not count. */
export type ClickOutcome =
  | { readonly kind: "decided"; readonly request: Request; readonly lease: Lease | undefined }
  | {
      readonly kind: "refused";
      readonly refusal: DecisionRefusal;
      readonly request: Request;
      readonly lease: Lease | undefined;
    }
  | { readonly kind: "no-such-request" }
  | { readonly kind: "store-busy" };

/** Approvals that come this close together go out in one PATCH. */
const DEBOUNCE_MS = 300;
const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/**
 * Decides a request. The state is written before anything is sent to Azure; of two who click at once one wins
 * and the other gets the decided request. One approval makes one lease, or moves one end, however often it arrives.
 */
export async function decideRequest(
  { store, policy, ids }: Deps,
  click: Click,
  signal: AbortSignal,
): Promise<ClickOutcome> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { now, value: request } = await store.request(click.request, signal);
    // Of what has no address yet there is nothing to decide, and no card to click.
    if (request === undefined || isProof(request)) return { kind: "no-such-request" };
    const current = policy();
    const lease = await leaseOf(store, request, signal);
    const registry = registryOf(current, request.registry);
    const full = registry && (await fullForRequest(store, registry, request, signal));
    const { value: frozen } = await store.freeze(request.registry, signal);
    const circumstances = { policy: registry, lease, freeze: frozen?.freeze, full, now };
    const decided = decide(request, click, circumstances);
    if (!isDecided(decided)) return { kind: "refused", refusal: decided, request, lease };
    const outcome = await commitSurely(
      store,
      {
        opId: ids.opId(),
        notAfter: inTime(decided, lease, now),
        ...effects(decided, click.by, current.digest, now),
      },
      signal,
    );
    if (outcome.kind === "committed" || outcome.kind === "repeated") {
      const present = decided.kind === "approved" ? decided.lease : lease;
      return { kind: "decided", request: decided.request, lease: present };
    }
  }
  return { kind: "store-busy" };
}

/** The lease that the request is about, or has made. */
async function leaseOf(
  store: Store,
  request: Request,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const hasItsOwn =
    request.kind === "open" ||
    request.kind === "adopt" ||
    (request.kind === "replace" && request.status === "approved");
  const id = hasItsOwn ? leaseIdOf(request.id) : request.lease;
  return (await store.lease(id, signal)).value;
}

/** More time needs no slot, and a lease that is moved gives its own away. */
async function fullForRequest(
  store: Store,
  registry: RegistryPolicy,
  request: Request,
  signal: AbortSignal,
): Promise<Slots | undefined> {
  if (request.kind === "extend" || request.status !== "pending") return undefined;
  const without = request.kind === "replace" ? request.lease : undefined;
  return fullFor(store, registry, request.address, without, signal);
}

/** A lease whose time is up is not changed any more, also when the write was on its way before. */
function inTime(decided: Decided, lease: Lease | undefined, now: Date): Date {
  const soon = now.getTime() + ANSWER_WITHIN_MS;
  const changes = decided.kind === "approved" && lease?.status === "open";
  return new Date(changes ? Math.min(soon, lease.endsAt.getTime() - 1) : soon);
}

function isDecided(decided: Decided | DecisionRefusal): decided is Decided {
  return decided.kind === "counted" || decided.kind === "approved" || decided.kind === "denied";
}

function effects(
  decided: Decided,
  by: Person,
  digest: string,
  now: Date,
): Pick<Change, "put" | "audit" | "wake"> {
  const { request } = decided;
  const { id, registry } = request;
  const verdict = decided.kind === "denied" ? "request.denial" : "request.approval";
  const audit: AuditEvent[] = [{ kind: verdict, request: id, registry, by, policy: digest }];
  const cards = { list: "conversation", key: id, at: now } as const;
  if (decided.kind !== "approved") {
    return { put: [{ kind: "request", value: request }], audit, wake: [cards] };
  }
  const { lease } = decided;
  const { replaced } = decided;
  if (replaced !== undefined) audit.push(closingEvent(replaced));
  audit.push(grantEvent(decided));
  const leases = replaced === undefined ? [lease] : [replaced, lease];
  const conversations = new Set([id, ...leases.map((each) => requestIdOf(each.id))]);
  return {
    put: [
      { kind: "request", value: request },
      ...leases.map((value) => ({ kind: "lease", value }) as const),
    ],
    audit,
    wake: [
      ...[...conversations].map((key) => ({ ...cards, key })),
      { list: "registry", key: registry, at: new Date(now.getTime() + DEBOUNCE_MS) },
    ],
  };
}

function grantEvent({ request, lease }: Decided & { readonly kind: "approved" }): AuditEvent {
  const { id, registry, address, endsBy } = lease;
  const about = { lease: id, registry, address };
  return lease.status === "opening"
    ? { kind: "lease.approved", ...about, endsBy }
    : { kind: "lease.extended", ...about, request: request.id, endsAt: lease.endsAt };
}
