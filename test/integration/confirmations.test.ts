import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RegistryRules } from "../../src/application/ports.ts";
import { azureForSuite, registryFixture, type RegistryFixture } from "./registry-fixture.ts";

describe("reading back, when many registries wait", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(async () => {
    await on.store.close();
  });

  it("makes room for other registries when nothing is left but to read back, and lets their calls go first", async () => {
    await on.given([on.lease(1)]);
    const steps: string[] = [];
    const watched: RegistryRules = {
      ...at.rules,
      read: (id, signal, purpose) => {
        steps.push(`read to ${purpose ?? "act"}`);
        return at.rules.read(id, signal, purpose);
      },
      apply: async (id, list, signal) => {
        const applied = await at.rules.apply(id, list, signal);
        steps.push(applied.kind);
        return applied;
      },
    };
    await on.round({ through: watched, onSent: () => steps.push("sent") });
    assert.deepEqual(steps, ["read to act", "applied", "sent", "read to confirm"]);
  });

  it("keeps a read that only confirms waiting for those that something is done from", async () => {
    const other = await registryFixture(at.azure, at.rules);
    const soon = AbortSignal.timeout(10_000);
    try {
      const sixteen = (): Promise<unknown>[] =>
        Array.from({ length: 16 }, () => at.rules.read(on.registry, soon));
      // Connections and tokens; what else is asked about a registry is asked once an hour.
      await at.rules.read(other.registry, soon, "confirm");
      await Promise.all(sixteen());
      const before = at.azure.journal().length;
      const first = sixteen();
      const confirming = at.rules.read(other.registry, soon, "confirm");
      const acting = Array.from({ length: 4 }, () => at.rules.read(on.registry, soon));
      await Promise.all([...first, confirming, ...acting]);
      const paths = at.azure
        .journal()
        .slice(before)
        .map(({ path }) => path.toLowerCase());
      assert.equal(paths.length, 21);
      assert.equal(paths.indexOf(other.registry), 20);
    } finally {
      await other.store.close();
    }
  });
});
