import { mkdir, writeFile } from "node:fs/promises";
import { BROWSER, startBrowser } from "../browser.ts";
import { installCommand } from "../debian-programs.ts";
import { contactSheet } from "./render-cards.ts";
import { PLAIN } from "./sample-card.ts";
import { sampleCards } from "./sample-cards.ts";

const IMAGES = new URL("../../docs/images/", import.meta.url);

/** Draws every card in every state, a sheet for each theme and who gets them, and approvers' on a narrow phone, into docs/images. */
async function main(): Promise<void> {
  if (BROWSER.missing().length > 0) {
    process.stderr.write(`It takes Chromium: ${installCommand(BROWSER)}\n`);
    process.exitCode = 1;
    return;
  }
  const all = sampleCards(PLAIN).map(({ name, to, card, unfold }) => ({
    caption: `${name}, to ${to}`,
    to,
    card,
    ...(unfold === undefined ? {} : { unfold }),
  }));
  const forApprovers = all.filter(({ to }) => to === "approver");
  const sheets = { requester: all.filter(({ to }) => to !== "approver"), approver: forApprovers };
  await mkdir(IMAGES, { recursive: true });
  const browser = await startBrowser();
  try {
    for (const theme of ["light", "dark"] as const) {
      for (const [who, cards] of Object.entries(sheets)) {
        const sheet = await contactSheet(browser, cards, { theme, cardWidth: 420, columns: 4 });
        await writeFile(new URL(`cards-${who}-${theme}.png`, IMAGES), sheet);
      }
    }
    const phone = { theme: "light", cardWidth: 320, columns: 5 } as const;
    await writeFile(
      new URL("cards-phone.png", IMAGES),
      await contactSheet(browser, forApprovers, phone),
    );
  } finally {
    await browser.close();
  }
  process.stdout.write(`${String(all.length)} cards drawn into docs/images\n`);
}

await main();
