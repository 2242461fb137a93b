import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { address } from "../unit/builders.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

const MINUTE_MS = 60_000;
const PATCH_TAKES_MS = 200;

describe("a time that passes while a round is under way", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(() => on.store.close());

  /** By the worker's clock the PATCH takes long; the store's stands still, so a look at once is one in that time. */
  function slowly(): RoundChoices {
    let elapsedMs = 0;
    return {
      monotonicMs: () => elapsedMs,
      through: {
        ...at.rules,
        apply: (id, list, signal) => {
          elapsedMs = PATCH_TAKES_MS;
          return at.rules.apply(id, list, signal);
        },
      },
    };
  }

  it("is looked at at once when it is the end of a lease", async () => {
    const second = { address: address("203.0.113.8"), durationMs: MINUTE_MS + 100 };
    await on.given([on.lease(1, { durationMs: MINUTE_MS }), on.lease(2, second)]);
    await on.round();
    on.pass(MINUTE_MS);
    assert.equal(await on.round(slowly()), PATCH_TAKES_MS);
    assert.deepEqual(on.rules(), [FOREIGN, second.address]);
  });

  it("is looked at at once when a late write may have landed since the read", async () => {
    await on.given([on.lease(1)], { suspectAt: new Date(on.now().getTime() + 100) });
    assert.equal(await on.round(slowly()), PATCH_TAKES_MS);
  });
});
