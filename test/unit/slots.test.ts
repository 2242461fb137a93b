import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { planRules } from "../../src/domain/rule-plan.ts";
import { isFullFor, surelyFits } from "../../src/domain/slots.ts";
import { address } from "./builders.ts";

const one = (n: number): ReturnType<typeof address> => address(`203.0.113.${String(n)}`);
const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `192.0.2.${String(n)}`);

describe("the slots of a registry", () => {
  const input = { wanted: [], owned: new Set<never>(), baseline: [], actual: many(200) };
  const slots = { used: 200, limit: undefined };

  it("are 200 when Azure does not say, and what it says when it does", () => {
    assert.ok(isFullFor(one(1), input, slots));
    assert.ok(!isFullFor(one(1), { ...input, actual: many(199) }, slots));
    assert.ok(!isFullFor(one(1), input, { used: 200, limit: 201 }));
    assert.ok(isFullFor(one(1), { ...input, actual: many(100) }, { used: 100, limit: 100 }));
  });

  it("count what is approved and not there, and what is about to go", () => {
    const nearly = { ...input, actual: many(199) };
    assert.ok(isFullFor(one(1), { ...nearly, wanted: [one(2)] }, slots));
    const going = { ...input, owned: new Set([address("192.0.2.7")]) };
    assert.ok(!isFullFor(one(1), going, slots));
    assert.ok(isFullFor(one(1), { ...going, wanted: [address("192.0.2.7")] }, slots));
  });

  it("are not needed by an address that a rule admits", () => {
    const actual = [...many(199), "203.0.113.0/24"];
    assert.ok(!isFullFor(one(1), { ...input, actual }, slots));
  });

  it("are never full where one more rule for each lease fits", () => {
    const small = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(small, small, small, fc.nat(30), (wanted, owned, actual, limit) => {
        const planned = {
          wanted: wanted.map(one),
          owned: new Set(owned.map(one)),
          baseline: [],
          actual: actual.map(one),
        };
        const all = { used: actual.length, limit };
        fc.pre(surelyFits(actual.length, wanted.length, all));
        assert.ok(!isFullFor(one(13), planned, all));
      }),
    );
  });

  it("are never overrun by what was let in one after the other", () => {
    const values = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        fc.array(values, { maxLength: 12 }),
        fc.uniqueArray(values, { maxLength: 6 }),
        fc.integer({ min: 0, max: 8 }),
        (asked, present, limit) => {
          const actual = present.map(one);
          const given = { owned: new Set(actual.slice(0, 3)), baseline: [], actual };
          let wanted: readonly ReturnType<typeof address>[] = [];
          // As the worker does it: what has its rule keeps it.
          const inOrder = asked.toSorted(
            (a, b) => Number(present.includes(b)) - Number(present.includes(a)),
          );
          for (const value of inOrder.map(one)) {
            const full = isFullFor(value, { ...given, wanted }, { used: 0, limit });
            if (!full) wanted = [...wanted, value];
          }
          const plan = planRules({ ...given, wanted });
          assert.ok(plan.add.length === 0 || plan.next.length <= limit);
        },
      ),
    );
  });
});
