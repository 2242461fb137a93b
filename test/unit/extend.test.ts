import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { coveredEnd } from "../../src/domain/covered-end.ts";
import { decide, type Decided, type DecisionRefusal } from "../../src/domain/decision.ts";
import { closing, extended, opened, type Extension, type Open } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import {
  HOUR_MS,
  NOW,
  opening,
  pendingExtension,
  person,
  policyOf,
  registryId,
  registryPolicy,
  requestId,
  quorumOf,
  durationOf,
  circumstances,
} from "./builders.ts";

const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const open = opened(opening(), NOW, false);
const yes = (by: number, shownVersion = 1) =>
  ({ by: person(by), verdict: "approve", shownVersion }) as const;

function decideAt(
  ms: number,
  over: Partial<RegistryPolicy> = {},
  lease: Parameters<typeof decide>[2]["lease"] = open,
  request: Parameters<typeof decide>[0] = pendingExtension(),
): Decided | DecisionRefusal {
  return decide(
    request,
    yes(2),
    circumstances({ policy: registryPolicy(over), lease, now: later(ms) }),
  );
}

describe("an approved extension", () => {
  it("moves the end that the lease has then, once, and nothing else", () => {
    const decided = decideAt(HOUR_MS);
    assert.equal(decided.kind, "approved");
    assert.ok(decided.lease.status === "open");
    const { version, endsAt, extensions } = decided.lease;
    assert.deepEqual([version, endsAt], [open.version + 1, later(6 * HOUR_MS)]);
    assert.deepEqual(decided.request.grantedUntil, endsAt);
    assert.equal(extensions.length, 1);
    assert.deepEqual({ ...open, version, endsAt, extensions }, decided.lease);
    const again = decideAt(HOUR_MS, {}, decided.lease, decided.request);
    assert.equal(again.kind, "already-decided");
  });

  it("counts from the present end, not from the one that was shown", () => {
    const moved = extended(open, {
      request: requestId(3),
      durationMs: HOUR_MS,
      askedAt: NOW,
      approvals: [],
      at: NOW,
    });
    const decided = decideAt(2 * HOUR_MS, {}, moved);
    assert.ok(decided.kind === "approved" && decided.lease.status === "open");
    assert.deepEqual(decided.lease.endsAt, later(7 * HOUR_MS));
  });

  it("comes too late at the end of the lease, and after anybody ended it", () => {
    const patient = pendingExtension({ lapsesAt: later(99 * HOUR_MS) });
    assert.equal(decideAt(4 * HOUR_MS - 1, {}, open, patient).kind, "approved");
    assert.equal(decideAt(4 * HOUR_MS, {}, open, patient).kind, "lease-over");
    const given = closing(open, { kind: "given-back", by: person(1) }, later(HOUR_MS));
    for (const lease of [given, opening(), undefined]) {
      // `undefined` would mean the default here.
      const at = circumstances({ lease, now: later(HOUR_MS) });
      assert.equal(decide(patient, yes(2), at).kind, "lease-over");
    }
  });

  it("takes the same approvers, quorum and fresh card as an opening", () => {
    assert.equal(decideAt(1, { quorum: quorumOf(2) }).kind, "counted");
    const at = circumstances({ lease: open, now: later(1) });
    const kind = (by: number, shown = 1) => decide(pendingExtension(), yes(by, shown), at).kind;
    assert.deepEqual(
      [kind(1), kind(4), kind(2, 7)],
      ["self-approval", "not-an-approver", "out-of-date"],
    );
  });

  it("never ends later than the policy's longest duration from its approval", () => {
    const most = { duration: durationOf(HOUR_MS, 5 * HOUR_MS) };
    assert.equal(decideAt(HOUR_MS - 1, most).kind, "no-longer-allowed");
    assert.equal(decideAt(HOUR_MS, most).kind, "approved");
  });
});

describe("the end that a worker honours", () => {
  const by = (n: number, ms: number) => [
    { approver: person(n), at: later(ms), atMostMs: undefined },
  ];
  const more = (n: number, atMs: number, hours: number, approver = 2): Extension => ({
    request: requestId(n),
    durationMs: hours * HOUR_MS,
    askedAt: NOW,
    approvals: by(approver, atMs),
    at: later(atMs),
  });
  const hours = (
    lease: Open,
    over: Partial<RegistryPolicy> = {},
    now = later(24 * HOUR_MS),
  ): number =>
    (coveredEnd(lease, policyOf(registryPolicy(over)), now).endsAt.getTime() - NOW.getTime()) /
    HOUR_MS;
  const with_ = (...extensions: readonly Extension[]): Open => ({
    ...open,
    extensions,
    endsAt: later(99 * HOUR_MS),
  });

  it("is what approvals granted, whatever end is stored", () => {
    assert.equal(hours({ ...open, endsAt: later(99 * HOUR_MS) }), 4);
    assert.equal(hours(with_(more(2, HOUR_MS, 2))), 6);
    assert.equal(hours(with_(more(2, HOUR_MS, 2), more(3, 5 * HOUR_MS, 3))), 9);
  });

  it("rests on no extension that does not hold, nor on any after it", () => {
    const good = more(3, 2 * HOUR_MS, 1);
    assert.equal(hours(with_(more(2, HOUR_MS, 2, 4), good)), 4, "not an approver");
    assert.equal(hours(with_(more(2, HOUR_MS, 2, 1), good)), 4, "the requester");
    assert.equal(hours(with_(more(2, 4 * HOUR_MS, 2), good)), 4, "after the end");
    assert.equal(hours(with_(more(2, HOUR_MS, 6), good)), 4, "further than allowed");
    assert.equal(hours(with_(good), { quorum: quorumOf(2) }), 4, "not enough of them");
    assert.equal(hours(with_(good), { id: registryId("elsewhere") }), 4, "left the policy");
  });

  it("rests on no moment that has not come yet", () => {
    const inAYear = later(365 * 24 * HOUR_MS);
    const forged = { ...open, endsBy: later(99_999 * HOUR_MS), endsAt: later(99_999 * HOUR_MS) };
    assert.equal(hours({ ...forged, seenAt: inAYear }, {}, NOW), 0);
    assert.equal(hours({ ...forged, approvedAt: inAYear }, {}, NOW), 0);
    const chain = with_(more(2, 3.9 * HOUR_MS, 4), more(3, 7.8 * HOUR_MS, 4));
    assert.equal(hours(chain, {}, NOW), 4);
    assert.equal(hours(chain, {}, later(3.9 * HOUR_MS)), 8, "the first of them has come");
    assert.equal(hours({ ...open, seenAt: later(HOUR_MS / 5) }, {}, NOW), 4.2, "clocks differ");
  });

  it("is never beyond the policy's longest end, even if all the terms were forged", () => {
    const forged = { ...open, durationMs: 99 * HOUR_MS, endsBy: later(99 * HOUR_MS) };
    assert.equal(hours({ ...forged, endsAt: later(99 * HOUR_MS) }), 8.25);
  });

  it("is the end of every lease that was extended by decisions, however often", () => {
    const steps = fc.array(
      fc.record({ waitMs: fc.nat({ max: 5 * HOUR_MS }), moreMs: fc.nat({ max: 6 * HOUR_MS }) }),
      { maxLength: 8 },
    );
    let moved = 0;
    fc.assert(
      fc.property(steps, (all) => {
        let lease = open;
        let ms = 0;
        for (const [index, { waitMs, moreMs }] of all.entries()) {
          ms += waitMs;
          const request = pendingExtension({
            id: requestId(index + 2),
            durationMs: moreMs,
            lapsesAt: later(1e12),
          });
          const decided = decideAt(ms, {}, lease, request);
          if (decided.kind !== "approved" || decided.lease.status !== "open") continue;
          assert.ok(decided.lease.endsAt >= lease.endsAt);
          lease = decided.lease;
          moved += 1;
          assert.deepEqual(
            coveredEnd(lease, policyOf(registryPolicy()), later(ms)).endsAt,
            lease.endsAt,
          );
        }
      }),
    );
    assert.ok(moved > 50, `only ${String(moved)} extensions`);
  });
});
