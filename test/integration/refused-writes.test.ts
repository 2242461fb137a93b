import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ArmFailure } from "../../src/application/ports.ts";
import { address } from "../unit/builders.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("an addition that Azure does not take", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(() => on.store.close());

  /** Ends the lease, and the time for which what was removed is known as ours. */
  async function untilAllIsOver(): Promise<void> {
    for (const ms of [2 * MINUTE_MS, HOUR_MS, HOUR_MS, 20 * MINUTE_MS]) {
      on.pass(ms);
      await on.given([]);
      await on.round();
    }
  }

  for (const [status, code] of [
    [403, "AuthorizationFailed"],
    [409, "ScopeLocked"],
    [409, "ConflictingOperation"],
  ] as const) {
    it(`leaves the address to whoever adds it by hand instead (${code})`, async () => {
      at.azure.fault({ fault: "status", status, code, match: { method: "PATCH" } });
      await on.given([on.lease(1, { durationMs: HOUR_MS })]);
      await on.round();
      at.azure.externalWrite(on.registry, [FOREIGN, OURS]);
      await untilAllIsOver();
      assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN, OURS]]);
    });
  }

  it("leaves the address to whoever adds it by hand while its turn does not come", async () => {
    const conflict: ArmFailure = { kind: "conflict", code: "NoTurnInTime" };
    const through = { ...at.rules, turn: () => Promise.resolve(conflict) };
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await on.round({ through });
    at.azure.externalWrite(on.registry, [FOREIGN, OURS]);
    await untilAllIsOver();
    assert.deepEqual(on.rules(), [FOREIGN, OURS]);
  });

  it("is ours all the same when Azure took it and only kept its outcome from us", async () => {
    at.azure.fault({ fault: "long-running", how: { answer: "202-async" } });
    const path = "operationStatuses";
    at.azure.fault({ fault: "not-authorized", match: { method: "GET", path, times: 9 } });
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await on.round();
    assert.ok(on.rules().includes(OURS));
    await untilAllIsOver();
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  const failing = (failure: ArmFailure, before = (): void => undefined): RoundChoices => ({
    through: {
      ...at.rules,
      apply: () => {
        before();
        return Promise.resolve(failure);
      },
    },
  });

  it("lets no removal be overslept when Azure says to wait for a moment, however often that was", async () => {
    const endsAt = on.now().getTime() + 4 * MINUTE_MS;
    await on.given([on.lease(1, { durationMs: 4 * MINUTE_MS })]);
    await on.round();
    await on.given([on.lease(2, { address: address("203.0.113.8") })]);
    for (let rounds = 0; rounds < 8 && on.now().getTime() < endsAt; rounds += 1) {
      const nextMs = await on.round(failing({ kind: "wait", ms: 1_000, code: "Busy" }));
      assert.ok(on.now().getTime() + nextMs <= endsAt + 1_000, `round ${String(rounds)}`);
      on.pass(nextMs);
    }
    await on.round();
    assert.equal(await on.status(1), "ended due");
  });

  it("is followed at once by the removal that came due during the attempt", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS - 100);
    await on.given([on.lease(2, { address: address("203.0.113.8") })]);
    let elapsedMs = 0;
    const slow = failing({ kind: "conflict", code: "Busy" }, () => {
      elapsedMs = 200;
    });
    const nextMs = await on.round({ ...slow, monotonicMs: () => elapsedMs });
    assert.equal(nextMs, 200);
  });
});
