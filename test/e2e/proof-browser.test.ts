import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { browserMissing, startBrowser } from "../browser.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { canBeReadByAll } from "../page-looks.ts";
import { linkOn } from "../world/link-on-card.ts";
import { askForLink, visitLink } from "../world/link-visitor.ts";
import { shownCard } from "../world/shown-card.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

const PHONE = { width: 390, height: 844 };
const FOCUS = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return [element.tagName, outlineStyle, outlineWidth].join(" ");
})()`;

describeUnless(browserMissing, "the page behind a link, in a browser", () => {
  let world: World;
  let robin: TeamsClient;
  let browser: Browser;
  let pictures: string;

  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    await world.start({ CLIENT_ADDRESS: "container-apps" });
    robin = world.client("robin");
    await robin.install();
    browser = await startBrowser();
    pictures = await mkdtemp(join(tmpdir(), "drawbridge-pictures-"));
    console.log(`Pictures: ${pictures}`);
  });
  after(async () => {
    await browser.close();
    await world.stop();
  });

  const link = async (): Promise<string> =>
    linkOn(await askForLink(robin, "allow my IP for 4h on acrdemomagic because TICKET-12"));

  /** Opens the link from this address; fails on anything that the browser complains of or fetches from elsewhere. */
  async function open(
    url: string,
    from: string,
    name: string,
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext({
      viewport: PHONE,
      extraHTTPHeaders: { "x-forwarded-for": from },
      ...options,
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // What a refusal's own status makes the browser say.
      if (!/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(url).origin)) complaints.push(request.url());
    });
    try {
      await page.goto(url);
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
      await use(page);
      assert.deepEqual(complaints, []);
      assert.deepEqual(await context.cookies(), []);
    } finally {
      await context.close();
    }
  }

  async function isFitForAll(page: Page): Promise<void> {
    await canBeReadByAll(page, ["main"]);
    assert.equal(await page.locator("main h1").count(), 1);
  }

  for (const colorScheme of ["light", "dark"] as const) {
    it(`can be read and used by everybody, ${colorScheme}, on a phone, by keyboard, without JavaScript`, async () => {
      const url = await link();
      await open(url, "203.0.113.7", `ready-${colorScheme}`, { colorScheme }, isFitForAll);
      const wide = { colorScheme, viewport: { width: 1280, height: 800 } };
      await open(url, "203.0.113.7", `ready-wide-${colorScheme}`, wide, isFitForAll);
      await open(url, "2001:db8::7", `ipv6-${colorScheme}`, { colorScheme }, isFitForAll);
      const plain = { colorScheme, javaScriptEnabled: false };
      await open(url, "203.0.113.7", `plain-${colorScheme}`, plain, async (page) => {
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(FOCUS), "BUTTON solid 3px", "where the focus is, is seen");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: "Done. Back to Teams" }).waitFor();
        await page.screenshot({ path: join(pictures, `done-${colorScheme}.png`), fullPage: true });
        await isFitForAll(page);
      });
      await robin.waitForCard(shownCard("Was that you?", "203.0.113.7"));
      await open(url, "203.0.113.7", `used-${colorScheme}`, { colorScheme }, async (page) => {
        await page.getByRole("heading", { name: "This link was used already" }).waitFor();
        await isFitForAll(page);
      });
      await robin.say("cancel");
      await robin.waitForCard(shownCard("Nothing was asked", "You took it back."));
      await open(url, "203.0.113.7", `over-${colorScheme}`, { colorScheme }, isFitForAll);
      await open(`${url}x`, "203.0.113.7", `unknown-${colorScheme}`, { colorScheme }, isFitForAll);
    });
  }

  it("can't be used by a page of somebody else, in a frame or by a form", async () => {
    const url = await link();
    const context = await browser.newContext({
      extraHTTPHeaders: { "x-forwarded-for": "203.0.113.8" },
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    await page.setContent(`<form method="post" action="${url}"><button>Win</button></form>`);
    await page.getByRole("button").click();
    await page.getByRole("heading", { name: "Nothing was recorded" }).waitFor();
    await page.goto("about:blank");
    await page.setContent(`<iframe src="${url}"></iframe>`);
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    assert.equal(await frame?.getByRole("button").count(), 0);
    await context.close();
    assert.equal((await visitLink(url, "GET", "203.0.113.8")).status, 200, "as good as before");
  });
});
