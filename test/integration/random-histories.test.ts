import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RegistryRules } from "../../src/application/ports.ts";
import { address } from "../unit/builders.ts";
import { FAULTS } from "./faults.ts";
import { registryFixture, azureForSuite, type RegistryFixture } from "./registry-fixture.ts";
import { watchedRules } from "./watched-rules.ts";

const RUNS = 200;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOLD_MS = 400;
const OURS = ["203.0.113.7", "203.0.113.8", "198.51.100.0/28", "198.51.100.5"];
const THEIRS = ["192.0.2.10", "192.0.2.11", "198.51.100.0/24", "203.0.113.8"];
const ROUNDS_TO_SETTLE = 12;
/** Faults that end a call at once; those that wait for a deadline have their place in the table. */
const QUICK_FAULTS = FAULTS.filter(({ slow }) => slow !== true);

type Step =
  | { readonly do: "ask"; readonly value: string; readonly minutes: number }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "others-write"; readonly list: readonly string[] }
  | { readonly do: "others-add"; readonly value: string }
  | { readonly do: "fault"; readonly which: number }
  | { readonly do: "lose-store" }
  | { readonly do: "round" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      value: fc.constantFrom(...OURS),
      minutes: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("round" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose-store" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      minutes: fc.integer({ min: 0, max: 120 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("others-write" as const),
      list: fc.uniqueArray(fc.constantFrom(...THEIRS)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("others-add" as const),
      value: fc.constantFrom(...THEIRS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      which: fc.nat(QUICK_FAULTS.length - 1),
    }),
  },
);

describe("any history of leases, other writers, faults and lost stores", () => {
  const at = azureForSuite();

  it("sends what was read, minus what is ours and over, plus what is ours and live", async () => {
    let patches = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const fixture = await registryFixture(at.azure, at.rules, { rules: [] }, HOLD_MS);
        const port = watched(fixture, () => (patches += 1));
        let leases = 0;
        // The first look at a registry is confirmed by another one, a second later.
        await fixture.given([]);
        await play(fixture, port, { do: "round" }, leases);
        for (const one of steps) leases = await play(fixture, port, one, leases);
        await settle(fixture, port);
        const ours = fixture.rules().filter((value) => !THEIRS.includes(value));
        assert.deepEqual(ours, [], "nothing of ours is left once every lease is over");
        await fixture.store.close();
      }),
      { numRuns: RUNS },
    );
    assert.ok(patches > RUNS, `only ${String(patches)} PATCHes were judged`);
  });

  async function play(
    fixture: RegistryFixture,
    port: RegistryRules,
    one: Step,
    leases: number,
  ): Promise<number> {
    switch (one.do) {
      case "ask": {
        const durationMs = one.minutes * MINUTE_MS;
        await fixture.given([fixture.lease(leases, { address: address(one.value), durationMs })]);
        return leases + 1;
      }
      case "pass":
        fixture.pass(one.minutes * MINUTE_MS);
        return leases;
      case "others-write":
        othersWrite(fixture, one.list);
        return leases;
      case "others-add":
        if (!fixture.rules().includes(one.value)) {
          othersWrite(fixture, [...fixture.rules(), one.value]);
        }
        return leases;
      case "fault":
        await QUICK_FAULTS[one.which]?.begin(at.azure, fixture.registry);
        return leases;
      case "round": {
        const claim = await fixture.store.claimRegistry(HOLD_MS, AbortSignal.timeout(5_000));
        if (claim.kind === "claimed") {
          await fixture.reconcile(claim, { through: port, ledger: at.ledger });
        }
        return leases;
      }
      case "lose-store":
        await fixture.useStore();
        await fixture.given([]);
        return leases;
    }
  }

  /** Azure may refuse it to them too, when a fault has filled or denied the list. */
  function othersWrite({ registry }: RegistryFixture, list: readonly string[]): void {
    try {
      at.azure.externalWrite(registry, list);
    } catch (error) {
      assert.match(String(error), /Cannot write to/);
    }
  }

  /** Ends every fault, lets every lease end, and lets the reconciler look until nothing is left to do. */
  async function settle(fixture: RegistryFixture, port: RegistryRules): Promise<void> {
    for (const { end } of QUICK_FAULTS) await end?.(at.azure, fixture.registry);
    at.azure.clearFaults();
    for (let rounds = 0; rounds < ROUNDS_TO_SETTLE; rounds += 1) {
      fixture.pass(6 * HOUR_MS);
      const claim = await fixture.store.claimRegistry(HOLD_MS, AbortSignal.timeout(5_000));
      if (claim.kind === "claimed") {
        await fixture.reconcile(claim, { through: port, ledger: at.ledger });
      }
    }
  }

  /** Judges each PATCH against the read directly before it, and what the store then said was ours. */
  function watched(fixture: RegistryFixture, count: () => void): RegistryRules {
    return watchedRules(at.rules, {
      async judge(lastRead, sent, registry) {
        count();
        const soon = AbortSignal.timeout(5_000);
        const { value: record } = await fixture.store.registry(registry, soon);
        const owned = new Set<string>(record?.owned);
        const gone = lastRead.filter((value) => !sent.includes(value));
        for (const value of gone) assert.ok(owned.has(value), `${value} was not ours to remove`);
        for (const value of sent.filter((each) => !lastRead.includes(each))) {
          assert.ok(owned.has(value), `${value} was added without being intended`);
        }
      },
    });
  }
});
