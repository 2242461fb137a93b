import { mkdir, writeFile } from "node:fs/promises";
import { BROWSER, startBrowser } from "../browser.ts";
import { installCommand } from "../debian-programs.ts";
import { contactSheet } from "./render-cards.ts";
import { PLAIN } from "./sample-card.ts";
import { sampleCards } from "./sample-cards.ts";

const IMAGES = new URL("../../docs/images/", import.meta.url);

/** Draws every card in every state, a sheet for each theme and one for a narrow phone, into docs/images. */
async function main(): Promise<void> {
  if (BROWSER.missing().length > 0) {
    process.stderr.write(`It takes Chromium: ${installCommand(BROWSER)}\n`);
    process.exitCode = 1;
    return;
  }
  const samples = sampleCards(PLAIN);
  const all = samples.map(({ name, to, card }) => ({ caption: `${name}, to ${to}`, card }));
  const deciding = all.filter(({ caption }) => /^(approval|form|status|overdue)/.test(caption));
  await mkdir(IMAGES, { recursive: true });
  const browser = await startBrowser();
  try {
    for (const theme of ["light", "dark"] as const) {
      const sheet = await contactSheet(browser, all, { theme, cardWidth: 420, columns: 4 });
      await writeFile(new URL(`cards-${theme}.png`, IMAGES), sheet);
    }
    const phone = { theme: "light", cardWidth: 320, columns: 5, unfold: "Deny" } as const;
    const narrow = await contactSheet(browser, deciding, phone);
    await writeFile(new URL("cards-phone.png", IMAGES), narrow);
  } finally {
    await browser.close();
  }
  process.stdout.write(`${String(all.length)} cards drawn into docs/images\n`);
}

await main();
