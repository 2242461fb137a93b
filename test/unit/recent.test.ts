import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { closing, opened, type Lease } from "../../src/domain/lease.ts";
import {
  denialRefusal,
  givenMs,
  hoursRefusal,
  withDenial,
  withGiven,
  type Recent,
} from "../../src/domain/recent.ts";
import type { Denied } from "../../src/domain/request.ts";
import {
  address,
  HOUR_MS,
  NOW,
  opening,
  pending,
  person,
  registryId,
  registryPolicy,
  REGISTRY,
  requestId,
} from "./builders.ts";

const NOTHING: Recent = { given: [], denials: [] };
const later = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR_MS);
const lease = (n: number) => leaseIdOf(requestId(n));

describe("somebody who was denied", () => {
  const no = (over: Partial<Denied & { kind: "open" }> = {}): Denied => ({
    ...pending({ address: address("203.0.113.4/30") }),
    ...{ status: "denied", decidedAt: NOW, decidedBy: person(2) },
    ...{ why: undefined, mutedUntil: undefined },
    ...over,
  });
  const policy = registryPolicy({
    approval: { ...registryPolicy().approval, coolDownMs: HOUR_MS },
  });
  const asks = (recent: Recent, text: string, hours: number, registry = REGISTRY) => {
    const refusal = denialRefusal(
      policy,
      recent,
      { registry, address: address(text) },
      later(hours),
    );
    return refusal === undefined ? "asked" : refusal.kind;
  };

  it("waits before asking for the same or more, and not before asking for less or elsewhere", () => {
    const recent = withDenial(NOTHING, no(), NOW);
    assert.equal(asks(recent, "203.0.113.4/30", 0.99), "cooling-down");
    assert.equal(asks(recent, "203.0.113.0/28", 0.99), "cooling-down");
    assert.equal(asks(recent, "203.0.113.4/30", 1), "asked");
    assert.equal(asks(recent, "203.0.113.5", 0), "asked");
    assert.equal(asks(recent, "203.0.113.4/30", 0, registryId("elsewhere")), "asked");
    const until = denialRefusal(policy, recent, no(), later(0.5));
    assert.deepEqual(until, { kind: "cooling-down", until: later(1) });
  });

  it("and muted can ask for nothing there until that is over", () => {
    const recent = withDenial(NOTHING, no({ mutedUntil: later(24) }), NOW);
    assert.equal(asks(recent, "198.51.100.1", 23.9), "muted");
    assert.equal(asks(recent, "198.51.100.1", 23.9, registryId("elsewhere")), "asked");
    assert.equal(asks(recent, "198.51.100.1", 24), "asked");
    const again = withDenial(recent, no(), later(1));
    assert.equal(asks(again, "198.51.100.1", 23.9), "muted", "the next no does not end it");
  });

  it("is forgotten after a week", () => {
    const old = withDenial(NOTHING, no(), NOW);
    assert.equal(withDenial(old, no(), later(7 * 24 + 1)).denials.length, 1);
  });
});

describe("the hours of a day", () => {
  const given = (...grants: readonly (readonly [n: number, hours: number, at: number])[]): Recent =>
    grants.reduce(
      (recent, [n, hours, at]) =>
        withGiven(recent, { lease: lease(n), durationMs: hours * HOUR_MS }, later(at)),
      NOTHING,
    );
  const hours = (recent: Recent, leases: readonly Lease[], at: number) =>
    givenMs(recent, leases, later(at)) / HOUR_MS;

  it("are what was granted in the last 24, extensions included", () => {
    const recent = given([1, 4, 0], [2, 3, 1], [1, 2, 2]);
    assert.equal(hours(recent, [], 2), 9);
    assert.equal(hours(recent, [], 24.5), 5);
    assert.equal(hours(recent, [], 27), 0);
  });

  it("are, of a lease that is over, only as many as it was open", () => {
    const open = opened(opening({ id: lease(1) }), NOW, false);
    const back = closing(open, { kind: "given-back", by: person(1) }, later(1));
    const recent = given([1, 4, 0], [2, 3, 1]);
    assert.equal(hours(recent, [open], 2), 7);
    assert.equal(hours(recent, [back], 2), 4);
    const never = closing(opening({ id: lease(1) }), { kind: "not-opened" }, later(1));
    assert.equal(hours(recent, [never], 2), 3);
  });

  it("end at the limit, and what is left is said", () => {
    const limits = { ...registryPolicy().limits, hoursPerPersonPerDay: 6 };
    const refusal = (already: number, more: number) =>
      hoursRefusal(registryPolicy({ limits }), already * HOUR_MS, more * HOUR_MS);
    assert.equal(refusal(2, 4), undefined);
    assert.deepEqual(refusal(4, 3), { kind: "too-many-hours", hours: 6, leftMs: 2 * HOUR_MS });
    assert.equal(hoursRefusal(registryPolicy(), 1e12, 1e12), undefined, "no limit, no end");
  });
});
