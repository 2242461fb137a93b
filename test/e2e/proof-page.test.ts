import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, it } from "node:test";
import type { Store } from "../../src/application/store.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { linkOn } from "../world/link-on-card.ts";
import { askForLink, visitLink } from "../world/link-visitor.ts";
import type { ProductProcess } from "../world/product-process.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

const soon = AbortSignal.timeout(120_000);

describe("the page behind a link", () => {
  let world: World;
  let product: ProductProcess;
  let store: Store;
  let robin: TeamsClient;
  let casey: TeamsClient;

  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    // The tests stand in for the ingress, so that everybody can come from anywhere.
    product = await world.start({ CLIENT_ADDRESS: "container-apps" });
    store = await world.store.open();
    [robin, casey] = [world.client("robin"), world.client("casey")];
    for (const client of [robin, casey]) await client.install();
  });
  after(async () => {
    await store.close();
    await world.stop();
  });

  const post = (link: string, from: string, headers = {}): Promise<Response> =>
    visitLink(link, "POST", from, headers);

  it("tells a page of somebody else, a visitor over IPv6 and a wrong link why nothing was recorded", async () => {
    const link = linkOn(await askForLink(robin, "allow my IP for 4h on acrdemomagic"));
    const refused: readonly (readonly [Promise<Response>, number, RegExp])[] = [
      [post(link, "203.0.113.9", { "sec-fetch-site": "cross-site" }), 403, /did not come from/],
      [post(link, "203.0.113.9", { "sec-fetch-site": "none" }), 403, /did not come from/],
      [fetch(link, { method: "POST", headers: { origin: "https://evil.example" } }), 403, /./],
      [fetch(link, { method: "POST", headers: { origin: "null" } }), 403, /./],
      [post(link, "2001:db8::7"), 422, /You come over IPv6/],
      [post(link, "not an address"), 422, /can(’|'|&#39;)t be told/],
      [
        post(link.slice(0, -1) + (link.endsWith("A") ? "B" : "A"), "203.0.113.9"),
        404,
        /does not work/,
      ],
      [post(link.replace(/\/p\/.{12}/, "/p/000000000000"), "203.0.113.9"), 404, /does not work/],
      [post(`${link}x`, "203.0.113.9"), 404, /does not work/],
    ];
    for (const [answer, status, says] of refused) {
      const response = await answer;
      assert.equal(response.status, status);
      assert.match(await response.text(), says);
    }
    const [wrong, none] = await Promise.all([
      post(link.slice(0, -3) + "abc", "203.0.113.9").then((answer) => answer.text()),
      post(link.replace(/\/p\/.{12}/, "/p/000000000000"), "203.0.113.9").then((a) => a.text()),
    ]);
    assert.equal(wrong, none, "a wrong secret and an unknown request look the same");
    assert.equal((await post(link, "203.0.113.9")).status, 200, "the link was as good as before");
    await robin.click(await robin.waitForCard(shownCard("Was that you?", "203.0.113.9")), "not-me");
  });

  it("believes the ingress and nobody behind it", async () => {
    const link = linkOn(await askForLink(robin, "allow my IP for 4h on acrdemomagic"));
    const forged = "203.0.113.250, 203.0.113.251, 203.0.113.40";
    const headers = { "x-real-ip": "203.0.113.252", forwarded: "for=203.0.113.253" };
    assert.equal(
      (await post(link, forged, { ...headers, "client-ip": "203.0.113.254" })).status,
      200,
    );
    await robin.waitForCard(shownCard("Was that you?", "203.0.113.40, seen by link"));
    await robin.say("cancel");
  });

  it("answers nothing under another name, on another path, or to what is too large", async () => {
    const link = linkOn(await askForLink(robin, "allow my IP for 4h on acrdemomagic"));
    const { status, headers, body } = await rawGet(link, { host: "evil.example" });
    assert.deepEqual([status, body], [421, ""]);
    assert.equal(headers["cache-control"], "no-store");
    for (const [path, method] of [
      ["/q/secret", "GET"],
      ["/p/a/b", "GET"],
      ["/api/messages", "GET"],
      [new URL(link).pathname, "DELETE"],
    ] as const) {
      const other = await fetch(new URL(path, link), { method });
      assert.ok([404, 405].includes(other.status), path);
      assert.equal(await other.text(), "");
    }
    const large = await fetch(link, { method: "POST", body: "x".repeat(5_000) });
    assert.equal(large.status, 413);
    assert.equal((await visitLink(link, "GET", "203.0.113.60")).status, 200);
    await robin.say("cancel");
  });

  it("sends strict headers and writes no secret anywhere", async () => {
    const link = linkOn(await askForLink(casey, "allow my IP for 4h on acrdemomagic"));
    const { headers } = await visitLink(link, "GET", "203.0.113.70");
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    const expected = {
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex, nofollow",
      "x-content-type-options": "nosniff",
      "set-cookie": null,
    };
    for (const [header, value] of Object.entries(expected))
      assert.equal(headers.get(header), value);
    await post(link, "203.0.113.70");
    const secret = link.slice(-43);
    await casey.waitForCard(shownCard("Was that you?", "203.0.113.70"));
    const trail = JSON.stringify((await store.audit(1, 1_000, soon)).value);
    assert.ok(!trail.includes(secret));
    assert.ok(!product.output().includes(secret));
    assert.ok(product.output().includes("link.posted"));
    assert.ok(!product.output().includes("/p/"));
  });
});

/** fetch sends the host of the URL, whatever the header says. */
function rawGet(
  link: string,
  headers: Readonly<Record<string, string>>,
): Promise<{
  status: number | undefined;
  headers: Readonly<Record<string, unknown>>;
  body: string;
}> {
  return new Promise((resolve, reject) => {
    httpRequest(link, { headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    })
      .on("error", reject)
      .end();
  });
}
