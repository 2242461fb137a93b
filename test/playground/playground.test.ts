import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import type { Browser } from "playwright-core";
import { browserMissing, startBrowser } from "../browser.ts";
import { openWindows } from "../demo/windows.ts";
import { visitFrontEnd } from "../emulators/azure/visitor.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import { freePort } from "../free-port.ts";
import { describeUnless } from "../needs-redis.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { openPlaygroundPage, type PlaygroundPage } from "./playground-page.ts";

const REGISTRY = "acrdemomagic";

describeUnless(browserMissing, "two windows of the Agents Playground, in a browser", () => {
  let world: World;
  let browser: Browser;
  let robin: PlaygroundPage;
  let alex: PlaygroundPage;
  let pictures: string;
  let closeWindows: () => Promise<void>;

  before(async () => {
    const ports = [await freePort(), await freePort()];
    const connectorOrigins = ports.map((port) => `http://localhost:${String(port)}`);
    world = await startWorld({ store: await sqliteStore(), connectorOrigins });
    await world.start();
    const folder = await mkdtemp(join(tmpdir(), "drawbridge-playground-"));
    // With PICTURES=docs/images the README's are drawn anew.
    pictures = process.env["PICTURES"] ?? folder;
    console.log(`Pictures: ${pictures}`);
    const windows = await openWindows(world, [PEOPLE.robin, PEOPLE.alex], ports, folder);
    closeWindows = () => windows.close();
    browser = await startBrowser();
    const [forRobin, forAlex] = windows.open;
    assert.ok(forRobin !== undefined && forAlex !== undefined);
    robin = await openPlaygroundPage(browser, forRobin.url);
    alex = await openPlaygroundPage(browser, forAlex.url);
  });
  after(async () => {
    await browser.close();
    await closeWindows();
    await world.stop();
  });

  const passes = async (address: string): Promise<boolean> =>
    (await visitFrontEnd(world.azure, REGISTRY, { address })).status === 401;
  const picture = (name: string): string => join(pictures, `${name}.png`);

  it("open a registry: asked in one, approved in the other, open, given back, closed", async () => {
    const address = "203.0.113.7";
    await robin.say(
      `allow ${address} for 4h on ${REGISTRY} because TICKET-12: hotfix for the login page`,
    );
    const asked = await alex.card("Open a registry?", "Robin Requester", address);
    assert.equal(await passes(address), false, "nothing is open before somebody approved");
    await alex.picture(asked, picture("approval-card"));
    await alex.click(asked, "Approve");
    const open = await robin.card("Open", "Give back", address);
    assert.equal(await passes(address), true, "a card says open of a registry that is");
    await robin.picture(open, picture("open-card"));
    await robin.click(open, "Give back");
    await robin.card("Closed", address);
    assert.equal(await passes(address), false);
  });

  it("leave it closed when the other one denies", async () => {
    const address = "203.0.113.8";
    await robin.say(`allow ${address} for 1h on ${REGISTRY} because TICKET-13`);
    const asked = await alex.card("Open a registry?", address);
    await alex.click(asked, "Deny");
    await alex.fill(asked, "Not on a Friday");
    await alex.clickLast(asked, "Deny");
    await robin.card("Denied", address, "Not on a Friday");
    assert.equal(await passes(address), false);
  });

  it("reach a bot that believes no activity without a token", async () => {
    const unsigned = await fetch(world.botUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "message", text: "status", serviceUrl: "http://localhost:1/" }),
      signal: AbortSignal.timeout(10_000),
    });
    assert.equal(unsigned.status, 401);
  });
});
