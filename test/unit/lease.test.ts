import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { closing, ended, endOf, isLive, opened } from "../../src/domain/lease.ts";
import { openingRefusal } from "../../src/domain/opening-check.ts";
import {
  HOUR_MS,
  NOW,
  opening,
  person,
  policyOf,
  quorumOf,
  registryId,
  registryPolicy,
} from "./builders.ts";

const later = (ms: number): Date => new Date(NOW.getTime() + ms);

describe("a lease", () => {
  it("starts its time when the rule was seen, and never ends later than approved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: HOUR_MS }), (afterMs) => {
        const lease = opened(opening(), later(afterMs), false);
        assert.ok(lease.endsAt <= lease.endsBy);
        assert.equal(
          lease.endsAt.getTime(),
          Math.min(afterMs + 4 * HOUR_MS + NOW.getTime(), lease.endsBy.getTime()),
        );
      }),
    );
  });

  it("is live until its end and not at it", () => {
    const lease = opened(opening(), NOW, false);
    assert.ok(isLive(lease, later(4 * HOUR_MS - 1)));
    assert.ok(!isLive(lease, later(4 * HOUR_MS)));
    assert.ok(!isLive(opening(), opening().openBy));
  });

  it("is over for good once it is closing", () => {
    const over = closing(opened(opening(), NOW, false), { kind: "due" }, later(5 * HOUR_MS));
    assert.ok(!isLive(over, NOW));
    assert.equal(endOf(over).getTime(), later(4 * HOUR_MS).getTime());
    const gone = ended(over, later(5 * HOUR_MS), "none");
    assert.deepEqual([gone.status, gone.version], ["ended", 4]);
  });

  it("that never opened says so", () => {
    const lease = opening();
    const gone = ended(closing(lease, { kind: "not-opened" }, lease.openBy), lease.openBy, "none");
    assert.equal(gone.seenAt, undefined);
  });
});

describe("the worker's own check", () => {
  const check = (lease = opening(), policy = registryPolicy(), openings = 0): string | undefined =>
    openingRefusal(policyOf(policy), lease, {
      openingsLastHour: openings,
      givenMs: 0,
      anonymousPull: false,
    })?.kind;

  it("lets a lease pass that the policy would have allowed", () => {
    assert.equal(check(), undefined);
  });

  it("stops whatever a lying store could plant", () => {
    assert.equal(check(opening({ registry: registryId("acrelsewhere") })), "registry-left-policy");
    assert.equal(check(opening({ durationMs: 9 * HOUR_MS })), "against-policy");
    assert.equal(check(opening({ endsBy: later(30 * HOUR_MS) })), "ends-too-late");
    assert.equal(check(opening(), registryPolicy(), 60), "too-many-openings");
    assert.equal(check(opening({ approvals: [] })), "approval-does-not-stand");
    for (const approver of [person(1), person(4)]) {
      const approvals = [{ approver, at: NOW, atMostMs: undefined }];
      assert.equal(check(opening({ approvals })), "approval-does-not-stand");
    }
    const twice = [2, 2].map((n) => ({ approver: person(n), at: NOW, atMostMs: undefined }));
    const policy = registryPolicy({ quorum: quorumOf(2) });
    assert.equal(check(opening({ approvals: twice }), policy), "approval-does-not-stand");
    const listed = registryPolicy({ requesters: new Set([person(5).id]) });
    assert.equal(check(opening(), listed), "against-policy");
  });
});
