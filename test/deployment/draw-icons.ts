import { readFile, writeFile } from "node:fs/promises";
import { startBrowser } from "../browser.ts";

const FOLDER = new URL("../../deployment/teams/", import.meta.url);

/** Draws the Teams package's icons from their SVG files: `npm run teams:icons`. Needs Chromium. */
const browser = await startBrowser();
try {
  for (const [name, size] of [
    ["color", 192],
    ["outline", 32],
  ] as const) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const svg = await readFile(new URL(`${name}.svg`, FOLDER), "utf8");
    await page.setContent(`<style>html,body{margin:0}svg{display:block}</style>${svg}`);
    // Without a background: what the SVG leaves empty is transparent.
    const png = await page.screenshot({ type: "png", omitBackground: true });
    await writeFile(new URL(`${name}.png`, FOLDER), png);
  }
} finally {
  await browser.close();
}
