import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { z } from "zod";

const looks = z.object({
  lang: z.string(),
  headings: z.number(),
  landmarks: z.array(z.string()),
  widerThanWindow: z.boolean(),
  lowButtons: z.array(z.string()),
  unnamed: z.array(z.string()),
  tablesWithoutHeads: z.number(),
  contrasts: z.array(z.object({ text: z.string(), ratio: z.number() })),
});

/** Runs in the page, so it is text: the types of this project know no browser. Contrast as WCAG 2.2 computes it. */
const LOOK = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const written = [...document.body.querySelectorAll("*")].filter((element) => !element.closest("svg") &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ""));
  const named = [...document.querySelectorAll("a, button, input, summary, section, [role=img], [tabindex]")];
  const nameOf = (element) => element.getAttribute("aria-label")
    ?? document.getElementById(element.getAttribute("aria-labelledby"))?.textContent
    ?? (element.tagName === "SECTION" ? "" : element.textContent);
  const tables = [...document.querySelectorAll("table")];
  return {
    lang: document.documentElement.lang,
    headings: document.querySelectorAll("h1").length,
    landmarks: ["header", "main", "footer"].filter((name) => document.querySelectorAll("body > " + name).length === 1),
    widerThanWindow: document.documentElement.scrollWidth > window.innerWidth,
    lowButtons: [...document.querySelectorAll("button")]
      .filter((button) => button.getBoundingClientRect().height < 44).map((button) => button.outerHTML),
    unnamed: named.filter((element) => nameOf(element).trim() === "").map((element) => element.outerHTML),
    tablesWithoutHeads: tables.filter((table) => !table.caption || !table.querySelector("thead th[scope=col]")
      || [...table.tBodies[0].rows].some((row) => !row.querySelector("th[scope=row]"))).length,
    contrasts: written.map((element) => {
      const [one, other] = [channels(getComputedStyle(element).color), behind(element)].map(luminance);
      return { text: element.textContent.trim().slice(0, 30), ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) };
    }),
  };
})()`;

/**
 * That everybody can read and use the page: no sideways scrolling, its landmarks, names, table heads, buttons that a
 * finger hits, and contrast for every word.
 */
export async function canBeReadByAll(
  page: Page,
  landmarks: readonly string[] = ["header", "main", "footer"],
): Promise<void> {
  const { contrasts, ...seen } = looks.parse(await page.evaluate(LOOK));
  assert.deepEqual(seen, {
    lang: "en",
    headings: 1,
    landmarks,
    widerThanWindow: false,
    lowButtons: [],
    unnamed: [],
    tablesWithoutHeads: 0,
  });
  assert.ok(contrasts.length >= 4);
  for (const { text, ratio } of contrasts) assert.ok(ratio >= 4.5, `${text}: ${ratio.toFixed(2)}`);
  assert.notEqual(await page.title(), "");
}
