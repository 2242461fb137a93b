import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { RegistryRules } from "../../src/application/ports.ts";
import { createQuietLooks, type QuietLooks } from "../../src/application/registry/quiet-looks.ts";
import { digestOf } from "../../src/create-digest.ts";
import { address, person } from "../unit/builders.ts";
import { azureForSuite, registryFixture, type RegistryFixture } from "./registry-fixture.ts";
import { watchedRules } from "./watched-rules.ts";

const RUNS = 60;
const MINUTE_MS = 60_000;
const OURS = ["203.0.113.7", "203.0.113.8", "198.51.100.0/28", "198.51.100.5"];
const THEIRS = ["192.0.2.10", "198.51.100.0/24", "203.0.113.8"];
const soon = AbortSignal.timeout(300_000);
/** Every look is a full one. */
const NO_MEMORY: QuietLooks = { untilMs: () => undefined, remember: () => undefined };

type Step =
  | { readonly do: "ask"; readonly value: string; readonly minutes: number }
  | { readonly do: "look"; readonly afterMinutes: number; readonly azureAheadMs: number }
  | { readonly do: "others-write"; readonly list: readonly string[] }
  | { readonly do: "others-remove-ours" }
  | { readonly do: "touch" | "wipe-tags" | "lose-store" }
  | { readonly do: "freeze"; readonly frozen: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant("look" as const),
      afterMinutes: fc.constantFrom(6, 6, 6, 6, 0, 1, 17, 90),
      azureAheadMs: fc.constantFrom(...Array<number>(8).fill(0), 2 * MINUTE_MS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      value: fc.constantFrom(...OURS),
      minutes: fc.integer({ min: 1, max: 300 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("others-write" as const),
      list: fc.uniqueArray(fc.constantFrom(...THEIRS)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "others-remove-ours" as const,
        "touch" as const,
        "wipe-tags" as const,
        "lose-store" as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("freeze" as const), frozen: fc.boolean() }),
  },
);

describe("any history, with and without the memory of quiet looks", () => {
  const at = azureForSuite();

  for (const kept of ["with a ledger", "without one"] as const) {
    it(`comes to the same lists, leases, records and times of looks, ${kept}`, async () => {
      let quiet = 0;
      const memory = (): QuietLooks => {
        const looks = createQuietLooks(digestOf);
        const untilMs: QuietLooks["untilMs"] = (seen) => {
          const until = looks.untilMs(seen);
          if (until !== undefined) quiet += 1;
          return until;
        };
        return { ...looks, untilMs };
      };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50 }), async (steps) => {
          const ledger = kept === "with a ledger" ? at.ledger : undefined;
          const [remembering, forgetful] = [
            await play(steps, memory(), ledger),
            await play(steps, NO_MEMORY, ledger),
          ];
          assert.deepEqual(remembering, forgetful);
        }),
        { numRuns: RUNS },
      );
      assert.ok(quiet > 2 * RUNS, `only ${String(quiet)} looks were quiet`);
    });
  }

  /** What each step came to: what was sent, and after each look the state of everything and when the next one is. */
  async function play(
    steps: readonly Step[],
    quietLooks: QuietLooks,
    ledger: typeof at.ledger | undefined,
  ): Promise<readonly unknown[]> {
    const on = await registryFixture(at.azure, at.rules, { rules: [] });
    const seen: unknown[] = [];
    const through: RegistryRules = watchedRules(at.rules, {
      judge: (lastRead, sent) => void seen.push({ lastRead, sent }),
    });
    const choices = { quietLooks, through, ...(ledger && { ledger }) };
    let leases = 0;
    await on.given([]);
    for (const one of steps) {
      if (one.do === "look") {
        on.pass(one.afterMinutes * MINUTE_MS);
        await on.given([]);
        await on.reconcile(await on.claim(), { ...choices, azureAheadMs: one.azureAheadMs });
        seen.push(await stateOf(on, leases));
      } else {
        leases += one.do === "ask" ? 1 : 0;
        await change(on, one, leases);
      }
    }
    await on.store.close();
    return seen;
  }

  async function change(
    on: RegistryFixture,
    one: Exclude<Step, { do: "look" }>,
    n: number,
  ): Promise<void> {
    const { registry: id, store } = on;
    switch (one.do) {
      case "ask": {
        const durationMs = one.minutes * MINUTE_MS;
        await on.given([on.lease(n, { address: address(one.value), durationMs })]);
        return;
      }
      case "others-write":
        at.azure.externalWrite(id, [...one.list]);
        return;
      case "others-remove-ours": {
        const [rule] = on.rules().filter((value) => OURS.includes(value));
        if (rule !== undefined) at.azure.external({ id, does: { kind: "remove", rule } });
        return;
      }
      case "touch":
      case "wipe-tags":
        at.azure.external({ id, does: { kind: one.do } });
        return;
      case "lose-store":
        await on.useStore();
        await on.given([]);
        return;
      case "freeze": {
        const version = 1 + ((await store.freeze(id, soon)).value?.version ?? 0);
        const freeze = one.frozen ? { by: person(2), at: on.now(), why: undefined } : undefined;
        const put = [{ kind: "freeze", value: { id, version, freeze } }] as const;
        await store.commit({ opId: randomUUID(), notAfter: on.now(), put }, soon);
      }
    }
  }

  async function stateOf(on: RegistryFixture, leases: number): Promise<unknown> {
    const { value: record } = await on.store.registry(on.registry, soon);
    const idle = await on.store.claimRegistry(1, soon);
    const { value: open } = await on.store.leasesFor(on.registry, soon);
    const numbers = Array.from({ length: leases }, (_, n) => n + 1);
    return {
      rules: on.rules(),
      leases: await Promise.all(numbers.map((n) => on.status(n))),
      open: open.map((lease) => ({ ...lease, registry: "of its own" })),
      nextAt: idle.kind === "idle" ? idle.nextAt : idle.kind,
      version: record?.version,
      owned: record?.owned,
      tombstones: record?.tombstones,
      suspectAt: record?.suspectAt,
      recovered: record?.recovered,
      findings: record?.findings,
      failures: record?.failures,
      observedAt: record?.observed?.at,
      observed: record?.observed?.rules,
    };
  }
});
