import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;

describe("a store whose clock is wrong", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(async () => {
    await on.store.close();
  });

  for (const azureAheadMs of [-2 * MINUTE_MS, 2 * MINUTE_MS]) {
    it(`adds nothing as long as Azure's is ${String(azureAheadMs / MINUTE_MS)} min ahead`, async () => {
      await on.given([on.lease(1)]);
      await on.round({ azureAheadMs });
      assert.deepEqual([await on.status(1), on.rules()], ["opening", [FOREIGN]]);
      const { value } = await on.store.registry(on.registry, AbortSignal.timeout(5_000));
      assert.deepEqual(value?.findings, [{ kind: "clocks-differ", byMs: azureAheadMs }]);
      on.pass(2 * MINUTE_MS);
      await on.round();
      assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, OURS]]);
    });
  }

  it("ends leases by the later clock, and is looked at in time for that", async () => {
    await on.given([on.lease(1, { durationMs: 20 * MINUTE_MS })]);
    await on.round();
    on.pass(10 * MINUTE_MS);
    const nextMs = await on.round({ azureAheadMs: 9.5 * MINUTE_MS });
    assert.ok(nextMs <= 30_000, `in ${String(nextMs)} ms`);
    assert.equal(await on.status(1), "open");
    on.pass(30_000);
    await on.round({ azureAheadMs: 9.5 * MINUTE_MS });
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("ends leases by itself when it is the later one", async () => {
    await on.given([on.lease(1, { durationMs: 20 * MINUTE_MS })]);
    await on.round();
    on.pass(10 * MINUTE_MS);
    await on.round({ azureAheadMs: -9 * MINUTE_MS });
    assert.equal(await on.status(1), "open");
    on.pass(10 * MINUTE_MS);
    await on.round({ azureAheadMs: -9 * MINUTE_MS });
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });
});
