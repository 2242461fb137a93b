import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMetrics } from "../../src/adapters/web/metrics.ts";
import type { RegistryRules, RegistryView } from "../../src/application/ports.ts";
import { parseMetrics } from "../metrics/parse-metrics.ts";
import { REGISTRY } from "./builders.ts";

const soon = new AbortController().signal;
const list = { defaultAction: "Deny", rules: ["192.0.2.10", "203.0.113.7"] } as const;

/** A registry that shows these rules at each read in turn, on a clock that each call moves by a quarter of a second. */
function counted(reads: readonly (readonly string[])[]) {
  const metrics = createMetrics();
  const left = [...reads];
  let ms = 0;
  const rules: RegistryRules = {
    read: () => {
      ms += 250;
      // Of the view only the rules are looked at.
      const view = { network: { rules: left.shift() } } as unknown as RegistryView;
      return Promise.resolve({ kind: "read", view });
    },
    turn: () => Promise.resolve({ kind: "conflict", code: "NoTurnInTime" }),
    apply: () => {
      ms += 250;
      return Promise.resolve({ kind: "applied", correlationId: undefined });
    },
  };
  const watched = metrics.withRulesCounted(rules, () => ms);
  return { watched, scrape: async () => parseMetrics(await metrics.text()) };
}

describe("what is counted of Azure", () => {
  it("is a list that was read back otherwise than it was sent, in any order", async () => {
    const others = ["192.0.2.10", "198.51.100.1"];
    const { watched, scrape } = counted([["192.0.2.10"], list.rules.toReversed(), others, others]);
    const lost = async () => (await scrape()).value("drawbridge_writes_not_as_sent_total");
    await watched.read(REGISTRY, soon);
    assert.equal(await lost(), 0);
    await watched.apply(REGISTRY, list, soon);
    await watched.read(REGISTRY, soon);
    assert.equal(await lost(), 0, "the same rules in another order");
    await watched.apply(REGISTRY, list, soon);
    await watched.read(REGISTRY, soon);
    assert.equal(await lost(), 1);
    await watched.read(REGISTRY, soon);
    assert.equal(await lost(), 1, "once for each write");
  });

  it("is the window from the read to the answer, and each failure by what was done", async () => {
    const { watched, scrape } = counted([[], []]);
    await watched.read(REGISTRY, soon);
    await watched.apply(REGISTRY, list, soon);
    await watched.turn(REGISTRY, "removal", soon);
    const seen = await scrape();
    assert.equal(seen.value("drawbridge_write_window_seconds_sum"), 0.5);
    const failed = { doing: "turn", kind: "conflict" };
    assert.equal(seen.value("drawbridge_arm_failures_total", failed), 1);
  });
});
