import type { Address } from "./address.ts";
import type { LeaseId, Person, RegistryId, RequestId } from "./ids.ts";
import type { Approval } from "./lease.ts";

/** How an address became known. `link`: the requester's own one-time link was opened from it (domain/proof.ts). */
export type AddressFrom = { readonly kind: "typed" } | { readonly kind: "link" };

/** What every request has. It never changes: what was asked is what the approvers saw. */
type AskedTerms = {
  readonly id: RequestId;
  /** 1 when asked, one more with each change of state; what a card shows and a decision must carry. */
  readonly version: number;
  readonly registry: RegistryId;
  readonly requester: Person;
  readonly address: Address;
  /** Whether somebody typed the address, or was seen to come from it. */
  readonly addressFrom: AddressFrom;
  /** The address that the registry had refused, when an error message was where the request came from. */
  readonly errorAddress: Address | undefined;
  readonly durationMs: number;
  /** It is not to be open after that, whenever it is approved and seen; the duration is what was left until then. */
  readonly until: Date | undefined;
  readonly reason: string | undefined;
  readonly askedAt: Date;
  readonly lapsesAt: Date;
  /** Those who said yes so far, each once. */
  readonly approvals: readonly Approval[];
};

/** The address on the registry, for the duration. */
type OpenTerms = AskedTerms & { readonly kind: "open" };
/** More time for a lease: the duration comes on top of the end that it has when approved, up to `until` if that is set. */
type ExtendTerms = AskedTerms & {
  readonly kind: "extend";
  readonly lease: LeaseId;
  /** The lease's end when this was asked. */
  readonly endsAt: Date;
};

/** The address instead of the one that a lease is for, until the end that the lease has when this is approved. */
type ReplaceTerms = AskedTerms & {
  readonly kind: "replace";
  readonly lease: LeaseId;
  readonly from: Address;
  /** The lease's end when this was asked; the duration is what was left until then. */
  readonly endsAt: Date;
};

/** A rule of somebody else under a lease, so that it ends. An approver decides that by asking: it never waits. */
type AdoptTerms = AskedTerms & { readonly kind: "adopt" };

/** One address at once, for somebody whom the policy trusts with that. It never waits; what it made is reviewed. */
type EmergencyTerms = AskedTerms & {
  readonly kind: "emergency";
  /** The approver who has looked at it afterwards. */
  readonly review: Review | undefined;
};

/** That somebody has looked at what nobody was asked about; it changes nothing else. */
export type Review = { readonly by: Person; readonly at: Date };

/** What was asked, by its kind. */
export type RequestTerms = OpenTerms | ExtendTerms | ReplaceTerms;

/** Waits for its approvers. */
export type Pending = RequestTerms & { readonly status: "pending" };
/** Has made its lease, or changed one. */
export type Approved = (RequestTerms | AdoptTerms | EmergencyTerms) & {
  readonly status: "approved";
  readonly decidedAt: Date;
  /** The latest end that was granted: of an extended lease its new end. */
  readonly grantedUntil: Date;
};
/** Somebody was let in without an approver, by the policy's trust in them. */
export type OpenedInEmergency = Approved & { readonly kind: "emergency" };
/** One approver said no. */
export type Denied = RequestTerms & {
  readonly status: "denied";
  readonly decidedAt: Date;
  readonly decidedBy: Person;
  readonly why: string | undefined;
  /** Until then the requester can't ask for the registry at all. */
  readonly mutedUntil: Date | undefined;
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

/** How long an approved opening may take until its rule was seen. */
export const OPEN_WITHIN_MS = 15 * 60_000;

/** How many ms are left until then; none when it has passed. */
export function timeUntil(until: Date, now: Date): number {
  return Math.max(0, until.getTime() - now.getTime());
}

/** What becomes of a request that nobody decided in time. */
export function lapse(request: Pending): Lapsed {
  return { ...request, version: request.version + 1, status: "lapsed" };
}

/** What becomes of an emergency that an approver has looked at: the first one to say so is the one. */
export function reviewed(request: OpenedInEmergency, review: Review): OpenedInEmergency {
  return { ...request, version: request.version + 1, review };
}

/** What becomes of a request that is wanted no more: nobody can decide it from now on. */
export function cancel(request: Pending, now: Date): Cancelled {
  return { ...request, version: request.version + 1, status: "cancelled", cancelledAt: now };
}
