import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { runCommand, type Exit } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

const FOREIGN = "192.0.2.10";
const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;

describe("drawbridge sweep --from-ledger", () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld({ store: await sqliteStore() });
    world.azure.externalWrite(world.registryId("acrdemomagic"), [FOREIGN]);
  });
  afterEach(async () => {
    await world.stop();
  });

  const rules = (): readonly string[] =>
    world.azure.state(world.registryId("acrdemomagic"))?.rules ?? [];
  const ledger = (): string | undefined =>
    world.azure.state(world.registryId("acrdemomagic"))?.tags["drawbridge-1"];

  /** Nothing but what the sweep needs: no store, no bot. */
  function withoutStore(): Readonly<Record<string, string>> {
    const names = ["DRAWBRIDGE_POLICY", "LEDGER_KEY", "ARM_ENDPOINT", "IDENTITY_ENDPOINT"];
    const given = [...names, "IDENTITY_HEADER", "NODE_EXTRA_CA_CERTS"].map(
      (name) => [name, world.settings[name] ?? ""] as const,
    );
    return Object.fromEntries(given);
  }

  function sweep(...args: readonly string[]): Promise<Exit> {
    return runCommand(["sweep", "--from-ledger", ...args], withoutStore());
  }

  /** A lease that is open, and nobody left to close it. */
  async function openAndDie(): Promise<void> {
    const product = await world.start();
    const [robin, alex] = [world.client("robin"), world.client("alex")];
    await robin.install();
    await alex.install();
    await robin.say(`allow ${OURS} for 20m on acrdemomagic`);
    await alex.click(await alex.waitForCard(shownCard("Open a registry?", OURS)), "approve");
    await robin.waitForCard(shownCard("Open", OURS));
    await product.kill();
    assert.deepEqual(rules(), [FOREIGN, OURS]);
  }

  it("closes what every worker and the store have forgotten, and nothing else", async () => {
    await openAndDie();
    world.azure.advanceClock(34 * MINUTE_MS);
    const early = await sweep();
    assert.deepEqual([early.code, rules()], [0, [FOREIGN, OURS]], early.output);
    assert.match(early.output, /acrdemomagic: nothing is 15 minutes past its end/);

    world.azure.advanceClock(2 * MINUTE_MS);
    const late = await sweep();
    assert.deepEqual([late.code, rules()], [0, [FOREIGN]], late.output);
    assert.match(late.output, /acrdemomagic: closed 203\.0\.113\.7/);
  });

  it("forgets what it closed: somebody else's rule for the same address stays", async () => {
    await openAndDie();
    world.azure.advanceClock(60 * MINUTE_MS);
    const before = ledger();
    await sweep();
    assert.notEqual(ledger(), before);
    world.azure.externalWrite(world.registryId("acrdemomagic"), [FOREIGN, OURS]);
    const { code, output } = await sweep("--json");
    assert.deepEqual([code, rules()], [0, [FOREIGN, OURS]], output);
  });

  it("leaves alone what another key has sealed, and does not call that nothing", async () => {
    await openAndDie();
    world.azure.advanceClock(60 * MINUTE_MS);
    const other = { ...world.settings, LEDGER_KEY: "a key that these tags were not sealed with" };
    const { code, output } = await runCommand(["sweep", "--from-ledger"], other);
    assert.deepEqual([code, rules()], [1, [FOREIGN, OURS]]);
    assert.match(output, /LedgerNotOurs/);
  });

  it("says what it could not do, and how to look by hand", async () => {
    await openAndDie();
    world.azure.advanceClock(60 * MINUTE_MS);
    world.azure.fault({ fault: "not-authorized", match: { method: "PATCH", times: 99 } });
    const { code, output } = await sweep();
    assert.deepEqual([code, rules()], [1, [FOREIGN, OURS]]);
    assert.match(
      output,
      /could not be swept \(not-allowed: .*az acr network-rule list -n acrdemomagic/,
    );
  });

  it("is revoke-all that closes all of ours before its end, foreign rules left, once it is confirmed", async () => {
    await openAndDie();
    const words = ["revoke-all", "--registry", "acrdemomagic", "--from-ledger"];
    const asked = await runCommand(words, withoutStore());
    assert.deepEqual([asked.code, asked.stdout, rules()], [2, "", [FOREIGN, OURS]]);
    assert.match(
      asked.stderr,
      /would remove 203\.0\.113\.7 from acrdemomagic\. Nothing was changed/,
    );
    const done = await runCommand([...words, "--yes", "--json"], withoutStore());
    assert.deepEqual([done.code, rules()], [0, [FOREIGN]], done.output);
    assert.deepEqual(JSON.parse(done.stdout), {
      registry: "acrdemomagic",
      closed: [OURS],
      failure: null,
    });
    world.azure.externalWrite(world.registryId("acrdemomagic"), [FOREIGN, OURS]);
    await runCommand([...words, "--yes"], withoutStore());
    assert.deepEqual(rules(), [FOREIGN, OURS]);
    world.azure.fault({ fault: "not-authorized", match: { method: "GET", times: 9 } });
    const failed = await runCommand([...words, "--yes"], withoutStore());
    assert.deepEqual([failed.code, /not-allowed: Author.*az acr/.test(failed.stdout)], [1, true]);
  });

  it("names what it lacks, and explains itself when it is called in another way", async () => {
    const { code, output } = await runCommand(["sweep", "--from-ledger"], {});
    assert.equal(code, 2);
    assert.match(output, /DRAWBRIDGE_POLICY: is not set\n {2}LEDGER_KEY: is not set/);
    for (const args of [
      ["sweep", "--from-nowhere"],
      ["sweep", "--from-ledger", "more"],
    ]) {
      const other = await runCommand(args, {});
      assert.deepEqual([other.code, other.output.includes("--help says how")], [2, true]);
    }
  });
});
