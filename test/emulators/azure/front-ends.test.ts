import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Agent } from "node:https";
import { after, before, beforeEach, describe, it } from "node:test";
import * as z from "zod";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { parseJson } from "./local-http.ts";
import { askForToken, registryId, visit, visitFrontEnd } from "./visitor.ts";

const NAME = "acrlocked";
const ID = registryId(NAME);

describe("a registry's front ends", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;
  let nowMs = Date.parse("2026-11-23T09:00:00Z");

  before(async () => {
    const registries = [{ id: ID }];
    azure = await startAzureEmulator({ registries, rulesClock: () => new Date(nowMs) });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  /** Statuses of visits one after the other, each on a connection of its own. */
  async function statuses(count: number, path?: string, agent?: Agent) {
    const found: (number | undefined)[] = [];
    for (let visits = 0; visits < count; visits += 1) {
      const how = { ...(path === undefined ? {} : { path }), ...(agent && { agent }) };
      found.push((await visitFrontEnd(azure, NAME, how)).status);
    }
    return found;
  }

  it("see a change each after its own delay, and take turns by connection", async () => {
    azure.configure(ID, { frontEnds: { delaysMs: [0, 30_000, 60_000] } });
    azure.externalWrite(ID, ["127.0.0.1"]);
    assert.deepEqual(await statuses(3), [401, 403, 403]);
    nowMs += 30_000;
    assert.deepEqual(await statuses(3), [401, 401, 403]);
    azure.advanceClock(30_000);
    assert.deepEqual(await statuses(3), [401, 401, 401]);
    azure.externalWrite(ID, []);
    assert.deepEqual(await statuses(3), [403, 401, 401]);
  });

  it("keep a connection, unless they take turns by request", async () => {
    azure.configure(ID, { frontEnds: { delaysMs: [0, 30_000] } });
    azure.externalWrite(ID, ["127.0.0.1"]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal(new Set(await statuses(4, "/v2/", agent)).size, 1);
    azure.configure(ID, { frontEnds: { delaysMs: [0, 30_000], pick: "request" } });
    assert.deepEqual((await statuses(2, "/v2/", agent)).toSorted(), [401, 403]);
    agent.destroy();
  });

  it("let the exchange of tokens lag on its own", async () => {
    azure.configure(ID, { frontEnds: { tokenDelayMs: 60_000 } });
    azure.externalWrite(ID, ["127.0.0.1"]);
    assert.deepEqual(await statuses(1), [401]);
    assert.deepEqual(await statuses(1, "/oauth2/token"), [403]);
    nowMs += 60_000;
    assert.deepEqual(await statuses(1, "/oauth2/token"), [200]);
  });

  it("tell the addresses of connections apart", async () => {
    azure.externalWrite(ID, ["127.0.0.8/31"]);
    const visits = ["127.0.0.9", "127.0.0.10"].map((from) => visitFrontEnd(azure, NAME, { from }));
    const [admitted, denied] = await Promise.all(visits);
    assert.equal(admitted?.status, 401);
    assert.equal(denied?.status, 403);
    assert.ok(denied.body.includes(String.raw`client with IP \u0027127.0.0.10\u0027`));
  });

  it("listen where they are told to, and are called so", async () => {
    const listenAt = { address: "127.0.0.2", host: "127.0.0.2" };
    const other = await startAzureEmulator({ registries: [{ id: ID }], listenAt });
    assert.match(other.registries[0]?.loginServer ?? "", /^127\.0\.0\.2:\d+$/);
    assert.equal((await visitFrontEnd(other, NAME)).status, 403);
    await other.stop();
  });

  it("answer 404 when the registry is gone", async () => {
    const url = `https://${azure.registries[0]?.loginServer ?? ""}/v2/`;
    azure.remove(ID);
    assert.equal((await visit(azure, url)).status, 404);
  });

  it("serve an image whose digests are right, to who has a token", async () => {
    azure.externalWrite(ID, ["127.0.0.1"]);
    const denied = await visitFrontEnd(azure, NAME, { path: "/v2/hello/manifests/latest" });
    assert.equal(denied.status, 401);
    assert.match(denied.challenge ?? "", /scope="repository:hello:pull"$/);

    const token = await tokenFrom("/oauth2/token?scope=repository:hello:pull", "access_token");
    const get = (path: string) => visitFrontEnd(azure, NAME, { path, token });
    assert.equal((await get("/v2/")).status, 200);
    const manifest = await get("/v2/hello/manifests/latest");
    const digest = manifest.headers["docker-content-digest"];
    assert.ok(digest === digestOf(manifest.body));
    assert.equal((await get(`/v2/hello/manifests/${digest}`)).body, manifest.body);

    const { config } = z
      .looseObject({ config: z.looseObject({ digest: z.string(), size: z.number() }) })
      .parse(parseJson(manifest.body));
    const blob = await get(`/v2/hello/blobs/${config.digest}`);
    assert.deepEqual([digestOf(blob.body), blob.body.length], [config.digest, config.size]);
    assert.equal((await get("/v2/hello/manifests/older")).status, 404);
    assert.equal((await get("/v2/other/manifests/latest")).status, 404);
  });

  it("exchange a token of Entra for one of the registry", async () => {
    azure.externalWrite(ID, ["127.0.0.1"]);
    const entra = await askForToken(azure, "https://management.azure.com");
    const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
    const refresh = await tokenFrom("/oauth2/exchange", "refresh_token", {
      body: form({ grant_type: "access_token", service: "x", access_token: entra }),
    });
    await tokenFrom("/oauth2/token", "access_token", {
      body: form({ grant_type: "refresh_token", service: "x", refresh_token: refresh }),
    });
    const wrong = form({ grant_type: "access_token", access_token: "not-issued-here" });
    const how = { path: "/oauth2/exchange", method: "POST", body: wrong };
    assert.equal((await visitFrontEnd(azure, NAME, how)).status, 401);
  });

  async function tokenFrom(path: string, member: string, sent?: { readonly body: string }) {
    const how = sent === undefined ? { path } : { path, method: "POST", ...sent };
    const { status, body } = await visitFrontEnd(azure, NAME, how);
    assert.equal(status, 200);
    return z.record(z.string(), z.string()).parse(parseJson(body))[member] ?? "";
  }
});

function digestOf(body: string): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}
