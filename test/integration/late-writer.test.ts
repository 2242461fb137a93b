import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { eventually } from "../eventually.ts";
import {
  FOREIGN,
  registryFixture,
  azureForSuite,
  type RegistryFixture,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;
const HOLD_MS = 1_000;

describe("a write of ours that lands late", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules, { rules: [FOREIGN] }, HOLD_MS);
  });
  afterEach(async () => {
    await on.store.close();
  });

  /** The PATCH that opens the lease is given up, the lease ends, and only then Azure does the work. */
  async function landLate(): Promise<void> {
    at.azure.fault({ fault: "slow", ms: 2_000, match: { method: "PATCH", path: on.registry } });
    await on.given([on.lease(1)]);
    await on.round();
    on.pass(16 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended not-opened", [FOREIGN]]);
    await eventually("Azure does the work", () => (on.rules().includes(OURS) ? true : undefined));
  }

  it("is known as ours, and its rule goes at the next look", async () => {
    await landLate();
    on.pass(6 * MINUTE_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN]);
    const { value } = await on.store.audit(1, 100, AbortSignal.timeout(5_000));
    const came = value.filter(({ event }) => event.kind === "rule.came-back");
    assert.equal(came.length, 1);
  });

  it("is looked for within two holds when nobody knows what became of it", async () => {
    at.azure.fault({ fault: "hang", match: { method: "PATCH", path: on.registry } });
    await on.given([on.lease(1)]);
    const suspectAt = async (): Promise<Date | undefined> =>
      (await on.store.registry(on.registry, AbortSignal.timeout(5_000))).value?.suspectAt;
    const nextMs = await on.round();
    assert.equal((await suspectAt())?.getTime(), on.now().getTime() + 2 * HOLD_MS);
    assert.ok(nextMs <= 2 * HOLD_MS);
    on.pass(2 * HOLD_MS);
    await on.round();
    assert.deepEqual([await on.status(1), await suspectAt()], ["open", undefined]);
  });

  it("is looked for within two holds when its holder vanished before the answer", async () => {
    await on.given([on.lease(1)]);
    const paused = Promise.withResolvers<undefined>();
    const unhook = at.azure.intercept(async ({ phase, method }) => {
      if (method !== "PATCH" || phase !== "received") return undefined;
      await paused.promise;
      return undefined;
    });
    const vanished = on.reconcile(await on.claim());
    const seen = async (): Promise<true | undefined> =>
      (await on.store.registry(on.registry, AbortSignal.timeout(5_000))).value?.suspectAt && true;
    await eventually("the intention is written", seen);
    on.pass(HOLD_MS + 1);
    unhook();
    const nextMs = await on.round();
    assert.ok(nextMs <= HOLD_MS, `the next look is in ${String(nextMs)} ms`);
    paused.resolve(undefined);
    await vanished;
  });

  it("stays what it is when a new lease wants the same address", async () => {
    await landLate();
    await on.given([on.lease(2)]);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["open", [FOREIGN, OURS]]);
    on.pass(5 * 60 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("is not confused with somebody who adds the same address by hand", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    await on.round();
    assert.equal(await on.status(1), "ended due");
    at.azure.externalWrite(on.registry, [FOREIGN, OURS]);
    on.pass(6 * MINUTE_MS);
    await on.round();
    on.pass(6 * MINUTE_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN, OURS], "it is theirs");
  });

  it("is not confused with the same address for another lease soon after", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    await on.round();
    await on.given([on.lease(2)]);
    await on.round();
    on.pass(6 * MINUTE_MS);
    await on.round();
    const { value } = await on.store.audit(1, 100, AbortSignal.timeout(5_000));
    assert.ok(!value.some(({ event }) => event.kind === "rule.came-back"), "we put it there");
    assert.deepEqual([await on.status(2), on.rules()], ["open", [FOREIGN, OURS]]);
  });

  it("is forgotten after a quarter of an hour: what comes then is somebody's own", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    await on.round();
    on.pass(16 * MINUTE_MS);
    await on.round();
    const { value } = await on.store.registry(on.registry, AbortSignal.timeout(5_000));
    assert.deepEqual(value?.tombstones, []);
  });
});
