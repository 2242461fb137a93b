import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FOREIGN, registryFixture, azureForSuite } from "./registry-fixture.ts";

describe("a subscription that Azure told to wait", () => {
  const at = azureForSuite();

  it("is left alone for that long, whichever registry is next, and goes on afterwards", async () => {
    const [one, other] = [
      await registryFixture(at.azure, at.rules),
      await registryFixture(at.azure, at.rules),
    ];
    const soon = (): AbortSignal => AbortSignal.timeout(200);
    assert.equal((await at.rules.turn(other.registry, "addition", soon())).kind, "turn");

    at.azure.fault({ fault: "throttled", retryAfterSeconds: 30, match: { method: "PATCH" } });
    const list = { defaultAction: "Deny", rules: [FOREIGN] } as const;
    const told = await at.rules.apply(one.registry, list, AbortSignal.timeout(5_000));
    assert.deepEqual(told, { kind: "wait", ms: 30_000, code: "SubscriptionRequestsThrottled" });

    for (const urgency of ["removal", "addition"] as const) {
      const turn = await at.rules.turn(other.registry, urgency, soon());
      assert.deepEqual(turn, { kind: "conflict", code: "NoTurnInTime" });
    }
    other.pass(31_000);
    assert.equal((await at.rules.turn(other.registry, "removal", soon())).kind, "turn");
    for (const { store } of [one, other]) await store.close();
  });
});
