/** A predicate for `waitForCard`: the first line is the title, and each part stands in some line. */
export function shownCard(
  title: string,
  ...parts: readonly string[]
): (lines: readonly string[]) => boolean {
  return ([first, ...lines]) =>
    first === title && parts.every((part) => lines.some((line) => line.includes(part)));
}
