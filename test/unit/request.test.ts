import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  decide as decideWith,
  type Decided,
  type Decision,
  type DecisionRefusal,
} from "../../src/domain/decision.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import type { Request } from "../../src/domain/request.ts";
import {
  address,
  HOUR_MS,
  NOW,
  pending,
  person,
  registryPolicy,
  quorumOf,
  durationOf,
  addressesOf,
  circumstances,
} from "./builders.ts";

const LATER = new Date(NOW.getTime() + HOUR_MS);

function decide(
  request: Request,
  decision: Decision,
  policy: RegistryPolicy | undefined,
  now: Date,
): Decided | DecisionRefusal {
  return decideWith(request, decision, circumstances({ policy, now }));
}

function yes(by: number, shownVersion = 1): Decision {
  return { by: person(by), verdict: "approve", shownVersion };
}

function no(by: number, shownVersion = 1): Decision {
  return { by: person(by), verdict: "deny", shownVersion };
}

function kind(decided: Decided | DecisionRefusal): string {
  return decided.kind;
}

describe("a decision", () => {
  it("makes the lease whose terms the approver saw, with its latest end", () => {
    const decided = decide(pending(), yes(2), registryPolicy(), LATER);
    assert.equal(decided.kind, "approved");
    const { lease, request } = decided;
    assert.equal(request.version, 2);
    assert.equal(lease.address, "203.0.113.7");
    assert.ok(lease.status === "opening");
    assert.equal(lease.openBy.getTime(), LATER.getTime() + 15 * 60_000);
    assert.equal(lease.endsBy.getTime(), lease.openBy.getTime() + 4 * HOUR_MS);
    assert.deepEqual(lease.approvals, [{ approver: person(2), at: LATER, atMostMs: undefined }]);
  });

  it("of one approver is enough to deny", () => {
    assert.equal(
      kind(decide(pending(), no(2), registryPolicy({ quorum: quorumOf(2) }), LATER)),
      "denied",
    );
  });

  it("needs as many distinct approvers as the policy says", () => {
    const policy = registryPolicy({ quorum: quorumOf(2) });
    const first = decide(pending(), yes(2), policy, LATER);
    assert.equal(first.kind, "counted");
    assert.equal(kind(decide(first.request, yes(2, 2), policy, LATER)), "approved-before");
    assert.equal(kind(decide(first.request, yes(3, 2), policy, LATER)), "approved");
  });

  it("does not count from the requester, from outsiders, on a stale card or too late", () => {
    const policy = registryPolicy({ approvers: new Set([1, 2, 3].map((n) => person(n).id)) });
    assert.equal(kind(decide(pending(), yes(1), policy, LATER)), "self-approval");
    assert.equal(kind(decide(pending(), no(1), policy, LATER)), "self-approval");
    assert.equal(kind(decide(pending(), yes(4), policy, LATER)), "not-an-approver");
    assert.equal(kind(decide(pending(), yes(2, 7), policy, LATER)), "out-of-date");
    assert.equal(kind(decide(pending(), yes(2), policy, pending().lapsesAt)), "already-decided");
    assert.equal(kind(decide(pending(), yes(2), undefined, LATER)), "registry-left-policy");
  });

  it("forgets the yes of somebody who is no approver any more", () => {
    const before = registryPolicy({ quorum: quorumOf(2) });
    const counted = decide(pending(), yes(2), before, LATER);
    assert.equal(counted.kind, "counted");
    const after = registryPolicy({
      quorum: quorumOf(2),
      approvers: new Set([person(3).id, person(4).id]),
    });
    assert.equal(kind(decide(counted.request, yes(3, 2), after, LATER)), "counted");
  });

  it("is held against the present policy", () => {
    const shorter = registryPolicy({ duration: durationOf(HOUR_MS, HOUR_MS) });
    assert.deepEqual(decide(pending(), yes(2), shorter, LATER), {
      kind: "no-longer-allowed",
      because: { kind: "too-long", durationMs: 4 * HOUR_MS, maxMs: HOUR_MS },
    });
    const wide = pending({ address: address("198.51.100.0/25") });
    const narrow = registryPolicy({ address: addressesOf({ widest: 28 }) });
    assert.equal(kind(decide(wide, yes(2), narrow, LATER)), "no-longer-allowed");
  });

  it("is made once: whoever comes second gets the decided request", () => {
    const approved = decide(pending(), yes(2), registryPolicy(), LATER);
    assert.equal(approved.kind, "approved");
    const second = decide(approved.request, no(3, 1), registryPolicy(), LATER);
    assert.equal(second.kind, "already-decided");
  });

  it("approves only with a quorum of distinct, present approvers other than the requester, whoever clicks", () => {
    const people = fc.integer({ min: 1, max: 5 });
    const clicks = fc.array(fc.record({ by: people, at: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 12,
    });
    const policies = fc.record({
      quorum: fc.integer({ min: 1, max: 3 }),
      approvers: fc.uniqueArray(people),
    });
    let seen = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(clicks, policies), { maxLength: 4 }), (rounds) => {
        let request = pending();
        for (const [round, { quorum, approvers }] of rounds) {
          const ids = new Set(approvers.map((n) => person(n).id));
          const policy = registryPolicy({ quorum: quorumOf(quorum), approvers: ids });
          for (const { by, at } of round) {
            const decided = decide(request, yes(by, at), policy, LATER);
            if (decided.kind === "counted") request = decided.request;
            if (decided.kind !== "approved") continue;
            seen += 1;
            const standing = decided.lease.approvals.map(({ approver }) => approver.id);
            assert.equal(new Set(standing).size, standing.length);
            assert.ok(standing.length >= quorum);
            assert.ok(standing.every((id) => ids.has(id) && id !== person(1).id));
            return;
          }
        }
      }),
      { numRuns: 2_000 },
    );
    assert.ok(seen > 100, `only ${String(seen)} runs came to an approval`);
  });
});
