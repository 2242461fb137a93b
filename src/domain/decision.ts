import { mayDecide } from "./deciders.ts";
import type { Freeze } from "./freeze.ts";
import type { Person } from "./ids.ts";
import type { Closing, Lease, Open, Opening } from "./lease.ts";
import { asked, grant, isChangeable } from "./grant.ts";
import { policyRefusal, quorumFor, type PolicyRefusal, type RegistryPolicy } from "./policy.ts";
import type { Slots } from "./slots.ts";
import { lapse, type Approved, type Denied, type Pending, type Request } from "./request.ts";

/** What an approver clicked, on a card that showed `shownVersion`. */
export type Decision = {
  readonly by: Person;
  readonly verdict: "approve" | "deny";
  readonly shownVersion: number;
};

/** What a decision makes of a pending request. */
export type Decided =
  | { readonly kind: "counted"; readonly request: Pending }
  | {
      readonly kind: "approved";
      readonly request: Approved;
      readonly lease: Opening | Open;
      /** The lease whose place the new one takes, from now on. */
      readonly replaced?: Closing;
    }
  | { readonly kind: "denied"; readonly request: Denied };

/** Why a decision does not count. */
export type DecisionRefusal =
  | { readonly kind: "already-decided"; readonly request: Exclude<Request, Pending> }
  | { readonly kind: "self-approval" }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "registry-left-policy" }
  | { readonly kind: "out-of-date" }
  /** The lease that it is about has ended, or ends now. */
  | { readonly kind: "lease-over" }
  | { readonly kind: "frozen"; readonly freeze: Freeze }
  | { readonly kind: "registry-full"; readonly slots: Slots }
  | { readonly kind: "approved-before"; readonly needed: number }
  | { readonly kind: "no-longer-allowed"; readonly because: PolicyRefusal };

/** What else a decision depends on, as of this moment. */
export type Circumstances = {
  /** `undefined` when the registry left the policy. */
  readonly policy: RegistryPolicy | undefined;
  /** The lease that the request is to change; an `open` request has none. */
  readonly lease: Lease | undefined;
  readonly freeze: Freeze | undefined;
  /** The slots of the registry when it has none left for the address. */
  readonly full: Slots | undefined;
  readonly now: Date;
};

/**
 * Total: every decision on every state has an answer. Approvers and the policy are those of this
 * moment; the requester is never among them.
 */
export function decide(
  request: Request,
  decision: Decision,
  { policy, lease, freeze, full, now }: Circumstances,
): Decided | DecisionRefusal {
  const { by } = decision;
  if (by.id === request.requester.id) return { kind: "self-approval" };
  const may = policy === undefined || mayDecide(policy, by.id, request.askedAt, now);
  if (!may) return { kind: "not-an-approver" };
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
  // A no opens nothing, so it counts on a frozen registry too.
  if (freeze !== undefined) return { kind: "frozen", freeze };
  const isOver = request.kind !== "open" && !isChangeable(lease, now);
  if (isOver) return { kind: "lease-over" };
  if (full !== undefined) return { kind: "registry-full", slots: full };
  const because = policyRefusal(policy, asked(request, lease, now));
  if (because !== undefined) return { kind: "no-longer-allowed", because };

  const needed = quorumFor(policy, request.address);
  const standing = request.approvals.filter(({ approver, at }) =>
    mayDecide(policy, approver.id, request.askedAt, at),
  );
  if (standing.some(({ approver }) => approver.id === by.id)) {
    return { kind: "approved-before", needed };
  }
  const approvals = [...standing, { approver: by, at: now }];
  if (approvals.length < needed) {
    return { kind: "counted", request: { ...next, approvals } };
  }
  const granted = grant({ ...next, approvals }, lease, now);
  return granted === undefined ? { kind: "lease-over" } : { kind: "approved", ...granted };
}
