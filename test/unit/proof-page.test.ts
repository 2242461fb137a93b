import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { asHtml } from "../../src/adapters/web/proof-html.ts";
import { createProofPage, type ProofPageDeps } from "../../src/adapters/web/proof-page.ts";
import { StoreUnavailable, type Store } from "../../src/application/store.ts";
import { createIds } from "../../src/create-ids.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import type { ClientProfile } from "../../src/adapters/web/client-address.ts";
import { proving } from "../contract/samples.ts";
import { address, policyOf, registryPolicy } from "./builders.ts";

const soon = AbortSignal.timeout(60_000);
const secrets = createLinkSecrets();
const secret = secrets.create();
const FDID = "55ce4ed1-4b06-4bf1-b40e-4638452104da";
const { id: registry, address: rules } = registryPolicy();
const asked = proving(1, { registry, tokenHash: secrets.hashOf(secret) });
const link = `${asked.id}.${secret}`;

async function pageOf(over: Partial<ProofPageDeps> = {}) {
  const store = openSqliteStore({ file: ":memory:", now: () => asked.askedAt, auditKeptMs: 1_000 });
  const put = [{ kind: "request", value: asked }] as const;
  await store.commit({ opId: "asked", notAfter: asked.askedAt, put }, soon);
  const logged: string[] = [];
  const log = (event: string, fields: object): void => {
    logged.push(`${event} ${JSON.stringify(fields)}`);
  };
  const strict = { ...rules, reserved: "refuse", forbid: [address("8.8.8.0/24")] } as const;
  const page = createProofPage({
    ...{ store, secrets, ids: createIds(), log: { info: log, warn: log, error: log } },
    policy: () => policyOf(registryPolicy({ address: strict })),
    publicUrl: "https://drawbridge.example",
    ipv4Url: "https://v4.drawbridge.example",
    clientAddress: { profile: "direct" },
    ...over,
  });
  const call = (
    method: string,
    from: string,
    headers: Readonly<Record<string, string>> = {},
  ): ReturnType<typeof page> => {
    const all = { host: "drawbridge.example", accept: "text/html", ...headers };
    // Nothing else of a request is read.
    const request = { method, headers: all, socket: { remoteAddress: from } };
    return page(request as unknown as IncomingMessage, link, soon);
  };
  return { call, logged };
}

describe("the page of a link", () => {
  it("explains an address that a registry never sees, and keeps the link for a better one", async () => {
    const { call } = await pageOf();
    for (const [from, says] of [
      ["10.1.2.3", /a private address.+VPN/s],
      ["192.168.1.7", /a private address/],
      ["100.64.3.4", /CGNAT/],
      ["127.0.0.1", /a loopback address/],
      ["8.8.8.8", /Addresses of 8\.8\.8\.0\/24 may not be opened/],
    ] as const) {
      for (const method of ["GET", "POST"]) {
        const { status, body } = await call(method, from);
        assert.equal(status, 422, from);
        assert.match(body, says);
        assert.doesNotMatch(body, /<button/);
      }
    }
    assert.equal((await call("POST", "9.9.9.9")).status, 200);
  });

  it("is as good as before however often it was looked at", async () => {
    const { call } = await pageOf();
    for (const method of ["GET", "HEAD", "GET"]) {
      assert.equal((await call(method, "9.9.9.9")).status, 200);
    }
    const answers = [
      await call("POST", "9.9.9.9"),
      await call("POST", "9.9.9.9"),
      await call("GET", "9.9.9.9"),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 409, 409],
    );
  });

  it("shows who comes over IPv6 the way over IPv4", async () => {
    const { call } = await pageOf();
    const { status, body } = await call("POST", "2001:db8::7");
    assert.equal(status, 422);
    assert.match(body, new RegExp(`href="https://v4\\.drawbridge\\.example/p/${link}"`));
    assert.match(body, new RegExp(`curl -4 -X POST https://v4\\.drawbridge\\.example/p/${link}<`));
    const v4 = await call("POST", "9.9.9.9", { host: "v4.drawbridge.example" });
    assert.equal(v4.status, 200);
  });

  it("takes a POST from itself, from under either name, and from what is no browser", async () => {
    const fine = [
      { "sec-fetch-site": "same-origin", origin: "null" },
      { "sec-fetch-site": "same-origin", origin: "https://drawbridge.example" },
      { origin: "https://v4.drawbridge.example" },
      { accept: "*/*" },
    ];
    for (const headers of fine) {
      const { call } = await pageOf();
      assert.equal((await call("POST", "9.9.9.9", headers)).status, 200, JSON.stringify(headers));
    }
    const others = [
      { "sec-fetch-site": "same-site", origin: "https://drawbridge.example" },
      { "sec-fetch-site": "same-origin", origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
      { origin: "null" },
      { origin: "http://drawbridge.example" },
      { origin: "https://drawbridge.example.evil.example" },
    ];
    for (const headers of others) {
      const { call } = await pageOf();
      assert.equal((await call("POST", "9.9.9.9", headers)).status, 403, JSON.stringify(headers));
      assert.equal((await call("POST", "9.9.9.9")).status, 200, "the link was not used up");
    }
  });

  it("behind Front Door takes what that says, and nothing that came past it", async () => {
    const clientAddress: ClientProfile = { profile: "front-door", frontDoorId: FDID };
    const { call } = await pageOf({ clientAddress });
    const told = {
      host: "origin.internal",
      "x-forwarded-host": "drawbridge.example",
      "x-azure-fdid": FDID,
      "x-azure-socketip": "9.9.9.9",
    };
    assert.equal((await call("POST", "10.0.0.1", { ...told, "x-azure-fdid": "x" })).status, 421);
    assert.equal((await call("POST", "10.0.0.1", { host: "drawbridge.example" })).status, 421);
    const { status, body } = await call("POST", "10.0.0.1", told);
    assert.equal(status, 200);
    assert.match(body, /9\.9\.9\.9/);
  });

  it("says that it did not work when the store does not, and nothing of why", async () => {
    const request = (): never => {
      throw new StoreUnavailable("redis://user:password@host is down");
    };
    // Only this is asked.
    const { call, logged } = await pageOf({ store: { request } as unknown as Store });
    const { status, body } = await call("POST", "9.9.9.9");
    assert.equal(status, 503);
    assert.doesNotMatch(body, /redis|password/);
    assert.equal(logged.length, 1);
    assert.ok(!logged.join().includes(secret));
  });

  it("has everything over TLS for a year, and is kept nowhere", async () => {
    const { call } = await pageOf();
    const { headers } = await call("GET", "9.9.9.9");
    assert.equal(headers["strict-transport-security"], "max-age=31536000");
    assert.equal(headers["cache-control"], "no-store");
  });

  it("escapes whatever it is given", async () => {
    const hostile = `"><script>alert(1)</script>`;
    const page = await asHtml({
      status: 200,
      title: hostile,
      facts: [[hostile, hostile]],
      paragraphs: [hostile],
      button: hostile,
      curl: hostile,
      ipv4Page: hostile,
    });
    assert.doesNotMatch(page, /<script|"><s/);
  });
});
