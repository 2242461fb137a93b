import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as z from "zod";
import { startAzureEmulator } from "./emulator.ts";
import type { AzureEmulator } from "./emulator.ts";
import { parseJson } from "./local-http.ts";

const BOUND_MS = 10_000;
const RESOURCE = "https://management.core.windows.net/";
const reply = z.looseObject({ access_token: z.string(), expires_on: z.string() });

describe("the managed-identity endpoints of the Azure emulator", { timeout: 60_000 }, () => {
  let azure: AzureEmulator;

  before(async () => {
    azure = await startAzureEmulator();
  });
  after(() => azure.stop());

  async function ask(url: string, init: RequestInit) {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(BOUND_MS) });
    assert.equal(answer.status, 200);
    const body = reply.parse(await answer.json());
    assert.equal(azure.tokens.resourceOf(body.access_token), RESOURCE.slice(0, -1));
    return body;
  }

  it("take the form of App Service before 2019, with a slash and a date", async () => {
    const url = `${azure.tokenUrl}/?resource=${RESOURCE}&api-version=2017-09-01&clientid=c`;
    const body = await ask(url, { headers: { secret: azure.identityHeader } });
    assert.match(body.expires_on, /^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d \+00:00$/);
    assert.equal(body["client_id"], "c");
  });

  it("take a form by POST, as azure-cli sends it to MSI_ENDPOINT", async () => {
    const headers = { metadata: "true" };
    const form = new URLSearchParams({ resource: RESOURCE, client_id: "c" });
    const body = await ask(azure.tokenUrl, { method: "POST", headers, body: form });
    assert.match(body.expires_on, /^\d+$/);
  });

  for (const slash of ["", "/"]) {
    it(`take the form of a virtual machine, path ending in token${slash}`, async () => {
      const query = `resource=${encodeURIComponent(RESOURCE)}&api-version=2018-02-01`;
      const url = `${azure.imdsUrl}/metadata/identity/oauth2/token${slash}?${query}`;
      await ask(url, { headers: { metadata: "true" } });
      assert.equal((await fetch(url, { signal: AbortSignal.timeout(BOUND_MS) })).status, 400);
    });
  }

  it("issue tokens that azure-cli can read", async () => {
    const form = new URLSearchParams({ resource: RESOURCE });
    const { access_token: token } = await ask(azure.tokenUrl, {
      method: "POST",
      headers: { metadata: "true" },
      body: form,
    });
    const claims = parseJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    assert.partialDeepStrictEqual(claims, {
      aud: RESOURCE,
      tid: "00000000-0000-0000-0000-0000000000aa",
      oid: "00000000-0000-0000-0000-0000000000d1",
      appid: "00000000-0000-0000-0000-0000000000c1",
    });
    assert.match(JSON.stringify(claims), /"xms_mirid":"\/subscriptions\/.*userAssignedIdentities/);
  });
});
