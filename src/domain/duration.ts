/** Why a text is not a length of time. Each has its own sentence. */
export type DurationRefusal =
  | { readonly kind: "not-a-duration"; readonly text: string }
  | { readonly kind: "duration-without-unit"; readonly text: string }
  | { readonly kind: "duration-with-fraction"; readonly text: string }
  | { readonly kind: "negative-duration"; readonly text: string }
  | { readonly kind: "duration-range"; readonly text: string }
  | { readonly kind: "no-time-at-all"; readonly text: string };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Largest first: the parts of a duration come in this order, each at most once. */
const UNITS: readonly { readonly pattern: RegExp; readonly ms: number }[] = [
  { pattern: /^(?:d|days?)$/, ms: DAY_MS },
  { pattern: /^(?:h|hrs?|hours?)$/, ms: HOUR_MS },
  { pattern: /^(?:m|mins?|minutes?)$/, ms: MINUTE_MS },
  { pattern: /^(?:s|secs?|seconds?)$/, ms: SECOND_MS },
];

const IN_WORDS: ReadonlyMap<string, number> = new Map([
  ["a quarter of an hour", HOUR_MS / 4],
  ["half an hour", HOUR_MS / 2],
  ["half a day", DAY_MS / 2],
  ["a minute", MINUTE_MS],
  ["an hour", HOUR_MS],
  ["an hour and a half", HOUR_MS + HOUR_MS / 2],
  ["a day", DAY_MS],
]);
const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");

/** Nobody writes a length of time in more letters; the rest of a pasted page is not read for one. */
const LONGEST = 60;
/** One part of it. It is read at one place only, so no text takes longer than its length. */
const PART = /^(\d{1,6}) ?([a-z]{1,8})(?: and (?=\d)| (?=\d)|(?=\d|$))/;

/**
 * Reads "4h", "90m", "1h30m", "2 hours", "two hours", "half an hour" as milliseconds.
 * Strict, because libraries are not: `parse-duration` reads "1,5h" as fifteen hours and "90" as 90 ms.
 */
export function parseDuration(text: string): number | DurationRefusal {
  if (text.length > LONGEST) return { kind: "not-a-duration", text };
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  const spoken = IN_WORDS.get(words);
  if (spoken !== undefined) return spoken;
  if (/^[-−–]/.test(words)) return { kind: "negative-duration", text };
  if (/^(?:\d*[.,/]\d+|\d* ?[¼½¾]) ?[a-z]*$/.test(words)) {
    return { kind: "duration-with-fraction", text };
  }
  if (/^\d+ ?[a-z]* ?[-–—] ?\d+ ?[a-z]*$/.test(words)) return { kind: "duration-range", text };
  if (/^\d+$/.test(words)) return { kind: "duration-without-unit", text };
  return sumOf(withDigits(words)) ?? { kind: "not-a-duration", text };
}

function sumOf(words: string): number | DurationRefusal | undefined {
  let totalMs = 0;
  let largestAllowed = 0;
  let rest = words;
  do {
    const [part = "", number, unit = ""] = PART.exec(rest) ?? [];
    const index = UNITS.findIndex(({ pattern }) => pattern.test(unit));
    const ms = UNITS[index]?.ms;
    if (ms === undefined || index < largestAllowed) return undefined;
    totalMs += Number(number) * ms;
    largestAllowed = index + 1;
    rest = rest.slice(part.length);
  } while (rest !== "");
  return totalMs === 0 ? { kind: "no-time-at-all", text: words } : totalMs;
}

function withDigits(words: string): string {
  const [first = "", ...others] = words.split(" ");
  const number = NUMBERS.indexOf(first) + 1;
  return number === 0 ? words : [String(number), ...others].join(" ");
}

/** The way people write it back: "4 h", "1 h 30 min", "20 s". Parses back to the same length. */
export function formatDuration(durationMs: number): string {
  const parts: string[] = [];
  let restMs = durationMs;
  for (const [ms, unit] of [
    [DAY_MS, "d"],
    [HOUR_MS, "h"],
    [MINUTE_MS, "min"],
    [SECOND_MS, "s"],
  ] as const) {
    const count = Math.floor(restMs / ms);
    restMs -= count * ms;
    if (count > 0) parts.push(`${String(count)} ${unit}`);
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}
