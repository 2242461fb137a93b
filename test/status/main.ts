import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { findingSentence } from "../../src/adapters/teams/registry-wording.ts";
import { statusHtml } from "../../src/adapters/web/status-html.ts";
import { BROWSER, startBrowser } from "../browser.ts";
import { installCommand } from "../debian-programs.ts";
import { sampleOperations } from "./sample-operations.ts";

const IMAGES = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const SIZE = { width: 1120, height: 900 };

type Picture = {
  readonly file: string;
  readonly overdue: boolean;
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
};

/** Draws the status page of a day like others into docs/images; into another folder when one is named. */
async function main(folder = IMAGES): Promise<void> {
  if (BROWSER.missing().length > 0) {
    process.stderr.write(`It takes Chromium: ${installCommand(BROWSER)}\n`);
    process.exitCode = 1;
    return;
  }
  await mkdir(folder, { recursive: true });
  const servedBy = { role: "worker", loops: [{ loop: "registry", silentMs: 400 }] };
  const draw = (overdue: boolean): Promise<string> =>
    statusHtml({
      operations: sampleOperations({ overdue }),
      servedBy,
      refreshes: true,
      sentenceOf: findingSentence,
    });
  const pictures: readonly Picture[] = [
    { file: "status-page", overdue: false, colorScheme: "light", viewport: SIZE },
    ...(folder === IMAGES
      ? []
      : ([
          { file: "dark", overdue: true, colorScheme: "dark", viewport: SIZE },
          { file: "overdue", overdue: true, colorScheme: "light", viewport: SIZE },
          {
            file: "phone",
            overdue: true,
            colorScheme: "light",
            viewport: { width: 390, height: 844 },
          },
        ] satisfies Picture[])),
  ];
  const browser = await startBrowser();
  try {
    for (const { file, overdue, colorScheme, viewport } of pictures) {
      const page = await browser.newPage({ viewport, colorScheme, offline: true });
      await page.setContent(await draw(overdue));
      await page.screenshot({ path: `${folder}/${file}.png`, fullPage: true });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

await main(process.argv[2]);
