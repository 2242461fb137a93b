import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseCommand } from "../../src/domain/commands/command.ts";

/** A quarter of what is read of a text at all, and all of it. */
const [SHORT, LONG] = [16 * 1_024, 64 * 1_024];
/** Four times the text takes four times as long; trying every way to split it twice sixteen times. */
const RATIO_AT_MOST = 10;
/** Below this the clock and the collector of garbage are what is measured. */
const NOISE_MS = 30;
const PARTS = [
  ...[
    " ",
    "\n",
    "\t",
    ",",
    ";",
    ":",
    ".",
    "!",
    "?",
    "-",
    "/",
    "\\",
    "'",
    '"',
    "`",
    "(",
    "[",
    "{",
    "*",
    ">",
  ],
  ...[
    "0",
    "1.",
    "999.",
    "203.0.113.",
    "::",
    "a",
    "A",
    "é",
    "\u200b",
    "\u00a0",
    "&nbsp;",
    "[0;31m",
    "\\u0027",
  ],
  ...[
    "allow ",
    "for ",
    "until ",
    "on ",
    "because ",
    "4h ",
    "1hand ",
    "half ",
    "and ",
    "please ",
    "not ",
  ],
  ...[
    "client with IP '",
    "is not allowed access",
    "az acr login -n ",
    "a.azurecr.io",
    "abcde-",
    "403 ",
  ],
];
const BEGINNINGS = [
  "",
  "allow 203.0.113.7 for ",
  "deny R7K2 because ",
  "az acr ",
  "denied: client with IP ",
];

/** The quickest of some runs: what is slow every time is slow by itself. */
function quickestMs(text: string): number {
  let quickest = Infinity;
  for (let run = 0; run < 3; run += 1) {
    const start = performance.now();
    parseCommand(text);
    quickest = Math.min(quickest, performance.now() - start);
  }
  return quickest;
}

function isLinear(beginning: string, part: string): void {
  const of = (length: number): string =>
    `${beginning}${part.repeat(Math.ceil(length / part.length))}`.slice(0, length);
  const [short, long] = [quickestMs(of(SHORT)), quickestMs(of(LONG))];
  const bound = Math.max(NOISE_MS, short * RATIO_AT_MOST);
  assert.ok(
    long <= bound,
    `${JSON.stringify([beginning, part])}: ${long.toFixed(1)} ms of ${LONG}, ${short.toFixed(1)} ms of ${SHORT}`,
  );
}

describe("reading a text takes time in proportion to its length", () => {
  it("for long runs of one thing, whatever it begins with", () => {
    for (const beginning of BEGINNINGS) for (const part of PARTS) isLinear(beginning, part);
  });

  it("for long runs of anything", () => {
    const part = fc
      .array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: "binary", maxLength: 3 })), {
        minLength: 2,
        maxLength: 6,
      })
      .map((parts) => parts.join(""))
      .filter((text) => text !== "");
    // fast-check prints the seed of a run that fails.
    fc.assert(fc.property(fc.constantFrom(...BEGINNINGS), part, isLinear), { numRuns: 300 });
  });
});
