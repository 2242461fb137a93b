import type { Log } from "../../application/ports.ts";

const LONGEST_TEXT = 120;
/** A refused token is one line, which the bot writes, with the reason. */
const OF_TOKENS = /^(?:TokenExpiredError$|Error finding key for token)/;

/**
 * Turns what libraries print with `console.error` into one short line of our log. botframework-connector prints
 * keys and stacks for every token it refuses: strangers could fill the log, which is JSON lines, with anything.
 */
export function captureLibraryConsole(log: Log): void {
  // eslint-disable-next-line no-console -- the one place that replaces it
  console.error = (first: unknown): void => {
    const text = first instanceof Error ? first.name : typeof first === "string" ? first : "";
    const [line = ""] = text.split("\n");
    if (OF_TOKENS.test(line)) return;
    log.warn("library.said", { text: line.slice(0, LONGEST_TEXT) });
  };
}
