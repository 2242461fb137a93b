import type { Automatic } from "./automatic.ts";
import { leaseIdOf } from "./ids.ts";
import {
  closing,
  extended,
  type Approval,
  type Basis,
  type Closing,
  type Lease,
  type Open,
  type Opening,
} from "./lease.ts";
import type { Asked } from "./policy.ts";
import { OPEN_WITHIN_MS, timeUntil, type Approved, type Pending } from "./request.ts";

/** What an approved request makes: a lease of its own, or a change of one. */
export type Grant = {
  readonly request: Approved;
  readonly lease: Opening | Open;
  /** The lease whose place the new one takes. */
  readonly replaced?: Closing;
};

/** Only a lease that is open and whose time is not up can be changed. */
export function isChangeable(lease: Lease | undefined, now: Date): lease is Open {
  return lease?.status === "open" && now < lease.endsAt;
}

/**
 * The request as the policy judges it. The end of a changed lease may be as far away from now as that of one that is
 * approved now: what counts is the time from now until then.
 */
export function asked(
  request: Pick<Pending, "kind" | "requester" | "address" | "durationMs" | "until" | "reason">,
  lease: Lease | undefined,
  now: Date,
): Asked {
  const { address, reason, requester } = request;
  const leftMs = isChangeable(lease, now) ? lease.endsAt.getTime() - now.getTime() : 0;
  const { until } = request;
  const longestMs = until === undefined ? Infinity : timeUntil(until, now);
  const durationMs = {
    open: Math.min(request.durationMs, longestMs),
    extend: leftMs + request.durationMs,
    replace: leftMs,
  }[request.kind];
  return { requester: requester.id, address, reason, durationMs };
}

/** What was asked for, or less if one of those who said yes said so. What is granted is never more. */
export function grantedMs(asksMs: number, approvals: readonly Approval[]): number {
  return Math.min(asksMs, ...approvals.map(({ atMostMs }) => atMostMs ?? asksMs));
}

/**
 * Grants a request that has its approvals, or that takes none by the policy (`automatic`); `undefined` when the lease
 * that it is about is over.
 */
export function grant(
  request: Pending,
  lease: Lease | undefined,
  automatic: Automatic | undefined,
  now: Date,
): Grant | undefined {
  const grants = grantedMs(request.durationMs, request.approvals);
  switch (request.kind) {
    case "open": {
      const whole = leaseFor(request, grants, now, undefined, basisOf(automatic));
      const opening = endingBy(request.until, whole);
      return { request: approved(request, now, opening.endsBy), lease: opening };
    }
    case "extend": {
      if (!isChangeable(lease, now)) return undefined;
      const { id, approvals, askedAt } = request;
      const atMostMs =
        request.until === undefined ? grants : timeUntil(request.until, lease.endsAt);
      const durationMs = Math.min(grants, atMostMs);
      const more = { request: id, approvals, askedAt, at: now, durationMs };
      const longer = extended(lease, more);
      return { request: approved(request, now, longer.endsAt), lease: longer };
    }
    case "replace": {
      if (!isChangeable(lease, now)) return undefined;
      const until = Math.min(lease.endsAt.getTime(), now.getTime() + atMost(request.approvals));
      const basis = basisOf(automatic);
      // Whoever approved the lease approves the address by the policy's word; for how long is in its end.
      const carried = lease.approvals.map((approval) => ({ ...approval, atMostMs: undefined }));
      const approvals = basis.kind === "move" ? carried : request.approvals;
      const askedAt = basis.kind === "move" ? lease.askedAt : request.askedAt;
      return {
        request: approved(request, now, new Date(until)),
        lease: leaseFor({ ...request, approvals, askedAt }, grants, now, until, basis),
        replaced: closing(lease, { kind: "replaced", with: request.address }, now),
      };
    }
  }
}

/** Grants at once what nobody is asked about; who may have that was checked. */
export function grantEmergency(
  terms: Pick<
    Approved,
    | "id"
    | "version"
    | "registry"
    | "requester"
    | "address"
    | "addressFrom"
    | "durationMs"
    | "reason"
  >,
  now: Date,
): Grant {
  const asked = {
    ...terms,
    until: undefined,
    errorAddress: undefined,
    askedAt: now,
    lapsesAt: now,
  };
  const request = { ...asked, approvals: [] };
  const lease = leaseFor(request, terms.durationMs, now, undefined, { kind: "emergency" });
  const decided = { status: "approved", decidedAt: now, grantedUntil: lease.endsBy } as const;
  return { request: { ...request, ...decided, kind: "emergency", review: undefined }, lease };
}

function approved(request: Pending, decidedAt: Date, grantedUntil: Date): Approved {
  return { ...request, status: "approved", decidedAt, grantedUntil };
}

function basisOf(automatic: Automatic | undefined): Basis {
  return automatic === undefined || automatic.kind === "extension"
    ? { kind: "approvals" }
    : automatic;
}

function atMost(approvals: readonly Approval[]): number {
  return grantedMs(Infinity, approvals);
}

/** The lease with no end later than that, whenever its rule is seen. */
function endingBy(until: Date | undefined, lease: Opening): Opening {
  if (until === undefined) return lease;
  const earlier = (at: Date): Date => (at < until ? at : until);
  return {
    ...lease,
    durationMs: Math.min(lease.durationMs, timeUntil(until, lease.approvedAt)),
    openBy: earlier(lease.openBy),
    endsBy: earlier(lease.endsBy),
  };
}

/** `until`: no more time than up to then, for it takes the place of a lease that ends then. */
function leaseFor(
  request: Pick<
    Pending,
    "id" | "registry" | "requester" | "address" | "reason" | "approvals" | "askedAt"
  >,
  durationMs: number,
  approvedAt: Date,
  until: number | undefined,
  basis: Basis,
): Opening {
  const waitUntil = approvedAt.getTime() + OPEN_WITHIN_MS;
  const openBy = Math.min(waitUntil, until ?? waitUntil);
  const endsBy = until ?? openBy + durationMs;
  return {
    status: "opening",
    id: leaseIdOf(request.id),
    version: 1,
    registry: request.registry,
    requester: request.requester,
    address: request.address,
    durationMs: until === undefined ? durationMs : endsBy - approvedAt.getTime(),
    reason: request.reason,
    basis,
    approvals: request.approvals,
    askedAt: request.askedAt,
    approvedAt,
    openBy: new Date(openBy),
    endsBy: new Date(endsBy),
    adopts: false,
    extensions: [],
  };
}
