import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RegistryRules } from "../../src/application/ports.ts";
import type { AzureEmulator } from "../emulators/azure/emulator.ts";
import { FOREIGN, registryFixture, startAzure } from "./registry-fixture.ts";

describe("a subscription that Azure told to wait", () => {
  let azure: AzureEmulator;
  let rules: RegistryRules;
  before(async () => {
    ({ azure, rules } = await startAzure());
  });
  after(async () => {
    await azure.stop();
  });

  it("is left alone for that long, whichever registry is next, and goes on afterwards", async () => {
    const [one, other] = [await registryFixture(azure, rules), await registryFixture(azure, rules)];
    const soon = (): AbortSignal => AbortSignal.timeout(200);
    assert.equal((await rules.turn(other.registry, "addition", soon())).kind, "turn");

    azure.fault({ fault: "throttled", retryAfterSeconds: 30, match: { method: "PATCH" } });
    const list = { defaultAction: "Deny", rules: [FOREIGN] } as const;
    const told = await rules.apply(one.registry, list, AbortSignal.timeout(5_000));
    assert.deepEqual(told, { kind: "wait", ms: 30_000, code: "SubscriptionRequestsThrottled" });

    for (const urgency of ["removal", "addition"] as const) {
      const turn = await rules.turn(other.registry, urgency, soon());
      assert.deepEqual(turn, { kind: "conflict", code: "NoTurnInTime" });
    }
    other.pass(31_000);
    assert.equal((await rules.turn(other.registry, "removal", soon())).kind, "turn");
    for (const { store } of [one, other]) await store.close();
  });
});
