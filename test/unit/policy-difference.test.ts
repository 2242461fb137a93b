import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policyDifference, registriesIn } from "../../src/domain/policy-difference.ts";
import { HOUR_MS, person, policyOf, registryId, registryPolicy } from "./builders.ts";

const [one, two, three] = ["first", "second", "third"].map((name) => ({
  id: registryId(name),
  name,
}));

describe("the difference of two policies", () => {
  it("is nothing when only their order is another", () => {
    const [a, b] = [registryPolicy(one), registryPolicy(two)];
    const swapped = policyDifference(policyOf(a, b), policyOf(b, { ...a }));
    assert.deepEqual(swapped, { added: [], removed: [], changed: [] });
  });

  it("names registries that came and went", () => {
    const before = policyOf(registryPolicy(one), registryPolicy(two));
    const difference = policyDifference(
      before,
      policyOf(registryPolicy(two), registryPolicy(three)),
    );
    assert.deepEqual(difference, { added: [three?.id], removed: [one?.id], changed: [] });
    assert.deepEqual(registriesIn(difference), [three?.id, one?.id]);
  });

  it("names the people of a list and the value of a setting", () => {
    const before = registryPolicy({ approvers: new Set([person(2).id, person(3).id]) });
    const after = registryPolicy({
      approvers: new Set([person(3).id, person(4).id]),
      requesters: new Set([person(1).id]),
      limits: { ...before.limits, leasesPerPerson: 1 },
    });
    assert.deepEqual(policyDifference(policyOf(before), policyOf(after)).changed, [
      {
        registries: [before.id],
        people: [
          { list: "approvers", added: [person(4).id], removed: [person(2).id] },
          { list: "requesters", added: [person(1).id], removed: [] },
        ],
        settings: [
          { setting: "requesters", before: '"members"', after: undefined },
          { setting: "limits.leasesPerPerson", before: "3", after: "1" },
        ],
      },
    ]);
  });

  it("puts registries together that changed alike, as by a new default", () => {
    const { duration, limits } = registryPolicy();
    const longer = {
      duration: { ...duration, maxMs: 9 * HOUR_MS },
      limits: { ...limits, hoursPerPersonPerDay: 12 },
    };
    const before = policyOf(registryPolicy(one), registryPolicy(two), registryPolicy(three));
    const after = policyOf(
      registryPolicy({ ...one, ...longer }),
      registryPolicy({ ...two, ...longer, baseline: [] }),
      registryPolicy({ ...three, ...longer, reason: { kind: "required" } }),
    );
    assert.deepEqual(
      policyDifference(before, after).changed.map(({ registries }) => registries),
      [[one?.id, two?.id], [three?.id]],
    );
    assert.deepEqual(policyDifference(before, after).changed[0]?.settings, [
      { setting: "duration.maxMs", before: "28800000", after: "32400000" },
      { setting: "limits.hoursPerPersonPerDay", before: "Infinity", after: "12" },
    ]);
  });
});
