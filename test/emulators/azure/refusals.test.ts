import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { askArm, registryId } from "./visitor.ts";

const ID = registryId("acrlocked");
const BASIC = registryId("acrbasic");
const FOREIGN = "192.0.2.10";

describe("what the Azure emulator refuses", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    azure = await startAzureEmulator({
      registries: [
        { id: ID, rules: [FOREIGN], ipRuleQuota: 2 },
        { id: BASIC, sku: "Basic" },
      ],
    });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  async function patch(rules: readonly string[], id = ID) {
    const networkRuleSet = { defaultAction: "Deny", ipRules: rules.map((value) => ({ value })) };
    return askArm(azure, "PATCH", id, { body: { properties: { networkRuleSet } } });
  }

  async function refused(rules: readonly string[], status: number, code: string) {
    const reply = await patch(rules);
    assert.equal(reply.status, status);
    assert.partialDeepStrictEqual(reply.body, { error: { code } });
    assert.deepEqual(azure.state(ID)?.rules, [FOREIGN]);
    return reply;
  }

  it("more rules than the quota, in the resource provider's envelope", async () => {
    const { body } = await refused(["192.0.2.1", "192.0.2.2", "192.0.2.3"], 400, "BadRequest");
    const message = "The requested feature IP rule exceeds allowed quota 2 for the SKU Premium.";
    assert.deepEqual(body, { error: { code: "BadRequest", message }, status: "Failed" });
  });

  it("a firewall on Basic, until it is Premium; and a way back while there are rules", async () => {
    assert.equal((await patch([FOREIGN], BASIC)).status, 400);
    const premium = { sku: { name: "Premium" } };
    const upgraded = await askArm(azure, "PATCH", BASIC, { body: premium });
    assert.partialDeepStrictEqual(upgraded.body, {
      sku: { name: "Premium", tier: "Premium" },
      properties: { networkRuleSet: { defaultAction: "Allow", ipRules: [] } },
    });
    assert.equal((await patch([FOREIGN], BASIC)).status, 200);
    const basic = { sku: { name: "Basic" } };
    assert.equal((await askArm(azure, "PATCH", BASIC, { body: basic })).status, 400);
  });

  it("a write below a ReadOnly lock, but none below a CanNotDelete one", async () => {
    azure.configure(ID, { lock: "ReadOnly" });
    await refused([], 409, "ScopeLocked");
    const tags = `${ID}/providers/Microsoft.Resources/tags/default`;
    assert.equal((await askArm(azure, "PUT", tags, { body: {} })).status, 409);
    const locks = await askArm(azure, "GET", `${ID}/providers/Microsoft.Authorization/locks`);
    assert.partialDeepStrictEqual(locks.body, { value: [{ properties: { level: "ReadOnly" } }] });
    azure.configure(ID, { lock: "CanNotDelete" });
    assert.equal((await patch([])).status, 200);
  });

  it("a rule that a policy denies", async () => {
    azure.configure(ID, { deniedValues: ["198.51.100.7"] });
    const type = "PolicyViolation";
    const { body } = await refused([FOREIGN, "198.51.100.7"], 403, "RequestDisallowedByPolicy");
    assert.partialDeepStrictEqual(body, { error: { additionalInfo: [{ type }] } });
    assert.equal((await patch([FOREIGN, "198.51.100.8"])).status, 200);
  });

  it("what a role does not allow, writing and reading", async () => {
    azure.configure(ID, { mayWrite: false });
    await refused([], 403, "AuthorizationFailed");
    assert.equal((await askArm(azure, "GET", ID)).status, 200);
    azure.configure(ID, { mayRead: false });
    assert.equal((await askArm(azure, "GET", ID)).status, 403);
    azure.configure(ID, { mayRead: true, mayWrite: true });
    assert.equal((await patch([])).status, 200);
  });

  it("writes while the home region is down, but no reads", async () => {
    azure.configure(ID, { homeRegionDown: 503 });
    await refused([], 503, "ServiceUnavailable");
    azure.configure(ID, { homeRegionDown: 409 });
    const { body } = await refused([], 409, "RegistryStatusConflict");
    assert.partialDeepStrictEqual(body, { status: "Failed" });
    assert.equal((await askArm(azure, "GET", ID)).status, 200);
    azure.configure(ID, { homeRegionDown: false });
    assert.equal((await patch([])).status, 200);
  });

  it("what is not there any more; another of that name has another creationDate", async () => {
    const before = azure.state(ID);
    azure.remove(ID);
    assert.equal((await patch([])).status, 404);
    assert.deepEqual(azure.history().at(-1)?.before, [FOREIGN]);
    const { loginServer } = await azure.recreate({ id: BASIC });
    await azure.seed({ id: ID });
    assert.equal(azure.state(ID)?.loginServer, before?.loginServer);
    assert.notDeepEqual(azure.state(BASIC)?.createdAt, before?.createdAt);
    assert.equal(azure.state(BASIC)?.loginServer, loginServer);
  });
});
