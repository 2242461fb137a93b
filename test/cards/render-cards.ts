import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import type { Card } from "../../src/adapters/teams/cards/parts.ts";
import { hostConfig, styleSheet, type Theme } from "./host-config.ts";

/** A card and what stands above it in the picture. */
export type Captioned = {
  readonly caption: string;
  readonly card: Card;
  /** Unfold what the button of this title hides. */
  readonly unfold?: string;
};

/** How wide a card is drawn, in CSS pixels, and how many stand beside each other. */
export type Sheet = {
  readonly theme: Theme;
  readonly cardWidth: number;
  readonly columns: number;
};

const RENDERER = createRequire(import.meta.url).resolve("adaptivecards/dist/adaptivecards.min.js");
const WITHIN_MS = 30_000;
const GAP = 16;

/** One PNG with all cards, as the official renderer draws them, with times in UTC and English. */
export async function contactSheet(
  browser: Browser,
  cards: readonly Captioned[],
  { theme, cardWidth, columns }: Sheet,
): Promise<Buffer> {
  const page = await browser.newPage({
    viewport: { width: columns * (cardWidth + GAP) + GAP, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    offline: true,
  });
  page.setDefaultTimeout(WITHIN_MS);
  try {
    await page.setContent("<!doctype html><body></body>");
    await page.addStyleTag({ content: styleSheet(theme) });
    await page.addScriptTag({ content: await readFile(RENDERER, "utf8") });
    const drawing = {
      cards,
      config: hostConfig(theme),
      cardWidth,
      columns,
      gap: GAP,
    };
    await page.evaluate(`(${DRAW})(${JSON.stringify(drawing)})`);
    return await page.screenshot({ fullPage: true, type: "png" });
  } finally {
    await page.close();
  }
}

/**
 * Runs in the page, so it is text: the types of this project know no browser. Cards go one after the other into the
 * column that is shortest so far.
 */
const DRAW = `({ cards, config, cardWidth, columns, gap }) => {
  const { AdaptiveCard, HostConfig } = globalThis.AdaptiveCards;
  const heights = Array(columns).fill(gap);
  document.body.style.position = "relative";
  for (const { caption, card, unfold } of cards) {
    const drawn = new AdaptiveCard();
    drawn.hostConfig = new HostConfig(config);
    drawn.parse(card);
    const figure = document.createElement("figure");
    const label = document.createElement("figcaption");
    label.textContent = caption;
    const paper = document.createElement("div");
    paper.className = "paper";
    paper.append(drawn.render());
    figure.append(label, paper);
    figure.style.cssText = "position: absolute; width: " + cardWidth + "px";
    document.body.append(figure);
    for (const button of figure.querySelectorAll("button.expandable")) {
      if (button.textContent === unfold) button.click();
    }
    const column = heights.indexOf(Math.min(...heights));
    figure.style.left = gap + column * (cardWidth + gap) + "px";
    figure.style.top = heights[column] + "px";
    heights[column] += figure.offsetHeight + gap;
  }
  document.body.style.height = Math.max(...heights) + "px";
}`;
