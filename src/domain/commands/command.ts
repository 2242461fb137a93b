import { parseAllow, type AllowCommand } from "./allow-command.ts";
import { parseApproverCommand, type ApproverCommand } from "./approver-command.ts";
import { parseChange, type ChangeCommand } from "./change-command.ts";
import { cleanText, oneLine } from "./clean-text.ts";
import type { Malformed } from "./malformed.ts";
import { readPastedError, type PastedError } from "./pasted-error.ts";
import { holdsAnother, isQuoted, isQuestion } from "./no-command.ts";
import { parseShow, type ShowCommand } from "./show-command.ts";
import { withoutPrefix, wordsOf, type Word } from "./sentence.ts";
import { correctedTexts, exampleFor } from "./suggestion.ts";
import { renderCommand, type SayableCommand } from "./render-command.ts";

/** Everything a message can mean. What is missing stays undefined: nothing is filled in by guessing. */
export type Command =
  | AllowCommand
  | ChangeCommand
  | ApproverCommand
  | ShowCommand
  /** Opens a form at the most: nobody has asked for anything yet. */
  | PastedError
  | Malformed
  /** The suggestion is a sentence that would be understood. */
  | { readonly kind: "unknown"; readonly suggestion: string | undefined };

/** Longer than any command; only a reason may go on after it, and that is cut anyway. */
const LONGEST_COMMAND = 2_000;
const CUT = "…";

/**
 * Reads one message, already without the mention. Never throws. Case, politeness, punctuation and the order
 * of the parts are forgiven; addresses and durations are not: what is not fully understood never becomes a request.
 * It takes no longer than a time in proportion to the text.
 */
export function parseCommand(message: string): Command {
  const whole = cleanText(message);
  const text = whole.slice(0, LONGEST_COMMAND);
  const words = wordsOf(text);
  if (words.length === 0) return whole === "" ? { kind: "help" } : NOTHING;

  const read = readSentence(text, words);
  const said = read !== undefined && (text === whole || isCut(read)) ? read : undefined;
  if (said !== undefined && said.kind !== "malformed") return said;
  // A command about an error is a command; an error that begins like one is an error.
  return readPastedError(whole) ?? said ?? { kind: "unknown", suggestion: suggest(text, words) };
}

type Sentence = SayableCommand | Malformed;

function readSentence(text: string, words: readonly Word[]): Sentence | undefined {
  if (isQuoted(text, words)) return undefined;
  const said = withoutPrefix(words);
  const shown = parseShow(words) ?? parseShow(said);
  if (shown !== undefined) return shown;
  const read = readAction(text, said);
  if (read === undefined || read.kind === "malformed") return read;
  const rest = text.slice(said[0]?.start);
  const doubtful =
    isQuestion(text, words, read) ||
    // Both as it was written and as the reason would show it.
    [rest, oneLine(rest)].some((form) => holdsAnother(form, isCommand));
  return doubtful ? undefined : read;
}

function isCommand(part: string): boolean {
  const words = withoutPrefix(wordsOf(part));
  return words.length > 1 && readAction(part, words) !== undefined;
}

function readAction(
  text: string,
  words: readonly Word[],
): Exclude<Sentence, ShowCommand> | undefined {
  return parseApproverCommand(text, words) ?? parseChange(text, words) ?? parseAllow(text, words);
}

/** Whether all that was not read any more is the rest of a reason that is cut. */
function isCut(read: Sentence): boolean {
  const tail = "reason" in read ? read.reason : "why" in read ? read.why : undefined;
  return tail?.endsWith(CUT) === true;
}

const NOTHING: Command = { kind: "unknown", suggestion: undefined };

/** The message itself when only a slip keeps it from being understood; otherwise an example of what it begins like. */
function suggest(text: string, words: readonly Word[]): string | undefined {
  for (const corrected of correctedTexts(text, withoutPrefix(words))) {
    const read = readSentence(corrected, wordsOf(corrected));
    if (read !== undefined && read.kind !== "malformed") return renderCommand(read);
  }
  return exampleFor(words);
}
