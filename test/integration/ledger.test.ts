import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ledgerTags } from "../../src/domain/ledger.ts";
import { address } from "../unit/builders.ts";
import { ledgerFixture, type LedgerFixture } from "./ledger-fixture.ts";
import { azureForSuite, FOREIGN } from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const OTHER = "203.0.113.8";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("the ledger", () => {
  const at = azureForSuite();
  let ledger: LedgerFixture;

  beforeEach(async () => {
    ledger = await ledgerFixture(at);
  });
  afterEach(async () => {
    await ledger.close();
  });

  const inMinutes = (minutes: number): string =>
    new Date(ledger.on.now().getTime() + minutes * MINUTE_MS).toISOString();

  it("has a rule and its end before the rule is there", async () => {
    const seen: string[] = [];
    const unhook = at.azure.intercept(({ phase, method, path }) => {
      const isRulePatch = method === "PATCH" && path.toLowerCase() === ledger.on.registry;
      if (isRulePatch && phase === "received") seen.push(...ledger.ends());
      return Promise.resolve(undefined);
    });
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    unhook();
    assert.deepEqual(seen, [inMinutes(60.25)]);
    assert.deepEqual([await ledger.on.status(1), ledger.on.rules()], ["open", [FOREIGN, OURS]]);
    assert.equal(ledger.tags()["team"], "platform");
  });

  it("loses an entry when its rule was seen gone, and keeps other people's tags", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    const nextMs = await ledger.round();
    assert.deepEqual(ledger.on.rules(), [FOREIGN]);
    ledger.on.pass(nextMs);
    await ledger.round();
    assert.deepEqual([ledger.ends(), ledger.tags()["team"]], [[], "platform"]);
  });

  it("is never newer than what the store knows of it, in an ordinary life", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    ledger.on.pass(await ledger.round());
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    ledger.on.pass(await ledger.round());
    ledger.on.pass(await ledger.round());
    await ledger.round();
    const kinds = (await ledger.events()).map(({ kind }) => kind);
    assert.ok(kinds.includes("lease.ended") && !kinds.includes("registry.recovered"));
  });

  it("claims no rule that somebody else adds while it is being written", async () => {
    const does = { kind: "add", rule: OURS } as const;
    at.azure.external({ id: ledger.on.registry, does, when: "after-next-get" });
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    assert.deepEqual([await ledger.on.status(1), (await ledger.record())?.owned], ["open", []]);
    ledger.on.pass(2 * HOUR_MS);
    await ledger.round();
    assert.deepEqual(ledger.on.rules(), [FOREIGN, OURS]);
  });

  it("does not make a rule ours that somebody adds again while another one is noted", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    await ledger.round();
    assert.deepEqual(ledger.on.rules(), [FOREIGN]);
    await ledger.on.given([ledger.on.lease(2, { address: address(OTHER) })]);
    const does = { kind: "add", rule: OURS } as const;
    at.azure.external({ id: ledger.on.registry, does, when: "after-next-get" });
    await ledger.round();
    ledger.on.pass(6 * MINUTE_MS);
    await ledger.round();
    assert.deepEqual(ledger.on.rules(), [FOREIGN, OURS, OTHER]);
  });

  it("changes no rule when others have added what was to be added", async () => {
    const does = { kind: "add", rule: OURS } as const;
    at.azure.external({ id: ledger.on.registry, does, when: "after-next-get" });
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    assert.deepEqual([await ledger.on.status(1), ledger.on.patches()], ["open", 0]);
  });

  it("does not make a rule ours that somebody adds again right before it is tidied", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    const nextMs = await ledger.round();
    const does = { kind: "add", rule: OURS } as const;
    at.azure.external({ id: ledger.on.registry, does, when: "after-next-get" });
    ledger.on.pass(nextMs);
    await ledger.round();
    assert.equal(ledger.ends().length, 0);
    ledger.on.pass(MINUTE_MS);
    await ledger.wake();
    await ledger.round();
    assert.deepEqual([ledger.on.rules(), (await ledger.record())?.owned], [[FOREIGN, OURS], []]);
  });

  it("is written anew after somebody wiped the tags", async () => {
    await ledger.on.given([ledger.on.lease(1)]);
    await ledger.round();
    at.azure.external({
      id: ledger.on.registry,
      does: { kind: "redeploy", rules: [FOREIGN, OURS] },
    });
    assert.deepEqual(ledger.ends(), []);
    ledger.on.pass(6 * MINUTE_MS);
    await ledger.round();
    assert.deepEqual(ledger.ends(), [inMinutes(4 * 60 - 6)]);
  });

  it("stops an addition that it can't take, and never a removal", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    await ledger.on.given([ledger.on.lease(2, { address: address(OTHER) })]);
    const path = "Microsoft.Resources/tags";
    at.azure.fault({ fault: "not-authorized", match: { path, times: 99 } });
    await ledger.round();
    assert.deepEqual(
      [await ledger.on.status(1), await ledger.on.status(2), ledger.on.rules()],
      ["ended due", "opening", [FOREIGN]],
    );
    assert.deepEqual(await ledger.findings(), ["ledger-not-written"]);
    at.azure.clearFaults();
    ledger.on.pass(MINUTE_MS);
    await ledger.round();
    assert.deepEqual([await ledger.on.status(2), ledger.on.rules()], ["open", [FOREIGN, OTHER]]);
    assert.deepEqual(await ledger.findings(), []);
  });

  it("does not make a removal wait when it hangs", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    ledger.on.pass(HOUR_MS);
    await ledger.on.given([ledger.on.lease(2, { address: address(OTHER) })]);
    at.azure.fault({ fault: "hang", match: { path: "Microsoft.Resources/tags" } });
    const began = performance.now();
    await ledger.round();
    assert.ok(performance.now() - began < 10_000);
    assert.deepEqual([await ledger.on.status(1), ledger.on.rules()], ["ended due", [FOREIGN]]);
  });

  it("is not believed when it is forged: nothing is recovered, nothing removed, and it is told", async () => {
    const forger = {
      ...ledger.scope(),
      seals: [(text: string) => text.replaceAll(/[^\w]/g, "_")] as const,
    };
    const forged = ledgerTags(
      [{ address: address(FOREIGN), end: ledger.on.now() }],
      9e12,
      {},
      forger,
    );
    at.azure.external({
      id: ledger.on.registry,
      does: { kind: "redeploy", rules: [FOREIGN], tags: { ...forged } },
    });
    await ledger.on.given([ledger.on.lease(1)]);
    ledger.on.pass(MINUTE_MS);
    await ledger.round();
    assert.deepEqual([await ledger.on.status(1), ledger.on.rules()], ["open", [FOREIGN, OURS]]);
    assert.ok(!(await ledger.events()).some(({ kind }) => kind === "registry.recovered"));
  });
});
