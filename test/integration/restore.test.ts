import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  FOREIGN,
  registryFixture,
  azureForSuite,
  type RegistryFixture,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;

describe("a rule of ours that somebody else removes", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
    await on.given([on.lease(1)]);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN, OURS]);
  });
  afterEach(async () => {
    await on.store.close();
  });

  function wipe(byType: "User" | "Application"): void {
    at.azure.external({ id: on.registry, does: { kind: "replace", rules: [FOREIGN] }, byType });
  }

  async function lookLater(): Promise<void> {
    on.pass(6 * MINUTE_MS);
    await on.round();
  }

  it("is put back when a program removed it", async () => {
    wipe("Application");
    await lookLater();
    assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, OURS]]);
    const { value } = await on.store.audit(1, 100, AbortSignal.timeout(5_000));
    assert.ok(value.some(({ event }) => event.kind === "lease.restoring"));
  });

  it("ends its lease when a person removed it", async () => {
    wipe("User");
    await lookLater();
    assert.deepEqual([await on.status(1), on.rules()], ["ended lost", [FOREIGN]]);
  });

  it("ends its lease when the policy says so", async () => {
    wipe("Application");
    on.pass(6 * MINUTE_MS);
    await on.round({ policy: { whenRemovedByOthers: "end" } });
    assert.deepEqual([await on.status(1), on.rules()], ["ended lost", [FOREIGN]]);
  });

  it("is put back three times an hour, and then left to those who do not want it", async () => {
    for (let times = 0; times < 3; times += 1) {
      wipe("Application");
      await lookLater();
      assert.equal(await on.status(1), "open");
    }
    wipe("Application");
    await lookLater();
    assert.deepEqual([await on.status(1), on.rules()], ["ended lost", [FOREIGN]]);
  });

  it("counts a restore that fails at first as one", async () => {
    for (let times = 0; times < 3; times += 1) {
      wipe("Application");
      at.azure.fault({
        fault: "status",
        status: 500,
        match: { method: "PATCH", path: on.registry, times: 4 },
      });
      for (let rounds = 0; rounds < 5; rounds += 1) await lookLater();
      assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, OURS]]);
    }
  });
});
