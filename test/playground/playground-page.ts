import type { Browser, Locator, Page } from "playwright-core";

const ACT_WITHIN_MS = 20_000;
/** Wide enough that the Playground does not hide its list of chats; twice the pixels, for sharp pictures. */
const LOOKS = { viewport: { width: 1400, height: 900 }, deviceScaleFactor: 2 } as const;

/** One person's Playground, as they use it in a browser. */
export type PlaygroundPage = {
  /** Writes to the bot. */
  readonly say: (text: string) => Promise<void>;
  /** The newest card on which all of this stands, as soon as it is there. */
  readonly card: (...parts: readonly string[]) => Promise<Locator>;
  /** Clicks this button of the card. */
  readonly click: (card: Locator, button: string) => Promise<void>;
  /** Clicks the last of several buttons of that name: the one that an earlier click unfolded. */
  readonly clickLast: (card: Locator, button: string) => Promise<void>;
  /** Types into the card's one text field. */
  readonly fill: (card: Locator, text: string) => Promise<void>;
  /** A picture of this card, with a small margin. */
  readonly picture: (card: Locator, file: string) => Promise<void>;
};

/** Opens the window. Nothing but loopback is called: the fonts that the Playground wants of a CDN are refused. */
export async function openPlaygroundPage(browser: Browser, url: string): Promise<PlaygroundPage> {
  const page = await browser.newPage(LOOKS);
  page.setDefaultTimeout(ACT_WITHIN_MS);
  await page.route(
    (asked) => asked.hostname !== "localhost",
    (route) => route.abort(),
  );
  await page.goto(url);
  const box = page.locator("div[role=textbox]");
  await box.waitFor();
  return {
    async say(text) {
      await box.click();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    },
    async card(...parts) {
      const card = parts
        .reduce((cards, hasText) => cards.filter({ hasText }), page.locator(".ac-adaptiveCard"))
        .last();
      await card.waitFor();
      return card;
    },
    click: (card, button) => card.getByRole("button", { name: button, exact: true }).click(),
    clickLast: (card, button) =>
      card.getByRole("button", { name: button, exact: true }).last().click(),
    fill: (card, text) => card.locator("input[type=text], textarea").fill(text),
    picture: (card, file) => pictureOf(page, card, file),
  };
}

const MARGIN = 8;

async function pictureOf(page: Page, card: Locator, path: string): Promise<void> {
  await card.scrollIntoViewIfNeeded();
  const box = await card.boundingBox();
  if (box === null) throw new Error("The card is not to be seen.");
  await page.screenshot({
    path,
    clip: {
      x: Math.max(0, box.x - MARGIN),
      y: Math.max(0, box.y - MARGIN),
      width: box.width + 2 * MARGIN,
      height: box.height + 2 * MARGIN,
    },
  });
}
