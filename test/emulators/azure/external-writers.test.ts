import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { EMULATED_IDENTITY } from "./issued-tokens.ts";
import {
  askArm,
  askForToken,
  readRules,
  registryId,
  sdkClient,
  staticToken,
  writeRules,
} from "./visitor.ts";

const NAME = "acrlocked";
const ID = registryId(NAME);
const FOREIGN = "192.0.2.10";
const OTHER = "192.0.2.11";
const OURS = "198.51.100.7";

describe("other people's writes at the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let client: ContainerRegistryManagementClient;

  before(async () => {
    const registries = [{ id: ID, rules: [FOREIGN], tags: { owner: "a" } }];
    azure = await startAzureEmulator({ registries });
    const token = await askForToken(azure, "https://management.azure.com");
    client = sdkClient(azure, staticToken(token));
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  it("happen at once: add, remove, replace, redeploy, wipe tags, touch", () => {
    const state = () => [azure.state(ID)?.rules, azure.state(ID)?.tags];
    azure.external({ id: ID, does: { kind: "add", rule: OTHER }, by: "alice" });
    assert.deepEqual(state(), [[FOREIGN, OTHER], { owner: "a" }]);
    azure.external({ id: ID, does: { kind: "remove", rule: FOREIGN } });
    assert.deepEqual(state(), [[OTHER], { owner: "a" }]);
    azure.external({ id: ID, does: { kind: "replace", rules: [FOREIGN] } });
    assert.deepEqual(state(), [[FOREIGN], { owner: "a" }]);
    azure.external({ id: ID, does: { kind: "wipe-tags" } });
    assert.deepEqual(state(), [[FOREIGN], {}]);
    azure.external({ id: ID, does: { kind: "redeploy", rules: [], tags: { b: "c" } } });
    assert.deepEqual(state(), [[], { b: "c" }]);
    azure.external({ id: ID, does: { kind: "touch" }, by: "bob" });
    assert.equal(azure.state(ID)?.lastModified.by, "bob");
    assert.deepEqual(
      azure.history().map(({ by }) => by),
      ["seed", "alice", "external", "external", "external"],
    );
  });

  it("happen between our GET and our PATCH, right before the PATCH", async () => {
    const does = { kind: "add", rule: OTHER } as const;
    azure.external({ id: ID, does, when: "before-next-patch" });
    const read = (await readRules(client, NAME)) ?? [];
    await writeRules(client, NAME, [...read, OURS]);
    const last = azure.history().at(-1);
    assert.deepEqual(last?.rules, [FOREIGN, OURS]);
    assert.deepEqual(last.before, [FOREIGN, OTHER]);
    assert.deepEqual(last.lastRead, [FOREIGN]);
  });

  it("happen between our GET and our PATCH, right after the GET, as often as asked", async () => {
    const does = { kind: "add", rule: OTHER } as const;
    azure.external({ id: ID, does, when: "after-next-get", times: 2 });
    assert.deepEqual(await readRules(client, NAME), [FOREIGN]);
    assert.deepEqual(await readRules(client, NAME), [FOREIGN, OTHER]);
    assert.deepEqual(await readRules(client, NAME), [FOREIGN, OTHER, OTHER]);
  });

  it("wait until a PATCH gets through", async () => {
    azure.external({ id: ID, does: { kind: "wipe-tags" }, when: "before-next-patch" });
    azure.fault({ match: { method: "PATCH" }, fault: "reset-before" });
    await assert.rejects(writeRules(client, NAME, []));
    assert.deepEqual(azure.state(ID)?.tags, { owner: "a" });
    await writeRules(client, NAME, []);
    assert.deepEqual(azure.state(ID)?.tags, {});
  });

  describe("and what a test can judge them by", () => {
    it("the journal has what every request was shown, and had been shown before", async () => {
      await readRules(client, NAME);
      azure.externalWrite(ID, [OTHER]);
      await writeRules(client, NAME, [OURS]);
      assert.deepEqual(
        azure.journal().map(({ method, rules, lastRead }) => [method, rules, lastRead]),
        [
          ["GET", [FOREIGN], null],
          ["PATCH", [OURS], [FOREIGN]],
        ],
      );
      const callers = azure.journal().map(({ caller }) => caller);
      assert.equal(callers[0], callers[1]);
      assert.equal(azure.journal()[0]?.clientId, EMULATED_IDENTITY.clientId);
    });

    it("what did not reach a client it has not read", async () => {
      await readRules(client, NAME);
      azure.externalWrite(ID, [OTHER]);
      azure.fault({ match: { method: "GET" }, fault: "truncated-json" });
      await assert.rejects(readRules(client, NAME));
      await writeRules(client, NAME, [OURS]);
      assert.deepEqual(azure.history().at(-1)?.lastRead, [FOREIGN]);
    });

    it("the history has when each request had come in, however late it was applied", async () => {
      let heldAtMs = 0;
      const unhook = azure.intercept(async ({ phase, method }) => {
        if (phase !== "received" || method !== "PATCH") return;
        heldAtMs = Date.now();
        await sleep(50);
      });
      await writeRules(client, NAME, [OURS]);
      unhook();
      azure.externalWrite(ID, [OTHER]);
      const [written, byOthers] = azure.history().slice(-2);
      const { receivedAtMs = null, atMs = 0 } = written ?? {};
      assert.ok(receivedAtMs !== null && receivedAtMs <= heldAtMs && heldAtMs < atMs);
      assert.equal(byOthers?.receivedAtMs, null);
    });

    it("each token is a reader of its own", async () => {
      await readRules(client, NAME);
      const networkRuleSet = { ipRules: [] };
      await askArm(azure, "PATCH", ID, { body: { properties: { networkRuleSet } } });
      assert.equal(azure.history().at(-1)?.lastRead, null);
    });
  });
});
