import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { parseJson } from "./local-http.ts";
import { askArm, registryId, visitFrontEnd } from "./visitor.ts";

const BOUND_MS = 10_000;
const ID = registryId("acrlocked");

describe("the control endpoint of the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    azure = await startAzureEmulator({ registries: [{ id: ID, rules: ["192.0.2.10"] }] });
  });
  beforeEach(() => azure.reset());
  after(() => azure.stop());

  async function control(method: string, path: string, body?: unknown) {
    const reply = await fetch(`${azure.controlUrl}/${path}`, {
      method,
      signal: AbortSignal.timeout(BOUND_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: parseJson(await reply.text()) };
  }

  it("configures, and shows registries as they are", async () => {
    const settings = { sku: "Standard", lock: "ReadOnly", frontEnds: { delaysMs: [0, 1000] } };
    assert.equal((await control("PATCH", "registries", { id: ID, ...settings })).status, 204);
    const { body } = await control("GET", "registries");
    assert.partialDeepStrictEqual(body, [{ id: ID, sku: "Standard" }]);
    const patched = await askArm(azure, "PATCH", ID, { body: { tags: {} } });
    assert.equal(patched.status, 409);
    await azure.reset();
    assert.equal((await askArm(azure, "PATCH", ID, { body: { tags: {} } })).status, 200);
  });

  it("closes the public network and opens the default action", async () => {
    const status = async () => (await visitFrontEnd(azure, "acrlocked")).status;
    await control("PATCH", "registries", { id: ID, defaultAction: "Allow" });
    assert.equal(await status(), 401);
    await control("PATCH", "registries", { id: ID, publicNetworkAccess: "Disabled" });
    assert.equal(await status(), 403);
  });

  it("writes as somebody else", async () => {
    const write = { id: ID, does: { kind: "add", rule: "192.0.2.11" }, by: "alice" };
    assert.equal((await control("POST", "writes", write)).status, 204);
    assert.deepEqual(azure.state(ID)?.rules, ["192.0.2.10", "192.0.2.11"]);
  });

  it("removes and re-creates", async () => {
    const before = azure.state(ID)?.createdAt;
    assert.equal((await control("POST", "registries/recreate", { id: ID })).status, 201);
    assert.notDeepEqual(azure.state(ID)?.createdAt, before);
    assert.equal((await control("DELETE", "registries", { id: ID })).status, 204);
    assert.equal((await control("DELETE", "registries", { id: ID })).status, 409);
    assert.deepEqual(
      azure.history().map(({ method }) => method),
      ["SEED", "DELETE", "SEED", "DELETE"],
    );
  });

  it("throttles", async () => {
    const writes = { size: 1, perSecond: 0.001 };
    assert.equal((await control("PUT", "throttling", { writes })).status, 204);
    const patch = async () => (await askArm(azure, "PATCH", ID, { body: { tags: {} } })).status;
    assert.deepEqual([await patch(), await patch()], [200, 429]);
    assert.equal((await control("PUT", "throttling", false)).status, 204);
    assert.equal(await patch(), 200);
  });

  it("sets the clock and lets it jump", async () => {
    assert.equal((await control("POST", "clock", { at: "2030-01-01T00:00:00Z" })).status, 204);
    assert.equal((await control("POST", "clock", { advanceMs: 3_600_000 })).status, 204);
    azure.externalWrite(ID, []);
    assert.match(azure.history().at(-1)?.at ?? "", /^2030-01-01T01:00:/);
  });

  it("calls faults off", async () => {
    await control("POST", "faults", { fault: "status", status: 500 });
    assert.equal((await control("DELETE", "faults")).status, 204);
    assert.equal((await askArm(azure, "GET", ID)).status, 200);
  });
});
