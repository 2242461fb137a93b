import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { automaticFor, emergencyRefusal } from "../../src/domain/automatic.ts";
import { grant } from "../../src/domain/grant.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { opened, type Lease, type Opening } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import type { Pending } from "../../src/domain/request.ts";
import { requestRefusal } from "../../src/domain/request-refusal.ts";
import {
  address,
  addressesOf,
  approvalOf,
  durationOf,
  HOUR_MS,
  NOW,
  opening,
  pending,
  pendingExtension,
  pendingMove,
  person,
  quorumOf,
  registryPolicy,
  requestId,
} from "./builders.ts";

const link = { kind: "link" } as const;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const open = (over: Partial<Opening> = {}): Lease => opened(opening(over), NOW, false);
const by = (over: Partial<RegistryPolicy>, request: Pending, lease?: Lease): string =>
  automaticFor(registryPolicy(over), request, lease)?.kind ?? "approvers";

describe("what the policy says yes to by itself", () => {
  const office = { automaticRanges: [address("198.51.100.16/29"), address("203.0.113.0/29")] };

  it("is a single address of its ranges, seen by link", () => {
    assert.equal(by(office, pending({ addressFrom: link })), "range");
    assert.equal(by(office, pending()), "approvers", "typed");
    assert.equal(by({}, pending({ addressFrom: link })), "approvers", "no ranges");
    const outside = pending({ addressFrom: link, address: address("203.0.113.8") });
    assert.equal(by(office, outside), "approvers");
    const range = pending({ addressFrom: link, address: address("203.0.113.4/31") });
    assert.equal(by(office, range), "approvers");
  });

  it("is more time where extensions are automatic, except after an emergency and for an adopted rule", () => {
    const automatic = { duration: durationOf(1, 8 * HOUR_MS, { approval: "automatic" }) };
    const longer = pendingExtension();
    assert.equal(by(automatic, longer, open()), "extension");
    assert.equal(by({}, longer, open()), "approvers");
    assert.equal(by(automatic, longer, open({ basis: { kind: "emergency" } })), "approvers");
    assert.equal(by(automatic, longer, open({ adopts: true })), "approvers");
  });

  it("is a move to a single address seen by link, no wider, that the approvals of the lease would do for", () => {
    const automatic = { move: "automatic" } as const;
    const move = pendingMove({ addressFrom: link });
    assert.equal(by(automatic, move, open()), "move");
    assert.equal(by({}, move, open()), "approvers");
    assert.equal(by(automatic, pendingMove(), open()), "approvers", "typed");
    const wide = pendingMove({ addressFrom: link, address: address("203.0.113.8/31") });
    assert.equal(by(automatic, wide, open()), "approvers");
    const left = { ...automatic, approvers: new Set([person(3).id]) };
    assert.equal(by(left, move, open()), "approvers", "its approver has left");
    assert.equal(by({ ...automatic, quorum: quorumOf(2) }, move, open()), "approvers");
    const range = { kind: "range", range: address("203.0.113.0/29") } as const;
    assert.equal(by(automatic, move, open({ basis: range })), "approvers", "nobody approved it");
    assert.equal(by(automatic, move, open({ basis: { kind: "emergency" } })), "approvers");
    const again = open({ basis: { kind: "move", of: leaseIdOf(requestId(9)) } });
    assert.equal(by(automatic, move, again), "move");
  });

  it("grants what was asked, with the approvals that a move rests on and the end that it had", () => {
    const lease = open({ approvals: [approvalOf(2, { atMostMs: 4 * HOUR_MS })] });
    const moved = grant(
      pendingMove({ addressFrom: link }),
      lease,
      { kind: "move", of: lease.id },
      later(HOUR_MS),
    );
    assert.ok(moved?.lease.status === "opening");
    assert.deepEqual(moved.lease.basis, { kind: "move", of: lease.id });
    assert.deepEqual(moved.lease.approvals, [approvalOf(2)]);
    assert.deepEqual(moved.lease.endsBy, later(4 * HOUR_MS));
    const longer = grant(pendingExtension(), lease, { kind: "extension" }, later(HOUR_MS));
    assert.ok(longer?.lease.status === "open");
    assert.deepEqual(longer.lease.extensions[0]?.approvals, []);
    assert.deepEqual(longer.lease.endsAt, later(6 * HOUR_MS));
  });

  it("is an emergency of those whom it names, for one address and no longer than it says", () => {
    const people = new Set([person(1).id]);
    const emergency = { kind: "on", people, maxMs: HOUR_MS, tell: people } as const;
    const kind = (n: number, where: string, ms: number, over: Partial<RegistryPolicy> = {}) =>
      emergencyRefusal(registryPolicy({ emergency, ...over }), person(n).id, address(where), ms)
        ?.kind;
    assert.equal(kind(1, "203.0.113.7", HOUR_MS), undefined);
    assert.equal(kind(2, "203.0.113.7", HOUR_MS), "no-emergency-for-you");
    assert.equal(kind(1, "203.0.113.0/31", HOUR_MS), "too-wide");
    assert.equal(kind(1, "203.0.113.7", HOUR_MS + 1), "too-long");
    const off = { emergency: { kind: "off" } } as const;
    assert.equal(kind(1, "203.0.113.7", HOUR_MS, off), "no-emergency-for-you");
  });
});

describe("what the policy says of a request", () => {
  const kind = (over: Partial<RegistryPolicy>, request: Pending, lease?: Lease) =>
    requestRefusal(registryPolicy(over), request, lease, NOW)?.kind;

  it("is no to an address that became known in the other way", () => {
    const typed = { address: addressesOf({ typed: "refused" }) };
    const proven = { address: addressesOf({ myIp: "refused" }) };
    assert.equal(kind(typed, pending()), "only-by-link");
    assert.equal(kind(typed, pending({ addressFrom: link })), undefined);
    assert.equal(kind(proven, pending({ addressFrom: link })), "no-link-allowed");
    assert.equal(kind(proven, pending()), undefined);
    assert.equal(kind(typed, pendingExtension(), open()), undefined, "it was judged before");
  });

  it("is no to more time than at once, or more often, than it allows", () => {
    const extend = (over: Partial<RegistryPolicy["duration"]["extend"]>) => ({
      duration: durationOf(HOUR_MS, 8 * HOUR_MS, over),
    });
    const extended = (n: number): Lease => {
      const extensions = Array.from({ length: n }, () => ({
        ...{ request: requestId(5), durationMs: 1, approvals: [], askedAt: NOW, at: NOW },
      }));
      return open({ extensions });
    };
    assert.equal(
      kind(extend({ maxMs: HOUR_MS }), pendingExtension(), open()),
      "extension-too-long",
    );
    assert.equal(kind(extend({ times: 2 }), pendingExtension(), extended(1)), undefined);
    assert.equal(kind(extend({ times: 2 }), pendingExtension(), extended(2)), "extended-too-often");
  });

  it("is no to every move where leases never move", () => {
    assert.equal(kind({ move: "never" }, pendingMove(), open()), "moves-are-off");
    assert.equal(kind({ move: "required" }, pendingMove(), open()), undefined);
  });

  it("is no at once when there are too few approvers for the width, unless it takes none", () => {
    const widening = {
      quorum: [
        { prefix: 32, approvers: 2 },
        { prefix: 30, approvers: 3 },
      ],
    };
    assert.equal(kind(widening, pending()), undefined);
    const wide = pending({ address: address("203.0.113.4/31") });
    assert.equal(kind(widening, wide), "nobody-can-approve");
    const nobody = { approvers: new Set<never>(), automaticRanges: [address("203.0.113.0/29")] };
    assert.equal(kind(nobody, pending()), "nobody-can-approve");
    assert.equal(kind(nobody, pending({ addressFrom: link })), undefined);
  });

  it("is no to a reason that is not as it wants it", () => {
    const ticket = { reason: { kind: "pattern", pattern: "^INC[0-9]+", hint: "INC…" } } as const;
    assert.equal(kind(ticket, pending({ reason: "INC12 down" })), undefined);
    assert.equal(kind(ticket, pending({ reason: "because" })), "reason-not-as-wanted");
    assert.equal(kind(ticket, pending()), "reason-missing");
  });
});
