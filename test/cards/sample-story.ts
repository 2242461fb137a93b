import type { Surroundings } from "../../src/application/conversation/card-view.ts";
import { grantEmergency } from "../../src/domain/grant.ts";
import type { Person } from "../../src/domain/ids.ts";
import {
  closing,
  opened,
  shutOut,
  type Closing,
  type EndReason,
  type Lease,
  type Open,
  type Opening,
} from "../../src/domain/lease.ts";
import type { Proof, Proving } from "../../src/domain/proof.ts";
import {
  cancel,
  lapse,
  type Approved,
  type Pending,
  type Request,
} from "../../src/domain/request.ts";
import {
  address,
  HOUR_MS,
  NOW,
  opening,
  pending,
  pendingExtension,
  pendingMove,
  person,
  REGISTRY,
  requestId,
} from "../unit/builders.ts";
import type { PeoplesWords } from "./sample-card.ts";

/** A registry about which nothing need be told. */
export const QUIET: Surroundings = {
  now: NOW,
  findings: [],
  slots: { used: 37, limit: 200 },
  others: 3,
  sharing: 0,
};

/** What the samples show: requests and leases of Robin's, which Alex decides. */
export type Story = {
  readonly robin: Person;
  readonly alex: Person;
  readonly asked: Pending;
  readonly range: Pending;
  readonly longer: Pending;
  readonly moving: Pending;
  readonly forLess: Approved;
  /** The policy has said yes. */
  readonly automatic: Approved;
  readonly emergency: { readonly request: Approved; readonly lease: Lease };
  readonly way: Opening;
  readonly open: Open;
  readonly borrowed: Open;
  /** Somebody else removed the rule, and the policy leaves it so. */
  readonly gone: Open;
  readonly due: Closing;
  readonly revoked: Closing;
  readonly never: Closing;
  /** Its link waits to be opened. */
  readonly proof: Proving;
  readonly seen: Proof;
  readonly notMe: Proof;
};

/** The same story in the words of these people, at a fixed time. */
export function storyOf(words: PeoplesWords): Story {
  const { robin, alex, approvals } = peopleOf(words);
  const { reason } = words;
  const asked = pending({ requester: robin, reason });
  const way = opening({ requester: robin, reason, approvals });
  const open = opened(way, after(1 / 60), false);
  const over = (why: EndReason, at = 4): Closing => closing(open, why, after(at));
  const approved = approvedBy(asked, approvals);
  const urgent = { ...asked, id: requestId(5), durationMs: HOUR_MS, reason };
  const proof = proofOf(robin, reason);
  const seen: Proof = {
    ...proof,
    seen: { address: address("203.0.113.7"), at: after(1 / 60) },
    errorAddress: address("198.51.100.23"),
  };
  return {
    robin,
    alex,
    asked,
    range: pending({ requester: robin, reason, address: address("198.51.100.0/28") }),
    longer: pendingExtension({ requester: robin, reason }),
    moving: pendingMove({ requester: robin, reason }),
    forLess: {
      ...approved,
      approvals: [{ approver: alex, at: NOW, atMostMs: HOUR_MS }],
      grantedUntil: after(1),
    },
    automatic: { ...approved, addressFrom: { kind: "link" }, approvals: [] },
    emergency: grantEmergency({ ...urgent, addressFrom: { kind: "link" } }, NOW),
    way,
    open,
    borrowed: opened(way, after(1 / 60), true),
    gone: shutOut(open, { seenAt: after(1), putBack: false }),
    due: over({ kind: "due" }),
    revoked: over({ kind: "revoked", by: alex, why: reason }, 1),
    never: closing(way, { kind: "not-opened" }, after(0.25)),
    proof,
    seen,
    notMe: { ...seen, status: "unproven", because: "not-me" },
  };
}

/** A request in every state that it can be decided into, by name. */
export function decided(request: Pending, words: PeoplesWords): readonly [string, Request][] {
  const { alex, approvals } = peopleOf(words);
  return [
    ["approved", approvedBy(request, approvals)],
    [
      "denied",
      {
        ...request,
        status: "denied",
        decidedAt: NOW,
        decidedBy: alex,
        why: "The build agents have a private endpoint.",
        mutedUntil: after(24),
      },
    ],
    ["lapsed", lapse(request)],
    ["cancelled", cancel(request, NOW)],
  ];
}

/** So many hours into the story. */
export function after(hours: number): Date {
  return new Date(NOW.getTime() + hours * HOUR_MS);
}

function peopleOf({ requester, approver }: PeoplesWords) {
  const alex: Person = { ...person(2), name: approver };
  const robin: Person = { ...person(1), name: requester };
  return { robin, alex, approvals: [{ approver: alex, at: NOW, atMostMs: undefined }] };
}

function approvedBy(request: Pending, approvals: Pending["approvals"]): Approved {
  return { ...request, status: "approved", decidedAt: NOW, approvals, grantedUntil: after(6) };
}

function proofOf(requester: Person, reason: string): Proving {
  return {
    ...{ kind: "open", status: "proving", id: requestId(4), version: 1, registry: REGISTRY },
    ...{ requester, reason, durationMs: 4 * HOUR_MS, askedAt: NOW, lapsesAt: after(1 / 6) },
    ...{ tokenHash: "0".repeat(64), errorAddress: undefined, seen: undefined, until: undefined },
  };
}
