import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ManagedIdentityCredential } from "@azure/identity";
import { startAzureEmulator } from "../emulators/azure/emulator.ts";
import type { AzureEmulator } from "../emulators/azure/emulator.ts";
import { EMULATED_IDENTITY } from "../emulators/azure/token-endpoint.ts";
import {
  askForToken,
  bounded,
  GROUP,
  readRules,
  registryId,
  sdkClient,
  staticToken,
  visitFrontEnd,
  writeRules,
} from "../emulators/azure/visitor.ts";

const FOREIGN = "192.0.2.10";

describe("the Azure emulator, through the real SDK", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let client: ContainerRegistryManagementClient;

  before(async () => {
    azure = await startAzureEmulator({
      registries: [
        { id: registryId("acrlocked"), rules: [FOREIGN], tags: { team: "a" } },
        { id: registryId("acrbasic"), sku: "Basic" },
        { id: registryId("acrother", "rg-other"), defaultAction: "Allow" },
      ],
    });
    process.env["IDENTITY_ENDPOINT"] = azure.tokenUrl;
    process.env["IDENTITY_HEADER"] = azure.identityHeader;
    client = sdkClient(azure, new ManagedIdentityCredential());
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  describe("reading", () => {
    it("shows a Premium registry with its rules and where its front end is", async () => {
      const registry = await client.registries.get(GROUP, "acrlocked", bounded());
      assert.equal(registry.sku.name, "Premium");
      assert.equal(registry.networkRuleSet?.defaultAction, "Deny");
      assert.deepEqual(registry.networkRuleSet.ipRules, [
        { action: "Allow", iPAddressOrRange: FOREIGN },
      ]);
      assert.equal(registry.provisioningState, "Succeeded");
      assert.match(registry.loginServer ?? "", /^localhost:\d+$/);
    });

    it("finds a registry in whatever letter case its id is written", async () => {
      const registry = await client.registries.get("RG-Test", "ACRLocked", bounded());
      assert.equal(registry.id, registryId("acrlocked"));
    });

    it("shows no rule set at all on Basic", async () => {
      assert.equal(await readRules(client, "acrbasic"), undefined);
    });

    it("lists by subscription and by resource group", async () => {
      const all = await namesOf(client.registries.list(bounded()));
      assert.deepEqual(all, ["acrlocked", "acrbasic", "acrother"]);
      const ofGroup = await namesOf(client.registries.listByResourceGroup("rg-other", bounded()));
      assert.deepEqual(ofGroup, ["acrother"]);
    });

    it("answers 404 for what there is not", async () => {
      await assert.rejects(
        client.registries.get(GROUP, "acrnowhere", bounded()),
        restError(404, "ResourceNotFound"),
      );
      await assert.rejects(
        client.registries.get("rg-nowhere", "acrlocked", bounded()),
        restError(404, "ResourceGroupNotFound"),
      );
    });

    it("answers 401 to a token it has not issued, or issued for something else", async () => {
      await assert.rejects(
        readRules(sdkClient(azure, staticToken("not-issued-here")), "acrlocked"),
        restError(401, "InvalidAuthenticationToken"),
      );
      const forBots = staticToken(await askForToken(azure, "https://api.botframework.com"));
      await assert.rejects(
        readRules(sdkClient(azure, forBots), "acrlocked"),
        restError(401, "InvalidAuthenticationTokenAudience"),
      );
    });
  });

  describe("writing", () => {
    it("replaces the whole list, keeps its order and drops /32", async () => {
      await writeRules(client, "acrlocked", ["203.0.113.0/24", "198.51.100.7/32"]);
      assert.deepEqual(await readRules(client, "acrlocked"), ["203.0.113.0/24", "198.51.100.7"]);
      await writeRules(client, "acrlocked", []);
      assert.deepEqual(await readRules(client, "acrlocked"), []);
    });

    it("leaves alone what the request leaves out", async () => {
      const onlyTags = { tags: { owner: "b" } };
      const updated = await client.registries.update(GROUP, "acrlocked", onlyTags, bounded());
      assert.deepEqual(updated.tags, { owner: "b" });
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
      await writeRules(client, "acrlocked", ["198.51.100.7"]);
      const registry = await client.registries.get(GROUP, "acrlocked", bounded());
      assert.deepEqual(registry.tags, { owner: "b" });
    });

    it("says in systemData who wrote last", async () => {
      const before = await client.registries.get(GROUP, "acrlocked", bounded());
      assert.equal(before.systemData?.lastModifiedByType, "User");
      await writeRules(client, "acrlocked", [FOREIGN, "198.51.100.7"]);
      const { systemData } = await client.registries.get(GROUP, "acrlocked", bounded());
      assert.equal(systemData?.lastModifiedBy, EMULATED_IDENTITY.objectId);
      assert.equal(systemData.lastModifiedByType, "Application");
    });

    it("takes any action for Allow", async () => {
      const ipRules = [{ action: "Forbidden", iPAddressOrRange: FOREIGN }];
      const body = { networkRuleSet: { defaultAction: "Deny", ipRules } };
      const updated = await client.registries.update(GROUP, "acrlocked", body, bounded());
      assert.equal(updated.networkRuleSet?.ipRules?.[0]?.action, "Allow");
    });

    it("refuses rules on Basic", async () => {
      await assert.rejects(
        writeRules(client, "acrbasic", ["198.51.100.7"]),
        restError(400, "BadRequest"),
      );
    });

    it("takes 200 rules and refuses 201", async () => {
      const rules = Array.from({ length: 201 }, (_, index) => `198.51.100.${index}`);
      await writeRules(client, "acrlocked", rules.slice(1));
      await assert.rejects(writeRules(client, "acrlocked", rules), restError(400, "BadRequest"));
      assert.deepEqual(await readRules(client, "acrlocked"), rules.slice(1));
    });

    it("refuses what is not an IPv4 address or block", async () => {
      for (const rule of ["2001:db8::1", "198.51.100.7/33", "everybody", ""]) {
        await assert.rejects(
          writeRules(client, "acrlocked", [rule]),
          restError(400, "BadRequest"),
          rule,
        );
      }
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
    });

    it("has been done when the answer was lost", async () => {
      azure.fault({ match: { method: "PATCH" }, fault: "reset-after-apply" });
      const writing = writeRules(client, "acrlocked", [FOREIGN, "198.51.100.7"]);
      await assert.rejects(writing, restError(undefined, "ECONNRESET"));
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN, "198.51.100.7"]);
      assert.equal(azure.journal()[0]?.status, null);
    });
  });

  describe("what it remembers", () => {
    it("keeps every list of rules, and who set it", async () => {
      await writeRules(client, "acrlocked", [FOREIGN, "198.51.100.7"]);
      await writeRules(client, "acrlocked", [FOREIGN, "198.51.100.7"]);
      azure.externalWrite(registryId("acrlocked"), ["203.0.113.9"]);
      const entries = azure.history().filter((it) => it.registry === registryId("acrlocked"));
      assert.deepEqual(
        entries.map(({ by, method, rules }) => [by, method, rules]),
        [
          ["seed", "SEED", [FOREIGN]],
          [EMULATED_IDENTITY.objectId, "PATCH", [FOREIGN, "198.51.100.7"]],
          ["external", "EXTERNAL", ["203.0.113.9"]],
        ],
      );
      const times = entries.map((entry) => entry.atMs);
      assert.deepEqual(times, times.toSorted());
      assert.deepEqual(
        entries.map((entry) => Date.parse(entry.at)),
        times,
      );
    });

    it("keeps every ARM request with its body and its answer", async () => {
      await writeRules(client, "acrlocked", ["198.51.100.7"]);
      await assert.rejects(writeRules(client, "acrbasic", []));
      assert.deepEqual(
        azure.journal().map(({ method, path, status }) => [method, path, status]),
        [
          ["PATCH", registryId("acrlocked"), 200],
          ["PATCH", registryId("acrbasic"), 400],
        ],
      );
      const ipRules = [{ action: "Allow", value: "198.51.100.7" }];
      const networkRuleSet = { defaultAction: "Deny", ipRules };
      const [first] = azure.journal();
      assert.deepEqual(first?.body, { properties: { networkRuleSet } });
      assert.ok(first.endedAt !== null && first.startedAt <= first.endedAt);
    });
  });

  describe("a registry's front end", () => {
    it("goes from 403 to 401 for an address when a rule lets it in, and back", async () => {
      const address = "198.51.100.7";
      const denied = await visitFrontEnd(azure, "acrlocked", { address });
      assert.equal(denied.status, 403);
      assert.equal(
        denied.body,
        String.raw`{"errors":[{"code":"DENIED","message":"client with IP \u0027198.51.100.7\u0027 is not allowed access. Refer https://aka.ms/acr/firewall to grant access."}]}`,
      );
      assert.equal(denied.challenge, undefined);

      await writeRules(client, "acrlocked", [FOREIGN, "198.51.100.0/29"]);
      const admitted = await visitFrontEnd(azure, "acrlocked", { address });
      assert.equal(admitted.status, 401);
      assert.equal(
        admitted.body,
        '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information.","detail":null}]}',
      );
      assert.match(
        admitted.challenge ?? "",
        /^Bearer realm="https:\/\/(localhost:\d+)\/oauth2\/token",service="\1"$/,
      );

      await writeRules(client, "acrlocked", [FOREIGN]);
      assert.equal((await visitFrontEnd(azure, "acrlocked", { address })).status, 403);
    });
  });
});

/** What the SDK is to throw; without a status when there was no answer. */
function restError(statusCode: number | undefined, code: string) {
  return { name: "RestError", statusCode, code };
}

async function namesOf(
  registries: AsyncIterable<{ readonly name?: string }>,
): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const registry of registries) names.push(registry.name);
  return names;
}
