/** Seen by nobody, and often copied along: soft hyphen, zero-width characters, the left-to-right mark, the BOM. */
const INVISIBLE = /[\u00AD\u200B-\u200E\u2060\uFEFF]/g;
/** These make a text look different from what it is; a name or number that holds one is not what it seems. */
const DECEPTIVE = /[\p{Cc}\u061C\u200F\u202A-\u202E\u2066-\u2069]/gu;
const SINGLE_QUOTES = /[\u2018\u2019\u02BC]/g;
const DOUBLE_QUOTES = /[\u201C-\u201E\u00AB\u00BB]/g;

/**
 * A message as people see it: without what nobody sees, with the quotes that keyboards write. Lines stay lines.
 * Look-alikes of other alphabets stay what they are, so no command is made of them.
 */
export function cleanText(text: string): string {
  return text
    .replace(/&nbsp;/gi, " ")
    .replace(INVISIBLE, "")
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .trim();
}

/** One line of what people wrote, without characters that turn it around or end it: fit to be shown to others. */
export function oneLine(text: string): string {
  const shown = text.replace(/\s+/g, " ").replace(DECEPTIVE, "");
  return cleanText(shown).replace(/\s+/g, " ").trim();
}
