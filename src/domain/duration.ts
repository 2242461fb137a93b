/** Why a text is not a length of time. Each has its own sentence. */
export type DurationRefusal =
  | { readonly kind: "not-a-duration"; readonly text: string }
  | { readonly kind: "duration-without-unit"; readonly text: string }
  | { readonly kind: "duration-with-fraction"; readonly text: string }
  | { readonly kind: "negative-duration"; readonly text: string }
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
  ["half an hour", HOUR_MS / 2],
  ["a minute", MINUTE_MS],
  ["an hour", HOUR_MS],
  ["a day", DAY_MS],
]);

/**
 * Reads "4h", "90m", "1h30m", "2 hours", "half an hour" as milliseconds.
 * Strict, because libraries are not: `parse-duration` reads "1,5h" as fifteen hours and "90" as 90 ms.
 */
export function parseDuration(text: string): number | DurationRefusal {
  const words = text.trim().toLowerCase().replace(/\s+/g, " ");
  const spoken = IN_WORDS.get(words);
  if (spoken !== undefined) return spoken;
  if (/^[-−–]/.test(words)) return { kind: "negative-duration", text };
  if (/^\d+[.,]\d+ ?[a-z]*$/.test(words)) return { kind: "duration-with-fraction", text };
  if (/^\d+$/.test(words)) return { kind: "duration-without-unit", text };
  if (!/^(?:\d{1,6} ?[a-z]+ ?(?:and )?)+$/.test(words)) return { kind: "not-a-duration", text };

  let totalMs = 0;
  let largestAllowed = 0;
  for (const [, count, unit] of words.matchAll(/(\d+) ?([a-z]+)/g)) {
    const index = UNITS.findIndex(({ pattern }) => pattern.test(unit ?? ""));
    const ms = UNITS[index]?.ms;
    if (ms === undefined || index < largestAllowed) return { kind: "not-a-duration", text };
    totalMs += Number(count) * ms;
    largestAllowed = index + 1;
  }
  return totalMs === 0 ? { kind: "no-time-at-all", text } : totalMs;
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
