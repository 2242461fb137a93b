import { leaseIdOf } from "./ids.ts";
import { closing, extended, type Closing, type Lease, type Open, type Opening } from "./lease.ts";
import type { Asked } from "./policy.ts";
import { OPEN_WITHIN_MS, type Approved, type Pending } from "./request.ts";

/** What an approved request makes: a lease of its own, or a change of one. */
type Grant = {
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
  request: Pick<Pending, "kind" | "requester" | "address" | "durationMs" | "reason">,
  lease: Lease | undefined,
  now: Date,
): Asked {
  const { address, reason, requester } = request;
  const leftMs = isChangeable(lease, now) ? lease.endsAt.getTime() - now.getTime() : 0;
  const durationMs = {
    open: request.durationMs,
    extend: leftMs + request.durationMs,
    replace: leftMs,
  }[request.kind];
  return { requester: requester.id, address, reason, durationMs };
}

/** Grants a request that has its approvals; `undefined` when the lease that it is about is over. */
export function grant(request: Pending, lease: Lease | undefined, now: Date): Grant | undefined {
  switch (request.kind) {
    case "open": {
      const opening = leaseFor(request, now, undefined);
      return { request: approved(request, now, opening.endsBy), lease: opening };
    }
    case "extend": {
      if (!isChangeable(lease, now)) return undefined;
      const { id, approvals, askedAt, durationMs } = request;
      const longer = extended(lease, { request: id, approvals, askedAt, at: now, durationMs });
      return { request: approved(request, now, longer.endsAt), lease: longer };
    }
    case "replace": {
      if (!isChangeable(lease, now)) return undefined;
      return {
        request: approved(request, now, lease.endsAt),
        lease: leaseFor(request, now, lease.endsAt),
        replaced: closing(lease, { kind: "replaced", with: request.address }, now),
      };
    }
  }
}

function approved(request: Pending, decidedAt: Date, grantedUntil: Date): Approved {
  return { ...request, status: "approved", decidedAt, grantedUntil };
}

/** `until`: the end of the lease whose place this one takes; it has no more time than that. */
function leaseFor(request: Pending, approvedAt: Date, until: Date | undefined): Opening {
  const waitUntil = approvedAt.getTime() + OPEN_WITHIN_MS;
  const openBy = Math.min(waitUntil, until?.getTime() ?? waitUntil);
  const endsBy = until?.getTime() ?? openBy + request.durationMs;
  return {
    status: "opening",
    id: leaseIdOf(request.id),
    version: 1,
    registry: request.registry,
    requester: request.requester,
    address: request.address,
    durationMs: until === undefined ? request.durationMs : endsBy - approvedAt.getTime(),
    reason: request.reason,
    approvals: request.approvals,
    askedAt: request.askedAt,
    approvedAt,
    openBy: new Date(openBy),
    endsBy: new Date(endsBy),
    adopts: false,
    extensions: [],
  };
}
