import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Registry } from "@azure/arm-containerregistry";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import {
  askArm,
  askForToken,
  bounded,
  GROUP,
  registryId,
  sdkClient,
  staticToken,
  SUBSCRIPTION,
} from "./visitor.ts";

const NAMES = ["acrnumber1", "acrnumber2", "acrnumber3"];
const TYPE = "Microsoft.ContainerRegistry/registries";

describe("tenants, subscriptions and lists of the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    const registries = NAMES.map((name) => ({ id: registryId(name) }));
    azure = await startAzureEmulator({ registries, pageSize: 2 });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  async function names(path: string): Promise<unknown> {
    const { status, body } = await askArm(azure, "GET", path, { version: "2021-04-01" });
    assert.equal(status, 200);
    return body;
  }

  it("show one tenant and the subscriptions that have a registry", async () => {
    const tenantId = "00000000-0000-0000-0000-0000000000aa";
    assert.partialDeepStrictEqual(await names("/tenants"), { value: [{ tenantId }] });
    const subscription = { subscriptionId: SUBSCRIPTION, tenantId, state: "Enabled" };
    assert.partialDeepStrictEqual(await names("/subscriptions"), { value: [subscription] });
    assert.partialDeepStrictEqual(await names(`/subscriptions/${SUBSCRIPTION}`), subscription);
    assert.equal((await askArm(azure, "GET", "/subscriptions/nowhere")).status, 404);
  });

  it("find resources by type and by name, and refuse other filters", async () => {
    const path = (filter: string) =>
      `/subscriptions/${SUBSCRIPTION}/resources?$filter=${encodeURIComponent(filter)}`;
    const byName = await names(path(`resourceType eq '${TYPE}' and name eq 'ACRNumber2'`));
    assert.partialDeepStrictEqual(byName, { value: [{ name: "acrnumber2", type: TYPE }] });
    const others = await names(path("resourceType eq 'Microsoft.Storage/storageAccounts'"));
    assert.deepEqual(others, { value: [] });
    assert.equal((await askArm(azure, "GET", path("tagName ne 'a'"))).status, 400);
  });

  it("page registries with links that the SDK follows", async () => {
    const token = await askForToken(azure, "https://management.azure.com");
    const client = sdkClient(azure, staticToken(token));
    const pages: (string | undefined)[][] = [];
    for (const list of [
      client.registries.list(bounded()),
      client.registries.listByResourceGroup(GROUP, bounded()),
    ]) {
      for await (const page of list.byPage()) pages.push(page.map(({ name }: Registry) => name));
    }
    assert.deepEqual(pages, [NAMES.slice(0, 2), NAMES.slice(2), NAMES.slice(0, 2), NAMES.slice(2)]);
  });

  it("count the rules of a registry, and know their limit", async () => {
    const id = registryId("acrcounted");
    await azure.seed({ id, rules: ["192.0.2.10"], ipRuleQuota: 100 });
    const usages = await askArm(azure, "GET", `${id}/listUsages`);
    const rules = { name: "IPRules", limit: 100, currentValue: 1, unit: "Count" };
    assert.ok(JSON.stringify(usages.body).includes(JSON.stringify(rules)));
  });

  it("make a registry by PUT, and let a PUT replace tags and properties", async () => {
    const id = registryId("acrmade");
    const sku = { name: "Premium" };
    const made = await askArm(azure, "PUT", id, {
      body: { location: "westeurope", sku, tags: { a: "b" }, properties: {} },
    });
    assert.equal(made.status, 201);
    const networkRuleSet = { defaultAction: "Deny", ipRules: [{ value: "192.0.2.10" }] };
    const properties = { networkRuleSet, adminUserEnabled: true, somethingNew: 1 };
    const body = { location: "westeurope", sku, properties };
    const put = await askArm(azure, "PUT", id, { body });
    assert.equal(put.status, 200);
    const kept = { adminUserEnabled: true, somethingNew: 1 };
    assert.partialDeepStrictEqual(put.body, { tags: {}, properties: kept });
    assert.deepEqual(azure.state(id)?.tags, {});
    assert.deepEqual(
      azure
        .history()
        .map(({ method, rules }) => [method, rules])
        .slice(-2),
      [
        ["PUT", []],
        ["PUT", ["192.0.2.10"]],
      ],
    );
  });
});
