import type { AuditEvent } from "../../domain/audit.ts";
import {
  decide,
  type Decided,
  type Decision,
  type DecisionRefusal,
} from "../../domain/decision.ts";
import { leaseIdOf, type RequestId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { registryOf, type Policy, type RegistryPolicy } from "../../domain/policy.ts";
import { isProof } from "../../domain/proof.ts";
import type { Request } from "../../domain/request.ts";
import type { Slots } from "../../domain/slots.ts";
import { commitSurely } from "../commit-surely.ts";
import { grantChanges } from "./grant-changes.ts";
import { hasAnonymousPull } from "./has-anonymous-pull.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids } from "../ports.ts";
import { givenBy, noteDenial, noteGiven, recentOf, type RecentRead } from "./recent-of.ts";
import { fullFor } from "./slot-check.ts";
import type { Change, RegistryRecord, Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** A click, as it came: `by` is the verified sender of the activity, never anything that the card carried. */
export type Click = Decision & { readonly request: RequestId };

/** What is to be shown of a request: how it stands, as of `now`. */
export type Standing = {
  readonly request: Request;
  readonly lease: Lease | undefined;
  /** Of its registry, where that was read on the way. */
  readonly record?: RegistryRecord | undefined;
  readonly now: Date;
};

/** The decision as it stands, with the present state to show; or why the click did not count. */
export type ClickOutcome =
  | (Standing & { readonly kind: "decided" })
  | (Standing & { readonly kind: "refused"; readonly refusal: DecisionRefusal })
  | { readonly kind: "no-such-request" }
  | { readonly kind: "store-busy" };

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
    const registry = registryOf(current, request.registry);
    const [lease, { value: frozen }, recent, read] = await Promise.all([
      leaseOf(store, request, signal),
      store.freeze(request.registry, signal),
      recentOf(store, registry, request.requester.id, signal),
      ifReadable(store.registry(request.registry, signal)),
    ]);
    const record = read?.value;
    const full = registry && (await fullForRequest(store, registry, record, request, signal));
    const circumstances = {
      policy: registry,
      lease,
      freeze: frozen?.freeze,
      full,
      anonymousPull: hasAnonymousPull(record),
      givenMs: recent.givenMs,
      now,
    };
    const decided = decide(request, click, circumstances);
    if (!isDecided(decided))
      return { kind: "refused", refusal: decided, request, lease, record, now };
    const outcome = await commitSurely(
      store,
      {
        opId: ids.opId(),
        notAfter: inTime(decided, lease, now),
        ...effects(decided, click, current, now, registry && { registry, recent }),
      },
      signal,
    );
    if (outcome.kind === "committed" || outcome.kind === "repeated") {
      const present = decided.kind === "approved" ? decided.lease : lease;
      return { kind: "decided", request: decided.request, lease: present, record, now };
    }
  }
  return { kind: "store-busy" };
}

/** The lease that the request is about, or has made; `undefined` when there is none. */
export async function leaseOf(
  store: Store,
  request: Request,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const hasItsOwn =
    request.kind === "open" ||
    request.kind === "adopt" ||
    request.kind === "emergency" ||
    (request.kind === "replace" && request.status === "approved");
  const id = hasItsOwn ? leaseIdOf(request.id) : request.lease;
  return (await store.lease(id, signal)).value;
}

/** More time needs no slot, and a lease that is moved gives its own away. */
async function fullForRequest(
  store: Store,
  registry: RegistryPolicy,
  record: RegistryRecord | undefined,
  request: Request,
  signal: AbortSignal,
): Promise<Slots | undefined> {
  if (request.kind === "extend" || request.status !== "pending") return undefined;
  const without = request.kind === "replace" ? request.lease : undefined;
  return fullFor(store, registry, record, request.address, without, signal);
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

/** The limits on a person are kept in the same write; a registry that left the policy has none, and grants nothing. */
type Limits = { readonly registry: RegistryPolicy; readonly recent: RecentRead };

function effects(
  decided: Decided,
  click: Click,
  policy: Policy,
  now: Date,
  limits: Limits | undefined,
): Pick<Change, "put" | "audit" | "wake" | "expire"> {
  const { request } = decided;
  const about = {
    request: request.id,
    registry: request.registry,
    by: click.by,
    policy: policy.digest,
  };
  const noted = limits && noteDecision(policy, limits, decided, now);
  const put = [{ kind: "request", value: request }, ...(noted?.put ?? [])] as const;
  const { expire = [] } = noted ?? {};
  if (decided.kind === "approved") {
    const changes = grantChanges(decided, now);
    const approval = approvalEvent(about, click);
    return {
      ...changes,
      put: [...changes.put, ...(noted?.put ?? [])],
      expire,
      audit: [approval, ...changes.audit],
    };
  }
  const wake = [{ list: "conversation", key: request.id, at: now }] as const;
  const event: AuditEvent =
    decided.kind === "denied"
      ? {
          kind: "request.denial",
          ...about,
          why: decided.request.why,
          mutedUntil: decided.request.mutedUntil,
        }
      : approvalEvent(about, click);
  return { put, expire, audit: [event], wake };
}

function approvalEvent(
  about: Omit<AuditEvent & { kind: "request.approval" }, "kind" | "atMostMs">,
  click: Click,
): AuditEvent {
  const atMostMs = click.verdict === "approve" ? click.atMostMs : undefined;
  return { kind: "request.approval", ...about, atMostMs };
}

function noteDecision(
  policy: Policy,
  { registry, recent }: Limits,
  decided: Decided,
  now: Date,
): Pick<Change, "put" | "expire"> {
  switch (decided.kind) {
    case "counted":
      return {};
    case "denied":
      return noteDenial(registry, recent, decided.request, now);
    case "approved":
      return noteGiven(policy, recent, givenBy(decided.lease), now);
  }
}
