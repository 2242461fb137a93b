import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { coveredEnd } from "../../src/domain/covered-end.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { opened, type Basis, type Extension, type Opening } from "../../src/domain/lease.ts";
import { openingRefusal, type OwnKnowledge } from "../../src/domain/opening-check.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import {
  address,
  approvalOf,
  durationOf,
  HOUR_MS,
  NOW,
  opening,
  person,
  policyOf,
  quorumOf,
  registryPolicy,
  requestId,
} from "./builders.ts";

const later = (ms: number): Date => new Date(NOW.getTime() + ms);

/** The kind of the refusal by a worker whose policy says this; "added" when there is none. */
function check(
  lease: Partial<Opening>,
  over: Partial<RegistryPolicy> = {},
  own: Partial<OwnKnowledge> = {},
): string {
  const knows = { openingsLastHour: 0, givenMs: 0, anonymousPull: false, ...own };
  const refusal = openingRefusal(policyOf(registryPolicy(over)), opening(lease), knows);
  return refusal?.kind === "against-policy" ? refusal.refusal.kind : (refusal?.kind ?? "added");
}

describe("the worker's own check of what let an address in", () => {
  const range: Basis = { kind: "range", range: address("203.0.113.0/29") };
  const office = { automaticRanges: [address("203.0.113.0/29")] };

  it("takes as many approvers as the width asks for", () => {
    const widening = {
      quorum: [
        { prefix: 32, approvers: 1 },
        { prefix: 30, approvers: 2 },
      ],
    };
    const wide = address("203.0.113.0/30");
    const both = [approvalOf(2), approvalOf(3)];
    assert.equal(check({ approvals: [approvalOf(2)] }, widening), "added");
    const one = check({ address: wide, approvals: [approvalOf(2)] }, widening);
    assert.equal(one, "approval-does-not-stand");
    assert.equal(check({ address: wide, approvals: both }, widening), "added");
  });

  it("takes no range for one that its own policy does not name, whatever the lease says", () => {
    const none = { basis: range, approvals: [] };
    assert.equal(check(none, office), "added");
    assert.equal(check(none), "not-automatic");
    assert.equal(check({ ...none, address: address("203.0.113.8") }, office), "not-automatic");
    assert.equal(check({ ...none, address: address("203.0.113.4/31") }, office), "not-automatic");
    assert.equal(check({ ...none, durationMs: 9 * HOUR_MS }, office), "too-long");
    assert.equal(check(none, { ...office, approvers: new Set() }), "added");
    assert.equal(check({ approvals: [] }, office), "approval-does-not-stand");
  });

  it("takes an emergency only from those whom its own policy names, for as long as that says", () => {
    const emergency: Partial<Opening> = {
      basis: { kind: "emergency" },
      approvals: [],
      durationMs: HOUR_MS,
      reason: "it burns",
      endsBy: later(1.25 * HOUR_MS),
    };
    const on = {
      emergency: {
        kind: "on",
        people: new Set([person(1).id]),
        maxMs: HOUR_MS,
        tell: new Set([person(9).id]),
      },
    } as const;
    assert.equal(check(emergency, on), "added");
    const ticket = { kind: "pattern", pattern: "^INC", hint: "INC…" } as const;
    assert.equal(check(emergency, { ...on, reason: ticket }), "added");
    assert.equal(check({ ...emergency, reason: undefined }, on), "reason-missing");
    assert.equal(check(emergency), "not-automatic");
    assert.equal(check({ ...emergency, requester: person(4) }, on), "not-automatic");
    assert.equal(check({ ...emergency, durationMs: HOUR_MS + 1 }, on), "not-automatic");
    assert.equal(check({ ...emergency, address: address("203.0.113.0/31") }, on), "not-automatic");
    assert.equal(check({ ...emergency, endsBy: later(2 * HOUR_MS) }, on), "ends-too-late");
  });

  it("takes a move by itself only if its own policy moves by itself, and the approvals stand", () => {
    const moved: Partial<Opening> = { basis: { kind: "move", of: leaseIdOf(requestId(9)) } };
    assert.equal(check(moved, { move: "automatic" }), "added");
    assert.equal(check(moved), "not-automatic");
    const alone = { ...moved, approvals: [approvalOf(1)] };
    assert.equal(check(alone, { move: "automatic" }), "approval-does-not-stand");
  });

  it("lets nothing last longer than the least that those who count have said", () => {
    const less = (ms: number) => [approvalOf(2), approvalOf(3, { atMostMs: ms })];
    assert.equal(check({ approvals: less(4 * HOUR_MS) }), "added");
    assert.equal(check({ approvals: less(HOUR_MS) }), "longer-than-approved");
    const left = { approvers: new Set([person(2).id]) };
    assert.equal(check({ approvals: less(HOUR_MS) }, left), "added", "a leaver's word is no limit");
  });

  it("stops at what one person may have in a day, except for an emergency", () => {
    const limits = { ...registryPolicy().limits, hoursPerPersonPerDay: 6 };
    assert.equal(check({}, { limits }, { givenMs: 2 * HOUR_MS }), "added");
    assert.equal(check({}, { limits }, { givenMs: 2 * HOUR_MS + 1 }), "too-many-hours");
  });

  it("adds nothing to a registry that everybody may pull from, if the policy minds", () => {
    const open = { anonymousPull: true };
    assert.equal(check({}, { anonymousPull: "refuse" }, open), "anonymous-pull");
    assert.equal(check({}, { anonymousPull: "refuse" }), "added");
    assert.equal(check({}, {}, open), "added");
  });

  it("counts adoptions among the openings of an hour", () => {
    const adopted = { adopts: true, requester: person(2) };
    assert.equal(check(adopted, {}, { openingsLastHour: 59 }), "added");
    assert.equal(check(adopted, {}, { openingsLastHour: 60 }), "too-many-openings");
  });
});

describe("the end that a worker honours, whoever granted it", () => {
  const more = (n: number, atHours: number, over: Partial<Extension> = {}): Extension => ({
    request: requestId(n),
    durationMs: HOUR_MS,
    approvals: [],
    askedAt: later(atHours * HOUR_MS),
    at: later(atHours * HOUR_MS),
    ...over,
  });
  const hours = (
    extensions: readonly Extension[],
    extend: Partial<RegistryPolicy["duration"]["extend"]>,
    over: Partial<Opening> = {},
    policy: Partial<RegistryPolicy> = {},
  ): number => {
    const duration = durationOf(4 * HOUR_MS, 8 * HOUR_MS, extend);
    const terms = opening(over);
    const lease = { ...opened(terms, NOW, false), extensions, endsAt: later(99 * HOUR_MS) };
    const { endsAt } = coveredEnd(
      lease,
      policyOf(registryPolicy({ duration, ...policy })),
      later(24 * HOUR_MS),
    );
    return (endsAt.getTime() - NOW.getTime()) / HOUR_MS;
  };
  const automatic = { approval: "automatic" } as const;

  it("takes an extension without approvals only if its own policy extends by itself", () => {
    assert.equal(hours([more(2, 1)], {}), 4);
    assert.equal(hours([more(2, 1)], automatic), 5);
    assert.equal(hours([more(2, 1)], automatic, { basis: { kind: "emergency" } }), 4);
    assert.equal(hours([more(2, 1)], automatic, { adopts: true, requester: person(2) }), 4);
  });

  it("takes no extension that is longer, or one more, than its own policy allows", () => {
    assert.equal(hours([more(2, 1)], { ...automatic, maxMs: HOUR_MS - 1 }), 4);
    assert.equal(hours([more(2, 1), more(3, 2)], { ...automatic, times: 1 }), 5);
    assert.equal(hours([more(2, 1), more(3, 2)], { ...automatic, times: 2 }), 6);
  });

  it("takes no extension for longer than one who approved it said", () => {
    const said = (atMostMs: number) => [
      more(2, 1, { approvals: [approvalOf(2), approvalOf(3, { atMostMs })] }),
    ];
    assert.equal(hours(said(HOUR_MS), {}), 5);
    assert.equal(hours(said(HOUR_MS / 2), {}), 4);
    assert.equal(hours(said(HOUR_MS), {}, {}, { quorum: quorumOf(3) }), 4);
  });

  it("cuts what was opened for less, or in an emergency, to that", () => {
    assert.equal(hours([], {}, { approvals: [approvalOf(2, { atMostMs: HOUR_MS })] }), 1);
    const people = new Set([person(1).id]);
    const on = { kind: "on", people, maxMs: HOUR_MS, tell: people } as const;
    const basis = { kind: "emergency" } as const;
    assert.equal(hours([], {}, { basis }, { emergency: on }), 1.25, "15 min to open it");
  });
});
