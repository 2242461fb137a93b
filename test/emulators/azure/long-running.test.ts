import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import {
  askArm,
  askForToken,
  bounded,
  GROUP,
  readRules,
  registryId,
  sdkClient,
  staticToken,
  until,
} from "./visitor.ts";

const ID = registryId("acrlocked");
const FOREIGN = "192.0.2.10";

describe("long-running writes at the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let client: ContainerRegistryManagementClient;

  before(async () => {
    azure = await startAzureEmulator({ registries: [{ id: ID, rules: [FOREIGN] }] });
    const token = await askForToken(azure, "https://management.azure.com");
    client = sdkClient(azure, staticToken(token));
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  function clearRules() {
    const body = { networkRuleSet: { defaultAction: "Deny", ipRules: [] } };
    const options = { ...bounded(), updateIntervalInMs: 10 };
    return client.registries.update(GROUP, "acrlocked", body, options).pollUntilDone();
  }

  for (const answer of ["201-async", "202-async", "202-location"] as const) {
    it(`end well, answered ${answer}`, async () => {
      azure.configure(ID, { longRunning: { answer, afterMs: 50 } });
      const registry = await clearRules();
      assert.deepEqual(registry.networkRuleSet?.ipRules, []);
      assert.equal(registry.provisioningState, "Succeeded");
      assert.equal(azure.journal()[0]?.status, Number(answer.slice(0, 3)));
    });
  }

  it("are applied when they end, and seen as Updating until then", async () => {
    azure.fault({ fault: "long-running", how: { answer: "200-updating", afterMs: 400 } });
    const registry = await clearRules();
    assert.equal(registry.provisioningState, "Updating");
    assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
    await until(() => azure.history().length === 2);
    const { body } = await askArm(azure, "GET", ID);
    assert.partialDeepStrictEqual(body, { properties: { provisioningState: "Succeeded" } });
  });

  for (const [outcome, applied, left] of [
    ["Failed", undefined, [FOREIGN]],
    ["Failed", true, []],
    ["Canceled", undefined, [FOREIGN]],
    ["not-found", undefined, []],
  ] as const) {
    it(`may end in ${outcome}, ${left.length === 0 ? "and have" : "and not have"} taken effect`, async () => {
      azure.fault({ fault: "long-running", how: { outcome, applied, code: "Broken" } });
      await assert.rejects(clearRules());
      assert.deepEqual(await readRules(client, "acrlocked"), left);
    });
  }

  it("refuse at once what would be refused in the end", async () => {
    azure.configure(ID, { longRunning: {} });
    const networkRuleSet = { ipRules: [{ value: "everybody" }] };
    const { status } = await askArm(azure, "PATCH", ID, {
      body: { properties: { networkRuleSet } },
    });
    assert.equal(status, 400);
  });
});
