const LONGEST = 200;
const REPEATS = 3;
const OPTIONS = 4;

/**
 * Why a pattern of the policy can't be held against people's words; `undefined` when it can. A pattern may take a
 * while to fail only if something that repeats is in something that repeats, or after several others: the first is
 * refused and the others are counted, so that the 300 characters that are read of a reason take milliseconds.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > LONGEST) return `longer than ${String(LONGEST)} characters`;
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    return error instanceof Error ? error.message : "not a regular expression";
  }
  // What is escaped, and what stands in a class, is one character.
  const plain = pattern
    .replaceAll(/\\[1-9k]/g, "\u0000")
    .replaceAll(/\\(?:[pPu]\{[^}]*\}|.)/gu, "x");
  if (plain.includes("\u0000")) return "it refers back to a group";
  const bare = plain.replaceAll(/\[[^\]]*\]/g, "x").replaceAll(/\(\?(?:[:=!]|<[=!]|<[^>]*>)/g, "(");
  if (/\)(?:[*+]|\{)/.test(bare)) return "it repeats a group";
  const anywhere = bare.startsWith("^") && !bare.includes("|") ? 0 : 1;
  const repeats = anywhere + (bare.match(/[*+]|\{\d+,/g) ?? []).length;
  if (repeats > REPEATS)
    return `it repeats more than ${String(REPEATS)} times, not beginning with ^ included`;
  const options = (bare.match(/(?<![*+}])\?/g) ?? []).length;
  return options > OPTIONS
    ? `it has more than ${String(OPTIONS)} parts that may be missing`
    : undefined;
}
