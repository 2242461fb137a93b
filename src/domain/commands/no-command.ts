import { FILLERS, type Word } from "./sentence.ts";

const ASKS_POLITELY = new Set(["can", "could", "would", "will", "please", "pls", "plz", "kindly"]);
/** Where another sentence may begin: a line, a semicolon, "and", "then", a full stop or a comma with a space. */
const BREAKS = /[\n;]|[.,!?] |\b(?:and|then|also)\b/i;

/** A command that stands in quotes, in a code block or as an answer's quotation was said by somebody else, or as an example. */
export function isQuoted(text: string, words: readonly Word[]): boolean {
  if (/^>|\n>|```/.test(text)) return true;
  const first = words.findIndex((word) => !FILLERS.has(word.text));
  return words.slice(0, first + 1).some(({ opensQuote }) => opensQuote);
}

/** "cancel?" asks about it; "could you … ?" is polite. A question in the reason is not one about the command. */
export function isQuestion(text: string, words: readonly Word[], read: object): boolean {
  const hasReason =
    ("reason" in read && read.reason !== undefined) || ("why" in read && read.why !== undefined);
  return (
    !hasReason &&
    /\?[\s"')!.]{0,5}$/.test(text.slice(-10)) &&
    !words.some(({ text: word }) => ASKS_POLITELY.has(word))
  );
}

/** Whether a later part of the message is a command too: then none of them is done. */
export function holdsAnother(text: string, isCommand: (part: string) => boolean): boolean {
  return text.split(BREAKS).slice(1).some(isCommand);
}
