import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { closing } from "../../src/domain/lease.ts";
import { address } from "../unit/builders.ts";
import { ledgerFixture, type LedgerFixture } from "./ledger-fixture.ts";
import { azureForSuite, FOREIGN } from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const OTHER = "203.0.113.8";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("a store that was emptied or restored", () => {
  const at = azureForSuite();
  let ledger: LedgerFixture;

  beforeEach(async () => {
    ledger = await ledgerFixture(at);
  });
  afterEach(async () => {
    await ledger.close();
  });

  it("lets an emptied store close what is open at its end, and add nothing by itself", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    await ledger.on.useStore();
    await ledger.wake();
    await ledger.round();
    assert.deepEqual(
      [ledger.on.rules(), (await ledger.record())?.owned],
      [[FOREIGN, OURS], [OURS]],
    );
    ledger.on.pass(5 * MINUTE_MS);
    await ledger.round();
    assert.deepEqual(
      [ledger.on.rules(), await ledger.findings()],
      [[FOREIGN, OURS], ["rules-recovered"]],
    );
    ledger.on.pass(71 * MINUTE_MS);
    await ledger.round();
    assert.deepEqual(ledger.on.rules(), [FOREIGN]);
    ledger.on.pass(5 * MINUTE_MS);
    await ledger.round();
    assert.deepEqual([ledger.ends(), await ledger.findings()], [[], []]);
  });

  it("closes at its end what an emptied store's first look did not show yet", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    await ledger.on.useStore();
    await ledger.wake();
    at.azure.fault({ fault: "stale", match: { method: "GET", path: ledger.on.registry } });
    ledger.on.pass(await ledger.round());
    await ledger.round();
    assert.deepEqual((await ledger.record())?.owned, [OURS]);
    ledger.on.pass(6 * HOUR_MS);
    await ledger.round();
    assert.deepEqual(ledger.on.rules(), [FOREIGN]);
  });

  it("looks at what it recovered when its end has come", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: 10 * MINUTE_MS })]);
    await ledger.round();
    await ledger.on.useStore();
    await ledger.wake();
    ledger.on.pass(9 * MINUTE_MS);
    await ledger.round();
    ledger.on.pass(1_500);
    assert.ok((await ledger.round()) <= 2 * MINUTE_MS);
  });

  it("does not let a restored store reopen what was closed since", async () => {
    await ledger.on.given([ledger.on.lease(1), ledger.on.lease(2, { address: address(OTHER) })]);
    await ledger.round();
    await ledger.backUp();
    // Somebody removed the one; later both the rule and its entry are gone.
    at.azure.external({
      id: ledger.on.registry,
      does: { kind: "remove", rule: OURS },
      byType: "User",
    });
    ledger.on.pass(6 * MINUTE_MS);
    await ledger.round();
    ledger.on.pass(MINUTE_MS);
    await ledger.wake();
    await ledger.round();
    assert.deepEqual([ledger.on.rules(), ledger.ends().length], [[FOREIGN, OTHER], 1]);

    await ledger.restore();
    ledger.on.pass(MINUTE_MS);
    await ledger.wake();
    await ledger.round();
    ledger.on.pass(MINUTE_MS);
    await ledger.wake();
    await ledger.round();
    assert.deepEqual(
      [await ledger.on.status(1), await ledger.on.status(2), ledger.on.rules()],
      ["ended lost", "open", [FOREIGN, OTHER]],
    );
  });

  it("does not let a restored store put back what we removed just now, before the entry went", async () => {
    const lease = ledger.on.lease(1);
    await ledger.on.given([lease]);
    await ledger.round();
    await ledger.backUp();
    const opened = (await ledger.on.store.lease(lease.id, AbortSignal.timeout(5_000))).value;
    assert.equal(opened?.status, "open");
    ledger.on.pass(MINUTE_MS);
    await ledger.on.given([closing(opened, { kind: "lost", by: "others" }, ledger.on.now())]);
    await ledger.round();
    assert.deepEqual([ledger.on.rules(), ledger.ends().length], [[FOREIGN], 1]);
    await ledger.restore();
    await ledger.wake();
    await ledger.round();
    assert.deepEqual([await ledger.on.status(1), ledger.on.rules()], ["ended lost", [FOREIGN]]);
  });

  it("does not let a restored store open what has been opened and closed since", async () => {
    const lease = ledger.on.lease(1);
    await ledger.on.given([lease]);
    await ledger.backUp();
    await ledger.round();
    const opened = (await ledger.on.store.lease(lease.id, AbortSignal.timeout(5_000))).value;
    assert.equal(opened?.status, "open");
    await ledger.on.given([closing(opened, { kind: "lost", by: "others" }, ledger.on.now())]);
    ledger.on.pass(await ledger.round());
    await ledger.round();
    assert.deepEqual([ledger.on.rules(), ledger.ends()], [[FOREIGN], []]);
    await ledger.restore();
    await ledger.round();
    await ledger.wake();
    await ledger.round();
    assert.deepEqual([await ledger.on.status(1), ledger.on.rules()], ["ended lost", [FOREIGN]]);
  });

  it("takes no rule for ours that a restored store still owns and somebody else has made since", async () => {
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    await ledger.backUp();
    ledger.on.pass(HOUR_MS);
    await ledger.round();
    ledger.on.pass(MINUTE_MS);
    await ledger.wake();
    await ledger.round();
    assert.deepEqual(ledger.ends(), []);
    at.azure.external({
      id: ledger.on.registry,
      does: { kind: "add", rule: OURS },
      byType: "User",
    });
    await ledger.restore();
    await ledger.wake();
    await ledger.round();
    await ledger.wake();
    await ledger.round();
    assert.deepEqual([ledger.on.rules(), (await ledger.record())?.owned], [[FOREIGN, OURS], []]);
  });

  it("never makes a baseline rule ours", async () => {
    const baseline = [address(OURS)];
    await ledger.on.given([ledger.on.lease(1, { durationMs: HOUR_MS })]);
    await ledger.round();
    await ledger.on.useStore();
    await ledger.wake();
    await ledger.round({ policy: { baseline } });
    ledger.on.pass(3 * HOUR_MS);
    await ledger.round({ policy: { baseline } });
    assert.deepEqual(ledger.on.rules(), [FOREIGN, OURS]);
  });
});
