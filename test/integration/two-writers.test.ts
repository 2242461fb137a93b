import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegistryRules } from "../../src/application/ports.ts";
import { address } from "../unit/builders.ts";
import { interleave, randomFrom, type Actor } from "./interleaving.ts";
import {
  FOREIGN,
  registryFixture,
  azureForSuite,
  type RegistryFixture,
} from "./registry-fixture.ts";
import { watchedRules } from "./watched-rules.ts";

const RUNS = 1_000;
const OURS_NEW = address("203.0.113.7");
const OURS_OVER = address("203.0.113.8");
const THEIRS = ["192.0.2.21", "192.0.2.22"];
const ROUNDS_TO_SETTLE = 10;

/** What a run came to, judged by what was read and sent at the port and by the emulator's history. */
type Losses = {
  /** Rules of others that were in the read directly before a PATCH, and not in it. Never. */
  omitted: number;
  /** Rules of others that came between that read and the PATCH: lost, as with any client of this API. */
  inTheWindow: number;
  /** Runs after which a rule of a live lease was missing. */
  missing: number;
  /** Runs in which the other side's stale list brought a rule back that we had removed: it is theirs now. */
  broughtBack: number;
};

describe("a registry that somebody else writes whole lists to at the same time", () => {
  const at = azureForSuite();

  it("loses no foreign rule that we have read, and no more in the window than with the Azure CLI", async () => {
    const ours: Losses = { omitted: 0, inTheWindow: 0, missing: 0, broughtBack: 0 };
    const cli: Losses = { omitted: 0, inTheWindow: 0, missing: 0, broughtBack: 0 };
    for (let seed = 1; seed <= RUNS; seed += 1) {
      await run(seed, ours, drawbridge);
      await run(seed, cli, networkRuleCommands);
    }
    console.log(
      `\n${String(RUNS)} interleavings with a writer of whole lists   Drawbridge   az acr network-rule`,
    );
    for (const [label, key] of [
      ["foreign rules read and then omitted", "omitted"],
      ["foreign rules lost between read and write", "inTheWindow"],
      ["runs with a rule of a live lease missing in the end", "missing"],
      ["runs with a removed rule brought back by the other", "broughtBack"],
    ] as const) {
      console.log(
        `${label.padEnd(52)} ${String(ours[key]).padStart(9)} ${String(cli[key]).padStart(9)}`,
      );
    }
    assert.equal(ours.omitted, 0);
    assert.equal(ours.missing, 0, "what the other side loses of ours is restored");
    assert.ok(ours.inTheWindow <= cli.inTheWindow);
    assert.ok(cli.inTheWindow > 0, "the interleavings do hit the window");
  });

  type Writer = (fixture: RegistryFixture, port: RegistryRules) => Promise<void>;

  async function run(seed: number, losses: Losses, writer: Writer): Promise<void> {
    const fixture = await registryFixture(at.azure, at.rules, { rules: [FOREIGN, OURS_OVER] });
    await fixture.given(
      [
        fixture.lease(1, { address: OURS_NEW, durationMs: 8 * 3_600_000 }),
        fixture.lease(2, { address: OURS_OVER, openBy: fixture.now(), endsBy: fixture.now() }),
      ],
      { owned: [OURS_OVER] },
    );
    const isForeign = (value: string): boolean => value !== OURS_NEW && value !== OURS_OVER;
    const us: Actor = async (step) => {
      const port = watchedRules(at.rules, {
        step,
        judge(lastRead, sent) {
          const there = fixture.rules().filter(isForeign);
          const omitted = there.filter((value) => !sent.includes(value));
          losses.omitted += omitted.filter((value) => lastRead.includes(value)).length;
          losses.inTheWindow += omitted.filter((value) => !lastRead.includes(value)).length;
        },
      });
      await writer(fixture, port);
    };
    await interleave([us, wholeListWriter(fixture)], randomFrom(seed));
    if (writer === drawbridge) await settle(fixture);
    const end = fixture.rules();
    if (!end.includes(OURS_NEW)) losses.missing += 1;
    if (end.includes(OURS_OVER)) losses.broughtBack += 1;
    await fixture.store.close();
  }

  /** Reads the list and writes it back whole, twice: once with a rule more, once with another. */
  function wholeListWriter(fixture: RegistryFixture): Actor {
    return async (step) => {
      for (const value of THEIRS) {
        await step();
        const read = fixture.rules();
        await step();
        at.azure.external({
          id: fixture.registry,
          does: { kind: "replace", rules: [...read, value] },
          byType: "Application",
        });
      }
    };
  }

  const drawbridge: Writer = async (fixture, port) => {
    await fixture.reconcile(await fixture.claim(), { through: port });
  };

  /** As azure-cli does it (acr/network_rule.py): each command reads, changes one entry, and writes the whole list. */
  const networkRuleCommands: Writer = async ({ registry }, port) => {
    const soon = AbortSignal.timeout(30_000);
    for (const change of [
      (list: readonly string[]) => [...list, OURS_NEW],
      (list: readonly string[]) => list.filter((value) => value !== OURS_OVER),
    ]) {
      const read = await port.read(registry, soon);
      assert.ok(read.kind === "read" && read.view.network !== undefined);
      const { defaultAction, rules: list } = read.view.network;
      await port.apply(registry, { defaultAction, rules: change(list) }, soon);
    }
  };

  /** Lets time pass until nothing is left to do. */
  async function settle(fixture: RegistryFixture): Promise<void> {
    for (let rounds = 0; rounds < ROUNDS_TO_SETTLE; rounds += 1) {
      fixture.pass(6 * 60_000);
      await fixture.round();
      const done =
        (await fixture.status(1)) === "open" && (await fixture.status(2)).startsWith("ended");
      if (done && fixture.rules().includes(OURS_NEW)) return;
    }
  }
});
