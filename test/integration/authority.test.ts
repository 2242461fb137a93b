import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { registryPolicy } from "../unit/builders.ts";
import { histories, policies } from "./authority-steps.ts";
import { playHistory } from "./authority-world.ts";

const { AUTHORITY_SEED, AUTHORITY_RUNS } = process.env;
const SEED = Number(AUTHORITY_SEED ?? 20_261_123);
const RUNS = Number(AUTHORITY_RUNS ?? 300);

/** A property that grants nothing of a kind shows nothing of it; of other seeds and fewer runs that can't be asked. */
const MUST_BE_SEEN = [
  "open by approvals",
  "open by less of the approvals",
  "open by range",
  "replace by approvals",
  "replace by move",
  "replace by range",
  "extended by approvers",
  "extended by the policy",
  "adopt by adoption",
  "emergency by emergency",
  "denied",
  "restored",
  "worker let in by approvals",
  "worker let in by range",
  "worker let in by move",
  "worker let in by emergency",
  "worker let in by adoption",
  "worker refused",
];

describe("whatever people say, click and write into the store", () => {
  it(`only what the policy's own people or words allow is approved, and only that is let in (seed ${String(SEED)})`, async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(policies, histories, async (rules, steps) => {
        await playHistory(rules, steps, seen);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    if (AUTHORITY_SEED !== undefined || AUTHORITY_RUNS !== undefined) return;
    const missing = MUST_BE_SEEN.filter((what) => !seen.has(what));
    assert.deepEqual(missing, [], `seen: ${JSON.stringify(Object.fromEntries(seen))}`);
  });

  it("the hours of a day are counted over all registries, also where there is no limit", async () => {
    const limited = (hoursPerPersonPerDay: number) => ({
      limits: { ...registryPolicy().limits, hoursPerPersonPerDay },
    });
    const yes = { do: "decide", who: 2, which: 0, verdict: "approve", stale: false } as const;
    const ask = { do: "ask", who: 1, address: "203.0.113.1", hours: 4 } as const;
    const seen = new Map<string, number>();
    const steps = [{ ...ask, where: 1 }, yes, { do: "work" }, { ...ask, where: 0 }, yes] as const;
    await playHistory([limited(4), limited(Infinity)], steps, seen);
    assert.equal(seen.get("open by approvals"), 1);
  });
});
