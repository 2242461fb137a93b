import { mayDecide } from "./deciders.ts";
import type { Freeze } from "./freeze.ts";
import type { Person } from "./ids.ts";
import type { Closing, Lease, Open, Opening } from "./lease.ts";
import { grant, grantedMs, isChangeable } from "./grant.ts";
import { quorumFor, type PolicyRefusal, type RegistryPolicy } from "./policy.ts";
import { hoursRefusal, MUTED_FOR_MS } from "./recent.ts";
import { requestRefusal } from "./request-refusal.ts";
import type { Slots } from "./slots.ts";
import { lapse, type Approved, type Denied, type Pending, type Request } from "./request.ts";

/** What an approver clicked, on a card that showed `shownVersion`. */
export type Decision = Verdict & { readonly by: Person; readonly shownVersion: number };

/** Yes, for less time if it says so; or no, with a word to the requester, who may be muted for a day. */
export type Verdict =
  | { readonly verdict: "approve"; readonly atMostMs?: number | undefined }
  | { readonly verdict: "deny" | "deny-and-mute"; readonly why?: string | undefined };

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
  /** Everybody who gets through may pull, and the policy does not want that. */
  | { readonly kind: "anonymous-pull" }
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
  /** As last observed. */
  readonly anonymousPull: boolean;
  /** How much time the requester was given in the last 24 hours; see `givenMs`. */
  readonly givenMs: number;
  readonly now: Date;
};

/**
 * Total: every decision on every state has an answer. Approvers and the policy are those of this
 * moment; the requester is never among them.
 */
export function decide(
  request: Request,
  decision: Decision,
  { policy, lease, freeze, full, anonymousPull, givenMs, now }: Circumstances,
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
  if (decision.verdict !== "approve") {
    const mutes = decision.verdict === "deny-and-mute";
    const mutedUntil = mutes ? new Date(now.getTime() + MUTED_FOR_MS) : undefined;
    const denied = { ...next, status: "denied", decidedAt: now, decidedBy: by } as const;
    return { kind: "denied", request: { ...denied, why: decision.why, mutedUntil } };
  }
  // A no opens nothing, so it counts on a frozen registry too.
  if (freeze !== undefined) return { kind: "frozen", freeze };
  const isOver = request.kind !== "open" && !isChangeable(lease, now);
  if (isOver) return { kind: "lease-over" };
  if (full !== undefined) return { kind: "registry-full", slots: full };
  if (anonymousPull && policy.anonymousPull === "refuse") return { kind: "anonymous-pull" };
  const because = requestRefusal(policy, request, lease, now);
  if (because !== undefined) return { kind: "no-longer-allowed", because };

  const needed = quorumFor(policy, request.address);
  const standing = request.approvals.filter(({ approver, at }) =>
    mayDecide(policy, approver.id, request.askedAt, at),
  );
  if (standing.some(({ approver }) => approver.id === by.id)) {
    return { kind: "approved-before", needed };
  }
  const approvals = [...standing, { approver: by, at: now, atMostMs: lessThan(request, decision) }];
  // A move takes the place of what was given already.
  const moreMs = request.kind === "replace" ? 0 : grantedMs(request.durationMs, approvals);
  const tooMuch = hoursRefusal(policy, givenMs, moreMs);
  if (tooMuch !== undefined) return { kind: "no-longer-allowed", because: tooMuch };
  if (approvals.length < needed) {
    return { kind: "counted", request: { ...next, approvals } };
  }
  const granted = grant({ ...next, approvals }, lease, undefined, now);
  return granted === undefined ? { kind: "lease-over" } : { kind: "approved", ...granted };
}

/** Only what is less than was asked for is worth keeping: a yes is never to more than that. */
function lessThan(
  { durationMs }: Request,
  { atMostMs }: Verdict & { readonly verdict: "approve" },
): number | undefined {
  return atMostMs !== undefined && atMostMs < durationMs ? Math.max(0, atMostMs) : undefined;
}
