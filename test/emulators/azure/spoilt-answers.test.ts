import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import {
  askArm,
  askForToken,
  bounded,
  readRules,
  registryId,
  sdkClient,
  staticToken,
  writeRules,
} from "./visitor.ts";

const NAME = "acrlocked";
const ID = registryId(NAME);
const FOREIGN = "192.0.2.10";

describe("answers that the Azure emulator spoils", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let client: ContainerRegistryManagementClient;

  before(async () => {
    azure = await startAzureEmulator({ registries: [{ id: ID, rules: [FOREIGN] }] });
    const token = await askForToken(azure, "https://management.azure.com");
    client = sdkClient(azure, staticToken(token));
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  for (const fault of ["reset-mid-body", "truncated-json"] as const) {
    it(`${fault}: the write was done, and the SDK cannot read the answer`, async () => {
      azure.fault({ match: { method: "PATCH" }, fault });
      await assert.rejects(writeRules(client, NAME, []));
      assert.deepEqual(await readRules(client, NAME), []);
      assert.equal(azure.journal()[0]?.status, fault === "truncated-json" ? 200 : null);
    });
  }

  it("hang-after-apply: the write was done, and nothing comes", async () => {
    azure.fault({ match: { method: "PATCH" }, fault: "hang-after-apply" });
    const writing = writeRules(client, NAME, [], bounded(500));
    await assert.rejects(writing, { name: "AbortError" });
    assert.deepEqual(await readRules(client, NAME), []);
  });

  it("stale: one GET shows what was before the latest write", async () => {
    await writeRules(client, NAME, []);
    const fresh = azure.state(ID)?.lastModified.at;
    azure.fault({ fault: "stale" });
    assert.deepEqual(await readRules(client, NAME), [FOREIGN]);
    assert.deepEqual(await readRules(client, NAME), []);
    assert.deepEqual(azure.state(ID)?.lastModified.at, fresh);
  });

  it("no-rule-set: a registry without networkRuleSet", async () => {
    azure.fault({ fault: "no-rule-set" });
    assert.equal(await readRules(client, NAME), undefined);
    assert.deepEqual(await readRules(client, NAME), [FOREIGN]);
  });

  it("expired-token: 401, with a claims challenge if asked", async () => {
    azure.fault({ fault: "expired-token" });
    const expired = await askArm(azure, "GET", ID);
    assert.partialDeepStrictEqual(expired.body, { error: { code: "ExpiredAuthenticationToken" } });
    azure.fault({ fault: "expired-token", claimsChallenge: true });
    const { status, headers } = await askArm(azure, "GET", ID);
    assert.equal(status, 401);
    assert.match(headers["www-authenticate"] ?? "", /error="insufficient_claims", claims="/);
  });

  it("not-authorized: 403 once", async () => {
    azure.fault({ fault: "not-authorized", match: { method: "PATCH" } });
    const refused = { statusCode: 403, code: "AuthorizationFailed" };
    await assert.rejects(writeRules(client, NAME, []), refused);
    await writeRules(client, NAME, []);
  });

  it("hit the calls they are meant for only", async () => {
    const match = { method: "GET", path: "/registries/ACRLocked", skip: 1, times: 2 };
    azure.fault({ match, fault: "status", status: 502 });
    assert.equal((await askArm(azure, "GET", "/subscriptions")).status, 200);
    const statuses: unknown[] = [];
    for (let read = 0; read < 4; read += 1) statuses.push((await askArm(azure, "GET", ID)).status);
    assert.deepEqual(statuses, [200, 502, 502, 200]);
  });

  it("can be called off", async () => {
    azure.fault({ fault: "status", status: 500 });
    azure.clearFaults();
    assert.deepEqual(await readRules(client, NAME), [FOREIGN]);
  });
});
