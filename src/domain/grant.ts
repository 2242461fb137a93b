import { leaseIdOf } from "./ids.ts";
import { extended, type Lease, type Open, type Opening } from "./lease.ts";
import type { Asked } from "./policy.ts";
import { OPEN_WITHIN_MS, type Approved, type Pending } from "./request.ts";

/** What an approved request makes: a lease of its own, or a change of one. */
type Grant = { readonly request: Approved; readonly lease: Opening | Open };

/** Only a lease that is open and whose time is not up can be given more of it. */
export function isChangeable(lease: Lease | undefined, now: Date): lease is Open {
  return lease?.status === "open" && now < lease.endsAt;
}

/**
 * The request as the policy judges it. The end of an extended lease may be as far away from now as that of one
 * that is approved now: what counts is the time from now until then.
 */
export function asked(
  request: Pick<Pending, "kind" | "requester" | "address" | "durationMs" | "reason">,
  lease: Lease | undefined,
  now: Date,
): Asked {
  const { address, reason } = request;
  const leftMs =
    request.kind === "extend" && isChangeable(lease, now)
      ? lease.endsAt.getTime() - now.getTime()
      : 0;
  return {
    requester: request.requester.id,
    address,
    reason,
    durationMs: leftMs + request.durationMs,
  };
}

/** Grants a request that has its approvals; `undefined` when the lease that it is about is over. */
export function grant(request: Pending, lease: Lease | undefined, now: Date): Grant | undefined {
  switch (request.kind) {
    case "open": {
      const opening = leaseFor(request, now);
      return { request: approved(request, now, opening.endsBy), lease: opening };
    }
    case "extend": {
      if (!isChangeable(lease, now)) return undefined;
      const { id, approvals, durationMs } = request;
      const longer = extended(lease, { request: id, approvals, at: now, durationMs });
      return { request: approved(request, now, longer.endsAt), lease: longer };
    }
  }
}

function approved(request: Pending, decidedAt: Date, grantedUntil: Date): Approved {
  return { ...request, status: "approved", decidedAt, grantedUntil };
}

function leaseFor(request: Pending, approvedAt: Date): Opening {
  const openBy = new Date(approvedAt.getTime() + OPEN_WITHIN_MS);
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
    approvedAt,
    openBy,
    endsBy: new Date(openBy.getTime() + request.durationMs),
    extensions: [],
  };
}
