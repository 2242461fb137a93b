import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { askForToken, registryId, visit, visitFrontEnd } from "./visitor.ts";

const BOUND_MS = 10_000;

describe("the Azure emulator, asked directly", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    azure = await startAzureEmulator({
      registries: [
        { id: registryId("acrlocked"), rules: ["192.0.2.10"] },
        { id: registryId("acropen"), defaultAction: "Allow" },
        { id: registryId("acrbasic"), sku: "Basic" },
      ],
    });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  describe("tokens", () => {
    it("are issued for any resource, and can be told apart", async () => {
      const token = await askForToken(azure, "https://api.botframework.com/");
      assert.equal(azure.tokens.resourceOf(token), "https://api.botframework.com");
      assert.equal(azure.tokens.resourceOf("not-issued-here"), undefined);
    });

    for (const [why, query, header, status] of [
      ["a wrong identity header", "api-version=2019-08-01&resource=https://x.example", "?", 401],
      ["no resource", "api-version=2019-08-01", "drawbridge-emulator", 400],
      ["no api-version", "resource=https://x.example", "drawbridge-emulator", 400],
    ] as const) {
      it(`are refused to ${why}`, async () => {
        const reply = await fetch(`${azure.tokenUrl}?${query}`, {
          headers: { "x-identity-header": header },
          signal: AbortSignal.timeout(BOUND_MS),
        });
        assert.equal(reply.status, status);
      });
    }
  });

  describe("an ARM request", () => {
    for (const [query, code] of [
      ["", "MissingApiVersionParameter"],
      ["?api-version=2018-09-01", "NoRegisteredProviderFound"],
      ["?api-version=newest", "InvalidApiVersionParameter"],
    ] as const) {
      it(`with the query "${query}" is refused: ${code}`, async () => {
        const token = await askForToken(azure, "https://management.azure.com");
        const reply = await visit(azure, `${azure.armUrl}${registryId("acrlocked")}${query}`, {
          token,
        });
        assert.equal(reply.status, 400);
        assert.ok(reply.body.includes(`"code":"${code}"`));
      });
    }

    it("without a token is refused", async () => {
      const reply = await visit(azure, `${azure.armUrl}${registryId("acrlocked")}`);
      assert.equal(reply.status, 401);
      assert.match(reply.challenge ?? "", /^Bearer authorization_uri=/);
    });
  });

  describe("a front end", () => {
    it("goes by the peer's address when none is claimed, and answers HEAD without a body", async () => {
      const denied = await visitFrontEnd(azure, "acrlocked", { method: "HEAD" });
      assert.deepEqual([denied.status, denied.body], [403, ""]);
      azure.externalWrite(registryId("acrlocked"), ["127.0.0.1"]);
      const admitted = await visitFrontEnd(azure, "acrlocked", { method: "HEAD" });
      assert.deepEqual([admitted.status, admitted.body], [401, ""]);
    });

    it("admits everybody by default action or tier, nobody without public access", async () => {
      const address = "198.51.100.7";
      assert.equal((await visitFrontEnd(azure, "acropen", { address })).status, 401);
      assert.equal((await visitFrontEnd(azure, "acrbasic", { address })).status, 401);
      const rules = [address];
      await azure.seed({ id: registryId("acrclosed"), publicNetworkAccess: "Disabled", rules });
      assert.equal((await visitFrontEnd(azure, "acrclosed", { address })).status, 403);
    });
  });

  describe("the control endpoint", () => {
    const id = registryId("acrnew1");

    async function control(method: string, path: string, body?: unknown) {
      const reply = await fetch(`${azure.controlUrl}/${path}`, {
        method,
        signal: AbortSignal.timeout(BOUND_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      const parsed: unknown = text === "" ? undefined : JSON.parse(text);
      return { status: reply.status, body: parsed };
    }

    it("seeds, writes as somebody else, shows what was, and resets", async () => {
      assert.equal((await control("POST", "registries", { id })).status, 201);
      assert.equal((await control("POST", "registries", { id })).status, 409);
      const list = { id, rules: ["198.51.100.7/32"] };
      assert.equal((await control("PUT", "registries/rules", list)).status, 204);
      assert.deepEqual((await control("GET", "history")).body, azure.history());
      assert.deepEqual(azure.history().at(-1)?.rules, ["198.51.100.7"]);

      await visit(azure, `${azure.armUrl}${id}`);
      assert.deepEqual((await control("GET", "journal")).body, azure.journal());
      assert.equal(azure.journal().length, 1);

      const before = azure.registries.slice(0, 3);
      assert.equal((await control("POST", "reset")).status, 204);
      assert.deepEqual(azure.registries, before);
      assert.deepEqual([azure.history().length, azure.journal().length], [3, 0]);
    });

    it("takes faults", async () => {
      const fault = { match: { method: "GET", times: 1 }, fault: "status", status: 503 };
      assert.equal((await control("POST", "faults", fault)).status, 204);
      assert.equal((await visit(azure, azure.armUrl)).status, 503);
      assert.equal((await visit(azure, azure.armUrl)).status, 401);
    });

    it("refuses what it cannot read or do", async () => {
      assert.equal((await control("POST", "faults", { fault: "lightning" })).status, 400);
      assert.equal((await control("POST", "registries", { id: "acrlocked" })).status, 400);
      assert.equal((await control("PUT", "registries/rules", { id, rules: [] })).status, 409);
      assert.equal((await control("POST", "registries", "x".repeat(2 ** 20))).status, 413);
      assert.equal((await control("POST", "lightning")).status, 404);
    });
  });
});
