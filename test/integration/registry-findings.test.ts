import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Log } from "../../src/application/ports.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { registryFixture, azureForSuite, type RegistryFixture } from "./registry-fixture.ts";

describe("what is odd about a registry", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(async () => {
    await on.store.close();
  });

  async function findings(fixture = on): Promise<readonly Finding[]> {
    const { value } = await fixture.store.registry(fixture.registry, AbortSignal.timeout(5_000));
    return value?.findings ?? [];
  }

  it("is nothing, on a locked Premium registry", async () => {
    await on.given([]);
    await on.round();
    assert.deepEqual(await findings(), []);
  });

  it("is found at the next look, and gone when it was mended", async () => {
    await on.given([]);
    at.azure.configure(on.registry, {
      publicNetworkAccess: "Disabled",
      defaultAction: "Allow",
      properties: { anonymousPullEnabled: true, adminUserEnabled: true },
    });
    await on.round();
    assert.deepEqual(await findings(), [
      { kind: "public-access-disabled" },
      { kind: "default-action-allow" },
      { kind: "anonymous-pull-on" },
      { kind: "admin-user-on" },
    ]);
    at.azure.configure(on.registry, {
      publicNetworkAccess: "Enabled",
      defaultAction: "Deny",
      properties: {},
    });
    on.pass(10 * 60_000);
    await on.round();
    assert.deepEqual(await findings(), []);
  });

  it("is a registry without a firewall, with no slot left, or with rules that Azure hides", async () => {
    const basic = await registryFixture(at.azure, at.rules, { sku: "Standard" });
    await basic.given([]);
    await basic.round();
    assert.deepEqual(await findings(basic), [{ kind: "not-premium", sku: "Standard" }]);
    await basic.store.close();

    const full = await registryFixture(at.azure, at.rules, {
      rules: ["192.0.2.10", "192.0.2.11"],
      ipRuleQuota: 2,
      virtualNetworkRules: [
        `/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`,
      ],
    });
    await full.given([]);
    await full.round();
    assert.deepEqual(await findings(full), [
      { kind: "slots-full", used: 2, limit: 2 },
      { kind: "vnet-rules-present", count: 1 },
    ]);
    await full.store.close();
  });

  it("is told once as a registry gets nearly full, and again when that comes back", async () => {
    const told: unknown[] = [];
    const log: Log = {
      info: () => undefined,
      warn: (event, fields) => void told.push({ event, ...fields }),
      error: () => undefined,
    };
    const rules = (count: number): string[] =>
      Array.from({ length: count }, (_, n) => `192.0.2.${String(n + 10)}`);
    const near = await registryFixture(at.azure, at.rules, { rules: rules(8), ipRuleQuota: 10 });
    const line = (used: number) => ({
      ...{ event: "registry.nearly-full", registry: near.registry },
      ...{ used, limit: 10 },
    });
    await near.given([]);
    near.pass(await near.round({ log }));
    assert.deepEqual(told, []);
    await near.given([near.lease(1)]);
    near.pass(await near.round({ log }));
    assert.equal(await near.status(1), "open");
    assert.deepEqual(told, [line(9)]);
    near.pass(await near.round({ log }));
    assert.deepEqual(told, [line(9)]);
    at.azure.externalWrite(near.registry, rules(8));
    near.pass(await near.round({ log, policy: { whenRemovedByOthers: "end" } }));
    at.azure.externalWrite(near.registry, rules(10));
    near.pass(await near.round({ log }));
    const full = [{ kind: "slots-full", used: 10, limit: 10 }];
    assert.deepEqual(told.slice(1), [
      { event: "registry.findings", registry: near.registry, findings: full },
    ]);
    at.azure.externalWrite(near.registry, rules(9));
    await near.round({ log });
    assert.deepEqual(told.slice(2), [
      line(9),
      { event: "registry.findings", registry: near.registry, findings: [] },
    ]);
    await near.store.close();
  });

  it("keeps the limit unknown where it may not be asked for, and works all the same", async () => {
    at.azure.fault({
      fault: "not-authorized",
      match: { path: `${on.registry}/listUsages`, times: 3 },
    });
    await on.given([on.lease(1)]);
    await on.round();
    assert.equal(await on.status(1), "open");
    const { value } = await on.store.registry(on.registry, AbortSignal.timeout(5_000));
    assert.deepEqual(value?.observed?.slots, { used: 2, limit: undefined });
    at.azure.clearFaults();
  });

  it("stands while writing is forbidden, and is over when a change went through", async () => {
    at.azure.configure(on.registry, { lock: "ReadOnly" });
    await on.given([on.lease(1)]);
    on.pass(await on.round());
    assert.deepEqual(await findings(), [{ kind: "registry-locked" }]);
    on.pass(await on.round());
    assert.deepEqual(await findings(), [{ kind: "registry-locked" }]);
    at.azure.configure(on.registry, { lock: null, mayWrite: false });
    on.pass(await on.round());
    assert.deepEqual(await findings(), [
      { kind: "registry-locked" },
      { kind: "not-allowed", code: "AuthorizationFailed" },
    ]);
    at.azure.configure(on.registry, { mayWrite: true });
    await on.round();
    assert.deepEqual([await findings(), await on.status(1)], [[], "open"]);
  });

  it("is that it was created anew, until the next look", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    await at.azure.recreate({ id: on.registry });
    on.pass(6 * 60_000);
    await on.round();
    assert.equal(await on.status(1), "ended registry-gone");
    assert.deepEqual(await findings(), [{ kind: "registry-recreated" }]);
    on.pass(6 * 60_000);
    await on.round();
    assert.deepEqual([await findings(), on.rules()], [[], []]);
  });

  it("is that Azure does not know it", async () => {
    await on.given([]);
    at.azure.remove(on.registry);
    await on.round();
    assert.deepEqual(await findings(), [{ kind: "registry-not-found" }]);
  });
});
