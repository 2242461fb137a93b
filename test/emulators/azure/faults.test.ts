import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import {
  askForToken,
  bounded,
  readRules,
  registryId,
  sdkClient,
  staticToken,
  until,
  visit,
  writeRules,
} from "./visitor.ts";

const FOREIGN = "192.0.2.10";

describe("what goes wrong at the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let client: ContainerRegistryManagementClient;

  before(async () => {
    const registries = [{ id: registryId("acrlocked"), rules: [FOREIGN] }];
    azure = await startAzureEmulator({ registries });
    const token = await askForToken(azure, "https://management.azure.com");
    client = sdkClient(azure, staticToken(token));
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  describe("a fault", () => {
    it("may close the connection before anything is applied", async () => {
      azure.fault({ match: { method: "PATCH" }, fault: "reset-before" });
      await assert.rejects(writeRules(client, "acrlocked", []), { code: "ECONNRESET" });
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
    });

    it("may answer a status, as often as asked", async () => {
      const match = { method: "PATCH", times: 2 };
      const conflict = { status: 409, code: "RegistryStatusConflict", message: "Busy." };
      azure.fault({ match, fault: "status", ...conflict, retryAfterSeconds: 7 });
      const refused = { name: "RestError", statusCode: 409, code: "RegistryStatusConflict" };
      await assert.rejects(writeRules(client, "acrlocked", []), refused);
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
      await assert.rejects(writeRules(client, "acrlocked", []), refused);
      await writeRules(client, "acrlocked", []);
      assert.deepEqual(await readRules(client, "acrlocked"), []);
    });

    it("may never answer", async () => {
      azure.fault({ match: { method: "PATCH" }, fault: "hang" });
      const writing = writeRules(client, "acrlocked", [], bounded(200));
      await assert.rejects(writing, { name: "AbortError" });
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
      await until(() => azure.journal()[0]?.endedAt !== null);
      assert.equal(azure.journal()[0]?.status, null);
    });

    it("may apply a write late, when its client has left", async () => {
      azure.fault({ match: { method: "PATCH" }, fault: "slow", ms: 400 });
      const writing = writeRules(client, "acrlocked", [], bounded(100));
      await assert.rejects(writing, { name: "AbortError" });
      assert.deepEqual(await readRules(client, "acrlocked"), [FOREIGN]);
      await until(() => azure.history().length === 2);
      assert.deepEqual(azure.history()[1]?.rules, []);
    });
  });

  describe("intercepting", () => {
    it("holds a write before it is applied, and again before it is answered", async () => {
      const seen: string[] = [];
      const end = azure.intercept(async ({ phase, method, path }) => {
        if (method !== "PATCH") return;
        assert.equal(path, registryId("acrlocked"));
        seen.push(`${phase}: ${(await readRules(client, "acrlocked"))?.join() ?? ""}`);
      });
      await writeRules(client, "acrlocked", ["198.51.100.7"]);
      end();
      await writeRules(client, "acrlocked", []);
      assert.deepEqual(seen, [`received: ${FOREIGN}`, "applied: 198.51.100.7"]);
    });

    for (const [phase, left] of [
      ["received", [FOREIGN]],
      ["applied", []],
    ] as const) {
      it(`drops a write that was ${phase}, when a hook says so`, async () => {
        const end = azure.intercept((request) =>
          Promise.resolve<"drop" | undefined>(
            request.method === "PATCH" && request.phase === phase ? "drop" : undefined,
          ),
        );
        await assert.rejects(writeRules(client, "acrlocked", []), { code: "ECONNRESET" });
        end();
        assert.deepEqual(await readRules(client, "acrlocked"), left);
      });
    }
  });

  describe("stopping", () => {
    it("ends what hangs and what is slow, and removes the certificate", async () => {
      const other = await startAzureEmulator();
      other.fault({ fault: "hang" });
      other.fault({ fault: "slow", ms: 60_000 });
      const open = [visit(other, other.armUrl), visit(other, other.armUrl)];
      const rejected = open.map((request) => assert.rejects(request, { code: "ECONNRESET" }));
      await until(() => other.journal().length === 2);
      await Promise.all([other.stop(), other.stop()]);
      await Promise.all(rejected);
      assert.equal(existsSync(other.caFile), false);
      await assert.rejects(visit(other, other.armUrl));
    });
  });
});
