import { chromium, type Browser } from "playwright-core";
import { programOnPath, reasonToSkip, type DebianPrograms } from "./debian-programs.ts";

/** What pages are opened with. Debian's package is `chromium`; other names are other builds of the same. */
export const BROWSER: DebianPrograms = {
  tests: "the tests in a browser",
  packages: ["chromium"],
  missing: () => (browserPath() === undefined ? ["chromium"] : []),
};

/** Why nothing can be opened in a browser here; `false` when it can. */
export const browserMissing: string | false = reasonToSkip(BROWSER);

const START_WITHIN_MS = 30_000;
/** Letters and colours come out the same on every screen: pictures of pages are kept. */
const ALIKE = ["--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"];

/** A headless browser that is on this machine: nothing is downloaded. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath() ?? "chromium",
    timeout: START_WITHIN_MS,
    args: [
      ...["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
      ...ALIKE,
    ],
  });
}

function browserPath(): string | undefined {
  return programOnPath("chromium", "chromium-browser", "google-chrome");
}
