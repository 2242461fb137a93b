/** Longer words are no slips of a short one, and are not compared. */
const LONGEST = 20;

/**
 * The word of the list that was most likely meant, if it is only a slip or two away: one in a short word, two in a
 * long one. Of several that are as near, the first of the list.
 */
export function nearestWord(word: string, list: readonly string[]): string | undefined {
  if (word.length < 3 || word.length > LONGEST) return undefined;
  const allowed = word.length < 6 ? 1 : 2;
  let nearest: string | undefined;
  let least = allowed + 1;
  for (const candidate of list) {
    const slips = slipsBetween(word, candidate);
    if (slips < least) [nearest, least] = [candidate, slips];
  }
  return nearest;
}

/** Letters left out, put in, changed, or two swapped (the optimal string alignment distance). */
function slipsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? Infinity) + 1,
        (row[j - 1] ?? Infinity) + 1,
        (last[j - 1] ?? Infinity) + same,
        swapped ? (beforeLast[j - 2] ?? Infinity) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? Infinity;
}
