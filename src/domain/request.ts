import type { Address } from "./address.ts";
import { leaseIdOf, type Person, type RegistryId, type RequestId } from "./ids.ts";
import type { Approval, Opening } from "./lease.ts";
import { policyRefusal, type PolicyRefusal, type RegistryPolicy } from "./policy.ts";

/** What was asked. It never changes: registry, address and duration are what the approvers saw. */
export type RequestTerms = {
  readonly id: RequestId;
  /** 1 when asked, one more with each change of state; what a card shows and a decision must carry. */
  readonly version: number;
  readonly kind: "open";
  readonly registry: RegistryId;
  readonly requester: Person;
  readonly address: Address;
  readonly durationMs: number;
  readonly reason: string | undefined;
  readonly askedAt: Date;
  readonly lapsesAt: Date;
  /** Those who said yes so far, each once. */
  readonly approvals: readonly Approval[];
};

/** Waits for its approvers. */
export type Pending = RequestTerms & { readonly status: "pending" };
/** Has made its lease. */
export type Approved = RequestTerms & { readonly status: "approved"; readonly decidedAt: Date };
/** One approver said no. */
type Denied = RequestTerms & {
  readonly status: "denied";
  readonly decidedAt: Date;
  readonly decidedBy: Person;
};
/** Nobody decided in time. */
export type Lapsed = RequestTerms & { readonly status: "lapsed" };
/** Its requester took it back. */
export type Cancelled = RequestTerms & {
  readonly status: "cancelled";
  readonly cancelledAt: Date;
};

/** A request in one of its states. */
export type Request = Pending | Approved | Denied | Lapsed | Cancelled;

/** What an approver clicked, on a card that showed `shownVersion`. */
export type Decision = {
  readonly by: Person;
  readonly verdict: "approve" | "deny";
  readonly shownVersion: number;
};

/** What a decision makes of a pending request. */
export type Decided =
  | { readonly kind: "counted"; readonly request: Pending }
  | { readonly kind: "approved"; readonly request: Approved; readonly lease: Opening }
  | { readonly kind: "denied"; readonly request: Denied };

/** Why a decision does not count. */
export type DecisionRefusal =
  | { readonly kind: "already-decided"; readonly request: Exclude<Request, Pending> }
  | { readonly kind: "self-approval" }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "registry-left-policy" }
  | { readonly kind: "out-of-date" }
  | { readonly kind: "approved-before"; readonly needed: number }
  | { readonly kind: "no-longer-allowed"; readonly because: PolicyRefusal };

/** How long an approved opening may take until its rule was seen. */
export const OPEN_WITHIN_MS = 15 * 60_000;

/**
 * Total: every decision on every state has an answer. Approvers and the policy are those of this moment
 * (`policy` is undefined when the registry left it); the requester is never among them.
 */
export function decide(
  request: Request,
  decision: Decision,
  policy: RegistryPolicy | undefined,
  now: Date,
): Decided | DecisionRefusal {
  const { by } = decision;
  if (by.id === request.requester.id) return { kind: "self-approval" };
  if (policy?.approvers.has(by.id) === false) return { kind: "not-an-approver" };
  if (request.status !== "pending") return { kind: "already-decided", request };
  if (now >= request.lapsesAt) return { kind: "already-decided", request: lapse(request) };
  if (policy === undefined) return { kind: "registry-left-policy" };
  if (decision.shownVersion !== request.version) return { kind: "out-of-date" };

  const next = { ...request, version: request.version + 1 };
  if (decision.verdict === "deny") {
    return {
      kind: "denied",
      request: { ...next, status: "denied", decidedAt: now, decidedBy: by },
    };
  }
  const because = policyRefusal(policy, { ...request, requester: request.requester.id });
  if (because !== undefined) return { kind: "no-longer-allowed", because };

  const standing = request.approvals.filter(({ approver }) => policy.approvers.has(approver.id));
  if (standing.some(({ approver }) => approver.id === by.id)) {
    return { kind: "approved-before", needed: policy.quorum };
  }
  const approvals = [...standing, { approver: by, at: now }];
  if (approvals.length < policy.quorum) {
    return { kind: "counted", request: { ...next, approvals } };
  }
  const approved: Approved = { ...next, approvals, status: "approved", decidedAt: now };
  return { kind: "approved", request: approved, lease: leaseFor(approved) };
}

/** What becomes of a request that nobody decided in time. */
export function lapse(request: Pending): Lapsed {
  return { ...request, version: request.version + 1, status: "lapsed" };
}

/** What becomes of a request that is wanted no more: nobody can decide it from now on. */
export function cancel(request: Pending, now: Date): Cancelled {
  return { ...request, version: request.version + 1, status: "cancelled", cancelledAt: now };
}

function leaseFor(request: Approved): Opening {
  const openBy = new Date(request.decidedAt.getTime() + OPEN_WITHIN_MS);
  return {
    status: "opening",
    id: leaseIdOf(request.id),
    version: 1,
    registry: request.registry,
    requester: request.requester,
    address: request.address,
    durationMs: request.durationMs,
    reason: request.reason,
    approvals: request.approvals,
    approvedAt: request.decidedAt,
    openBy,
    endsBy: new Date(openBy.getTime() + request.durationMs),
  };
}
