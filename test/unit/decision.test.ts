import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { automaticFor } from "../../src/domain/automatic.ts";
import { decide, type Decision, type Verdict } from "../../src/domain/decision.ts";
import { grant, type Grant } from "../../src/domain/grant.ts";
import { opened, type Lease } from "../../src/domain/lease.ts";
import { openingRefusal } from "../../src/domain/opening-check.ts";
import { quorumFor, type RegistryPolicy } from "../../src/domain/policy.ts";
import type { Pending } from "../../src/domain/request.ts";
import {
  address,
  approvalOf,
  circumstances,
  durationOf,
  HOUR_MS,
  NOW,
  opening,
  pending,
  pendingExtension,
  pendingMove,
  person,
  policyOf,
  quorumOf,
  registryPolicy,
} from "./builders.ts";

const LATER = new Date(NOW.getTime() + HOUR_MS);
const seen = opened(opening(), NOW, false);
const less = (by: number, hours: number, shownVersion = 1): Decision => ({
  ...{ by: person(by), verdict: "approve", shownVersion },
  atMostMs: hours * HOUR_MS,
});

describe("a yes to less", () => {
  const two = { policy: registryPolicy({ quorum: quorumOf(2) }), now: LATER };
  const grantedHours = (request: Pending, decision: Decision, lease?: Lease): number => {
    const decided = decide(request, decision, circumstances({ ...two, lease }));
    assert.ok(decided.kind === "approved", decided.kind);
    assert.equal(decided.request.durationMs, request.durationMs, "what was asked stays");
    const { extensions, durationMs } = decided.lease;
    return (extensions[0]?.durationMs ?? durationMs) / HOUR_MS;
  };

  it("grants the least of what those have said who count", () => {
    const first = pending({ approvals: [approvalOf(2, { atMostMs: 2 * HOUR_MS })] });
    assert.equal(grantedHours(first, less(3, 3)), 2);
    assert.equal(grantedHours(first, less(3, 1)), 1);
    const longer = pendingExtension({ approvals: [approvalOf(2, { atMostMs: HOUR_MS })] });
    assert.equal(grantedHours(longer, less(3, 2), seen), 1);
    const move = pendingMove({ approvals: [approvalOf(2, { atMostMs: HOUR_MS })] });
    assert.equal(grantedHours(move, less(3, 2), seen), 1);
  });

  it("does not bind once its approver has left", () => {
    const left = pending({ approvals: [approvalOf(2), approvalOf(9, { atMostMs: HOUR_MS })] });
    assert.equal(grantedHours(left, less(3, 3)), 3);
  });

  it("never grants more than was asked", () => {
    const first = pending({ approvals: [approvalOf(2)] });
    assert.equal(grantedHours(first, less(3, 99)), 4);
    const move = pendingMove({ approvals: [approvalOf(2)] });
    assert.equal(grantedHours(move, less(3, 99), seen), 3);
  });
});

describe("a decision", () => {
  it("says why it was no, and until when the requester is muted", () => {
    const no = { by: person(2), verdict: "deny-and-mute", why: "enough", shownVersion: 1 } as const;
    const decided = decide(pending(), no, circumstances({ now: LATER }));
    assert.ok(decided.kind === "denied");
    const { why, mutedUntil } = decided.request;
    assert.deepEqual([why, mutedUntil], ["enough", new Date(LATER.getTime() + 24 * HOUR_MS)]);
  });

  it("waits for as many as the width takes, and lets nobody wait for those who are not there", () => {
    const widening = [
      { prefix: 32, approvers: 1 },
      { prefix: 30, approvers: 2 },
      { prefix: 29, approvers: 3 },
    ];
    const policy = registryPolicy({ quorum: widening });
    const kind = (text: string) =>
      decide(pending({ address: address(text) }), less(2, 4), circumstances({ policy })).kind;
    assert.equal(kind("203.0.113.8"), "approved");
    assert.equal(kind("203.0.113.8/31"), "counted");
    assert.equal(kind("203.0.113.8/29"), "no-longer-allowed");
  });

  it("gives nobody more hours than a day has for them, unless it is less", () => {
    const limits = { ...registryPolicy().limits, hoursPerPersonPerDay: 6 };
    const at = circumstances({ policy: registryPolicy({ limits }), givenMs: 3 * HOUR_MS });
    assert.equal(decide(pending(), less(2, 4), at).kind, "no-longer-allowed");
    assert.equal(decide(pending(), less(2, 3), at).kind, "approved");
    assert.equal(decide(pendingMove(), less(2, 4), { ...at, lease: seen }).kind, "approved");
  });

  it("opens nothing that everybody may pull from, if the policy minds, and can say no to it", () => {
    const policy = registryPolicy({ anonymousPull: "refuse" });
    const at = circumstances({ policy, anonymousPull: true });
    assert.equal(decide(pending(), less(2, 4), at).kind, "anonymous-pull");
    const no = { by: person(2), verdict: "deny", shownVersion: 1 } as const;
    assert.equal(decide(pending(), no, at).kind, "denied");
  });
});

describe("whatever people click, under whatever policies", () => {
  const people = fc.integer({ min: 1, max: 6 });
  const addresses = fc.constantFrom(
    ...["203.0.113.8", "203.0.113.9", "203.0.113.8/31", "203.0.113.8/30", "203.0.113.0/28"].map(
      address,
    ),
  );
  const hours = fc.integer({ min: 1, max: 6 });
  const verdicts: fc.Arbitrary<Verdict> = fc.oneof(
    fc.record({
      verdict: fc.constant("approve" as const),
      atMostMs: fc.option(
        hours.map((n) => n * HOUR_MS),
        { nil: undefined },
      ),
    }),
    fc.record({ verdict: fc.constantFrom("deny", "deny-and-mute") }),
  );
  const clicks = fc.array(
    fc.record({
      by: people,
      verdict: fc.oneof({ weight: 5, arbitrary: verdicts }),
      fresh: fc.nat(9),
    }),
    { maxLength: 8 },
  );
  const policies: fc.Arbitrary<RegistryPolicy> = fc
    .record({
      approvers: fc.uniqueArray(people, { maxLength: 5 }),
      quorum: fc
        .tuple(fc.integer({ min: 1, max: 2 }), fc.nat(1), fc.nat(1))
        .map(([one, more, most]) => [
          { prefix: 32, approvers: one },
          { prefix: 31, approvers: one + more },
          { prefix: 29, approvers: one + more + most },
        ]),
      automaticRanges: fc.subarray([address("203.0.113.8/31")]),
      move: fc.constantFrom(
        ...(["required", "automatic", "automatic", "automatic", "never"] as const),
      ),
      approval: fc.constantFrom("required" as const, "automatic" as const),
      limit: fc.constantFrom(Infinity, 3),
    })
    .map(({ approvers, quorum, automaticRanges, move, approval, limit }) =>
      registryPolicy({
        ...{ quorum, automaticRanges, move },
        approvers: new Set(approvers.map((n) => person(n).id)),
        duration: durationOf(4 * HOUR_MS, 12 * HOUR_MS, { approval }),
        limits: { ...registryPolicy().limits, hoursPerPersonPerDay: limit },
      }),
    );
  const asked: fc.Arbitrary<Pending> = fc
    .record({
      kind: fc.constantFrom("open", "extend", "replace", "replace"),
      where: addresses,
      addressFrom: fc.record({ kind: fc.constantFrom(...(["typed", "link", "link"] as const)) }),
      durationMs: hours.map((n) => n * HOUR_MS),
    })
    .map(({ kind, where, ...over }) => {
      if (kind === "extend") return pendingExtension(over);
      const other = { ...over, address: where };
      return kind === "open" ? pending(other) : pendingMove(other);
    });
  const basis = fc.constantFrom<Lease["basis"]>(
    { kind: "approvals" },
    { kind: "approvals" },
    { kind: "approvals" },
    { kind: "range", range: address("203.0.113.0/29") },
    { kind: "emergency" },
  );

  /** What may be granted of the request by this policy, if it was granted by these approvals. */
  function check(policy: RegistryPolicy, request: Pending, lease: Lease, made: Grant): void {
    const { extensions, ...now } = made.lease;
    const extension = request.kind === "extend" ? extensions.at(-1) : undefined;
    const { approvals, durationMs } = extension ?? now;
    const counting = new Set(
      approvals
        .map(({ approver }) => approver.id)
        .filter((id) => policy.approvers.has(id) && id !== request.requester.id),
    );
    const granted = extension === undefined ? now.basis.kind : "extension";
    const enough = counting.size >= quorumFor(policy, request.address);
    const [, width] = request.address.split("/");
    const byLink = request.addressFrom.kind === "link" && width === undefined;
    if (!enough) {
      const named = granted === "range" && policy.automaticRanges.length > 0 && byLink;
      const { approval } = policy.duration.extend;
      const longer = granted === "extension" && approval === "automatic";
      assert.ok(named || longer, `granted by ${granted} to ${String(counting.size)} of them`);
    }
    if (granted === "extension" && approvals.length === 0) {
      assert.notEqual(lease.basis.kind, "emergency");
    }
    if (granted === "move") {
      assert.ok(policy.move === "automatic" && byLink && lease.basis.kind === "approvals");
    }
    // A move carries the approvals of its lease as they are.
    const kept = granted === "move" ? counting.size : approvals.length;
    assert.equal(counting.size, kept, "only those who count are kept");
    for (const { atMostMs } of approvals) assert.ok(durationMs <= (atMostMs ?? Infinity));
    assert.ok(
      durationMs <= Math.max(request.durationMs, request.kind === "replace" ? 3 * HOUR_MS : 0),
    );
    if (made.lease.status !== "opening") return;
    const own = { openingsLastHour: 0, givenMs: 0, anonymousPull: false };
    const limits = { ...policy.limits, hoursPerPersonPerDay: Infinity };
    const worker = policyOf({ ...policy, limits });
    assert.equal(openingRefusal(worker, made.lease, own), undefined, "the worker agrees");
  }

  it("nothing is granted but by enough approvers other than the requester, or by the policy's own words", () => {
    const made = new Map<string, number>();
    const rounds = fc.array(fc.tuple(clicks, policies), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(asked, basis, rounds, (first, leaseBasis, played) => {
        let request = first;
        const approvals = [2, 3, 4].map((n) => approvalOf(n));
        const lease = opened(opening({ basis: leaseBasis, approvals }), NOW, false);
        const [start] = played;
        const automatic = start && automaticFor(start[1], request, lease);
        const atOnce = automatic && grant(request, lease, automatic, LATER);
        if (start !== undefined && automatic !== undefined && atOnce !== undefined) {
          check(start[1], request, lease, atOnce);
          made.set(automatic.kind, (made.get(automatic.kind) ?? 0) + 1);
          return;
        }
        for (const [round, policy] of played) {
          for (const { by, verdict, fresh } of round) {
            const shownVersion = fresh === 0 ? 99 : request.version;
            const decision = { by: person(by), shownVersion, ...verdict };
            const at = circumstances({ policy, lease, now: LATER, givenMs: 0 });
            const decided = decide(request, decision, at);
            if (decided.kind === "denied") return;
            if (decided.kind === "counted") ({ request } = decided);
            if (decided.kind !== "approved") continue;
            check(policy, request, lease, decided);
            const { hoursPerPersonPerDay } = policy.limits;
            const extension = decided.lease.extensions.at(-1);
            const given = extension?.durationMs ?? decided.lease.durationMs;
            assert.ok(request.kind === "replace" || given <= hoursPerPersonPerDay * HOUR_MS);
            made.set(request.kind, (made.get(request.kind) ?? 0) + 1);
            return;
          }
        }
      }),
      { numRuns: 5_000 },
    );
    for (const kind of ["open", "extend", "replace", "range", "move", "extension"]) {
      assert.ok((made.get(kind) ?? 0) > 10, `${kind} was granted ${String(made.get(kind))} times`);
    }
  });
});
