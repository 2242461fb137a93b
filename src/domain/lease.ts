import type { Address } from "./address.ts";
import { assertNever } from "./assert-never.ts";
import type { LeaseId, Person, RegistryId, RequestId } from "./ids.ts";
import type { AdoptionObstacle } from "./adoption.ts";
import type { Actor } from "./operator.ts";
import type { PolicyRefusal } from "./policy.ts";
import type { Admission } from "./rule-plan.ts";

/** Why the worker does not add an address although it was approved. */
export type OpeningRefusal =
  | { readonly kind: "registry-left-policy" }
  | { readonly kind: "against-policy"; readonly refusal: PolicyRefusal }
  | { readonly kind: "approval-does-not-stand"; readonly needed: number; readonly standing: number }
  | { readonly kind: "ends-too-late" }
  /** It lasts longer than those who approved it said. */
  | { readonly kind: "longer-than-approved" }
  /** The policy does not let it in without approvers. */
  | { readonly kind: "not-automatic"; readonly basis: Exclude<Basis["kind"], "approvals"> }
  | { readonly kind: "anonymous-pull" }
  | { readonly kind: "too-many-openings"; readonly perHour: number }
  | { readonly kind: "not-premium"; readonly sku: string }
  | { readonly kind: "not-adoptable"; readonly because: AdoptionObstacle }
  | { readonly kind: "azure-refused"; readonly code: string };

/** Why a lease is over. */
export type EndReason =
  | { readonly kind: "due" }
  | { readonly kind: "not-opened" }
  | { readonly kind: "refused"; readonly because: OpeningRefusal }
  /** The registry had no slot left for its rule. */
  | { readonly kind: "full" }
  /** Its rule was removed by somebody else; or the store was restored, and no rule of ours is left for it. */
  | { readonly kind: "lost"; readonly by: "others" | "restored-store" }
  /** The registry was deleted, or another one of its name was created. */
  | { readonly kind: "registry-gone" }
  /** Another address took its place. */
  | { readonly kind: "replaced"; readonly with: Address }
  /** Its owner needs it no more. */
  | { readonly kind: "given-back"; readonly by: Person }
  /** An approver ended it, or an operator. */
  | { readonly kind: "revoked"; readonly by: Actor; readonly why: string | undefined };

/** One approver's yes. */
export type Approval = {
  readonly approver: Person;
  readonly at: Date;
  /** They said yes to no more than this. */
  readonly atMostMs: number | undefined;
};

/** What lets an address in. */
export type Basis =
  | { readonly kind: "approvals" }
  /** The policy's own yes to single addresses of this range that were seen by link. */
  | { readonly kind: "range"; readonly range: Address }
  /** The policy's own yes to another address, seen by link, under a lease; its approvals are those of that lease. */
  | { readonly kind: "move"; readonly of: LeaseId }
  /** The policy's own yes to one whom it trusts with emergencies. */
  | { readonly kind: "emergency" };

/** More time that was granted while the lease was open: it comes on top of the end that the lease had then. */
export type Extension = {
  readonly request: RequestId;
  readonly durationMs: number;
  /** None when the policy itself has granted it. */
  readonly approvals: readonly Approval[];
  /** How long it waited says who could approve it. */
  readonly askedAt: Date;
  readonly at: Date;
};

/** What was approved. It never changes, but that extensions are added; the worker checks it once more against its own policy. */
export type LeaseTerms = {
  readonly id: LeaseId;
  /** 1 when approved, one more with each change of state. */
  readonly version: number;
  readonly registry: RegistryId;
  readonly requester: Person;
  readonly address: Address;
  readonly durationMs: number;
  readonly reason: string | undefined;
  readonly basis: Basis;
  readonly approvals: readonly Approval[];
  /** How long it waited says who could approve it. */
  readonly askedAt: Date;
  readonly approvedAt: Date;
  /** Not seen open by then: it is closed instead. */
  readonly openBy: Date;
  /** The latest end there can be: `openBy` plus the duration. */
  readonly endsBy: Date;
  /** The address is a rule of somebody else that is to become ours, so that it ends. It is never added. */
  readonly adopts: boolean;
  /** In the order in which they were granted. */
  readonly extensions: readonly Extension[];
};

/** Approved; its rule was not seen yet. */
export type Opening = LeaseTerms & { readonly status: "opening" };
/** Its rule was read back. `borrowed`: a rule of somebody else admits the address, and we own none. */
export type Open = LeaseTerms & {
  readonly status: "open";
  readonly seenAt: Date;
  readonly endsAt: Date;
  readonly borrowed: boolean;
  /** Set as long as nothing lets the address pass, as last read. */
  readonly gone: Gone | undefined;
};
/** Somebody else removed the rule of an open lease; whether it is put back is the policy's word, as the worker has it. */
export type Gone = { readonly seenAt: Date; readonly putBack: boolean };
/** Over; its rule was not yet seen gone. */
export type Closing = LeaseTerms & {
  readonly status: "closing";
  readonly endsAt: Date;
  readonly seenAt: Date | undefined;
  readonly endReason: EndReason;
};
/** Over, and read back so. */
export type Ended = LeaseTerms & {
  readonly status: "ended";
  readonly endsAt: Date;
  readonly seenAt: Date | undefined;
  readonly endedAt: Date;
  readonly endReason: EndReason;
  /** Who still lets the address pass, as read back: a rule that another lease needs, somebody else's, or nobody. */
  readonly remaining: Admission;
};

/** A lease in one of its states. */
export type Lease = Opening | Open | Closing | Ended;

/** When the lease stops being live, unless it changes before. */
export function endOf(lease: Lease): Date {
  switch (lease.status) {
    case "opening":
      return lease.openBy;
    case "open":
    case "closing":
    case "ended":
      return lease.endsAt;
    default:
      return assertNever(lease);
  }
}

/** Whether the address may pass at `now` because of this lease. */
export function isLive(lease: Lease, now: Date): lease is Opening | Open {
  return wantsRule(lease) && now < endOf(lease);
}

/** Past its end by more than this, and not yet seen gone, a lease is overdue: somebody has to hear of it. */
export const OVERDUE_AFTER_MS = 2 * 60_000;

/** Whether the lease should have been closed for a while. Never stored: whoever looks can tell. */
export function isOverdue(lease: Lease, now: Date): lease is Opening | Open | Closing {
  return lease.status !== "ended" && now.getTime() > endOf(lease).getTime() + OVERDUE_AFTER_MS;
}

/** Until a lease is moved to closing, its rule stays: the move is written before the PATCH that removes it. */
export function wantsRule(lease: Lease): lease is Opening | Open {
  return lease.status === "opening" || lease.status === "open";
}

/** The rule was read back: the person's time starts now, when it works, and not at the approval. */
export function opened(lease: Opening, seenAt: Date, borrowed: boolean): Open {
  const full = seenAt.getTime() + lease.durationMs;
  const endsAt = new Date(Math.min(full, lease.endsBy.getTime()));
  return { ...termsOf(lease), status: "open", seenAt, endsAt, borrowed, gone: undefined };
}

/** Open through a rule of ours now instead of somebody else's, the other way round, or after nothing let it pass. */
export function readmitted(lease: Open, borrowed: boolean): Open {
  return { ...lease, version: lease.version + 1, borrowed, gone: undefined };
}

/** Nothing lets the address pass any more: the lease lasts, without effect, until a rule is there again. */
export function shutOut(lease: Open, gone: Gone): Open {
  return { ...lease, version: lease.version + 1, gone };
}

/** Whether the lease lasts, and yet nothing lets its address pass, as last read. */
export function isShutOut(lease: Lease): lease is Open & { readonly gone: Gone } {
  return lease.status === "open" && lease.gone !== undefined;
}

/** The end moves once, by as much as the extension grants. */
export function extended(lease: Open, extension: Extension): Open {
  return {
    ...lease,
    version: lease.version + 1,
    endsAt: new Date(lease.endsAt.getTime() + extension.durationMs),
    extensions: [...lease.extensions, extension],
  };
}

/** Over, for this reason; the rule is to go next. Written before the PATCH that removes it. */
export function closing(lease: Opening | Open, endReason: EndReason, now: Date): Closing {
  const due = endReason.kind === "due" || endReason.kind === "not-opened";
  const endsAt = due ? endOf(lease) : now;
  const seenAt = lease.status === "open" ? lease.seenAt : undefined;
  return { ...termsOf(lease), status: "closing", endsAt, seenAt, endReason };
}

/** Over, and nothing is open because of it any more, as read back at `now`. */
export function ended(lease: Closing, now: Date, remaining: Admission): Ended {
  const { endsAt, seenAt, endReason } = lease;
  return { ...termsOf(lease), status: "ended", endsAt, seenAt, endedAt: now, endReason, remaining };
}

/** The terms under the next version, so that no field of the old state is carried along. */
function termsOf(lease: Lease): LeaseTerms {
  return {
    id: lease.id,
    version: lease.version + 1,
    registry: lease.registry,
    requester: lease.requester,
    address: lease.address,
    durationMs: lease.durationMs,
    reason: lease.reason,
    basis: lease.basis,
    approvals: lease.approvals,
    askedAt: lease.askedAt,
    approvedAt: lease.approvedAt,
    openBy: lease.openBy,
    endsBy: lease.endsBy,
    adopts: lease.adopts,
    extensions: lease.extensions,
  };
}
