import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { askArm, registryId } from "./visitor.ts";

const ID = registryId("acrlocked");
const SUBNET =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n";

describe("the api-versions of the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    const registries = [{ id: ID, rules: ["192.0.2.10"], virtualNetworkRules: [SUBNET] }];
    azure = await startAzureEmulator({ registries });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  const ipRules = [{ action: "Allow", value: "192.0.2.10" }];
  const subnets = [{ action: "Allow", id: SUBNET }];
  for (const [version, virtualNetworkRules] of [
    ["2019-05-01", subnets],
    ["2021-08-01-preview", subnets],
    ["2021-09-01", undefined],
    ["2022-02-01-preview", undefined],
    ["2025-11-01", undefined],
    ["2026-09-01-preview", subnets],
  ] as const) {
    it(`${virtualNetworkRules === undefined ? "hide" : "show"} subnets in ${version}`, async () => {
      const { body } = await askArm(azure, "GET", ID, { version });
      const hidden = { defaultAction: "Deny", ipRules };
      const networkRuleSet =
        virtualNetworkRules === undefined ? hidden : { ...hidden, virtualNetworkRules };
      assert.partialDeepStrictEqual(body, { properties: { networkRuleSet } });
      assert.equal(JSON.stringify(body).includes(SUBNET), virtualNetworkRules !== undefined);
    });
  }

  it("keep the subnets that they cannot see", async () => {
    const properties = { networkRuleSet: { defaultAction: "Deny", ipRules: [] } };
    await askArm(azure, "PATCH", ID, { body: { properties } });
    assert.deepEqual(azure.state(ID)?.virtualNetworkRules, [SUBNET]);
    const networkRuleSet = { defaultAction: "Deny", virtualNetworkRules: [] };
    const version = "2021-08-01-preview";
    await askArm(azure, "PATCH", ID, { body: { properties: { networkRuleSet } }, version });
    assert.deepEqual(azure.state(ID)?.virtualNetworkRules, []);
  });
});
