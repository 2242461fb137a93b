import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Address } from "../../src/domain/address.ts";
import { contains } from "../../src/domain/address.ts";
import { admissions, planRules, type PlanInput } from "../../src/domain/rule-plan.ts";
import { address } from "./builders.ts";

const HOME = address("203.0.113.7");
const OFFICE = address("198.51.100.0/28");
const DESK = address("198.51.100.5");

function input(over: Partial<Record<keyof PlanInput, readonly string[]>>): PlanInput {
  return {
    wanted: (over.wanted ?? []).map(address),
    owned: new Set((over.owned ?? []).map(address)),
    baseline: (over.baseline ?? []).map(address),
    actual: over.actual ?? [],
  };
}

describe("the plan for a registry", () => {
  it("adds what is wanted and missing, behind everything that is there", () => {
    const plan = planRules(input({ wanted: [HOME], actual: ["192.0.2.10"] }));
    assert.deepEqual(plan, { add: [HOME], remove: [], next: ["192.0.2.10", HOME] });
  });

  it("removes a rule of ours that nobody wants, and only that", () => {
    const plan = planRules(input({ owned: [HOME], actual: ["192.0.2.10", HOME, "8.8.8.8"] }));
    assert.deepEqual(plan, { add: [], remove: [HOME], next: ["192.0.2.10", "8.8.8.8"] });
  });

  it("keeps one rule for many leases until the last one is over", () => {
    const both = planRules(input({ wanted: [HOME, HOME], owned: [HOME], actual: [HOME] }));
    assert.deepEqual([both.add, both.remove], [[], []]);
    const one = planRules(input({ wanted: [HOME], owned: [HOME], actual: [HOME] }));
    assert.deepEqual([one.add, one.remove], [[], []]);
  });

  it("borrows a foreign rule and never takes it along", () => {
    const during = input({ wanted: [HOME], actual: [HOME] });
    assert.deepEqual([planRules(during).add, planRules(during).remove], [[], []]);
    assert.equal(admissions(during)(HOME), "foreign");
    assert.deepEqual(planRules(input({ actual: [HOME] })).remove, []);
  });

  it("treats a value that is there twice as foreign", () => {
    assert.deepEqual(planRules(input({ owned: [HOME], actual: [HOME, `${HOME}/32`] })).remove, []);
  });

  it("never removes the baseline, whatever the store says is ours", () => {
    assert.deepEqual(
      planRules(input({ owned: [HOME], baseline: [HOME], actual: [HOME] })).remove,
      [],
    );
  });

  it("needs no rule for an address inside a wider one, until the wider one goes", () => {
    const inside = planRules(input({ wanted: [OFFICE, DESK] }));
    assert.deepEqual(inside.add, [OFFICE]);
    const after = planRules(input({ wanted: [DESK], owned: [OFFICE], actual: [OFFICE] }));
    assert.deepEqual(after, { add: [DESK], remove: [OFFICE], next: [DESK] });
  });

  it("does not withdraw ours because a foreign cover appeared", () => {
    const plan = planRules(input({ wanted: [DESK], owned: [DESK], actual: [DESK, OFFICE] }));
    assert.deepEqual([plan.add, plan.remove], [[], []]);
  });

  it("says who lets an address pass: our own rule first, then somebody else's, or nobody", () => {
    const ours = { owned: [HOME, OFFICE], actual: ["203.0.113.0/24", HOME, OFFICE] };
    const admissionOf = admissions(input(ours));
    assert.equal(admissionOf(HOME), "owned");
    assert.equal(admissionOf(DESK), "owned");
    assert.equal(admissionOf(address("203.0.113.8")), "foreign");
    assert.equal(admissionOf(address("8.8.8.8")), "none");
  });

  it("keeps what it can't read", () => {
    const actual = ["2001:db8::/32", "198.51.100.9/28", "10.0.0.0/8/8"];
    assert.deepEqual(planRules(input({ owned: [HOME], actual })).next, actual);
  });

  const few = fc.constantFrom(
    ...["203.0.113.7", "203.0.113.8", "198.51.100.0/28", "198.51.100.5", "198.51.100.0/24"],
    ...["192.0.2.10", "8.8.8.8"],
  );
  const some = fc.array(few, { maxLength: 6 });
  const odd = fc.array(fc.oneof(few, fc.constantFrom("2001:db8::1", "1.2.3.4/24", "")), {
    maxLength: 8,
  });
  const anyInput = fc.record({ wanted: some, owned: some, baseline: some, actual: odd }).map(input);

  it("sends what was read, minus ours that nobody wants, plus what is wanted, for any input", () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const plan = planRules(given);
        const removed = new Set<string>(plan.remove);
        const kept = given.actual.filter((value) => !removed.has(value));
        assert.deepEqual(plan.next, [...kept, ...plan.add]);
        for (const address of plan.remove) {
          assert.ok(given.owned.has(address) && !given.wanted.includes(address));
          assert.ok(!given.baseline.includes(address));
          assert.equal(given.actual.filter((value) => value === address).length, 1);
        }
        for (const address of plan.add) assert.ok(given.wanted.includes(address));
      }),
      { numRuns: 5_000 },
    );
  });

  it("leaves nothing to do once it was applied, and every wanted address admitted", () => {
    fc.assert(
      fc.property(anyInput, (given) => {
        const plan = planRules(given);
        const owned = new Set<Address>([...given.owned, ...plan.add]);
        const after = { ...given, owned, actual: plan.next };
        const again = planRules(after);
        assert.deepEqual([again.add, again.remove], [[], []]);
        for (const wanted of given.wanted) {
          assert.notEqual(admissions(after)(wanted), "none");
          assert.ok(plan.next.some((value) => value !== "" && admits(value, wanted)));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

function admits(value: string, wanted: Address): boolean {
  return !/:|1\.2\.3\.4/.test(value) && contains(address(value), wanted);
}
