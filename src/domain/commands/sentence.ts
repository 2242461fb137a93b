import { oneLine } from "./clean-text.ts";

/** A word in lower case, without the punctuation around it. */
export type Word = {
  readonly text: string;
  /** Where it begins in the message. */
  readonly start: number;
  /** A comma, a semicolon, a colon, a dash or the end of a line stands before it. */
  readonly separated: boolean;
  /** It begins a quotation that goes on after it. */
  readonly opensQuote: boolean;
};

/** What is meant, in words, and the reason as it was written. */
export type Said = { readonly words: readonly Word[]; readonly reason: string | undefined };

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words of politeness and the like, which mean nothing to a command. */
export const FILLERS = set(
  "please pls plz hi hello hey can could would you i me us in the a an access ip address kindly thanks thank thx ok okay drawbridge",
);
/** What begins a part of a request. */
export const CLAUSE_WORDS = set("for during until till on to into at from registry");

const SIGN_OFFS = set("thanks thank thx cheers regards best kind br ty");
/** After a comma these take something back, put a condition or go on: what follows is no reason. */
const DOUBTS = set(
  "and then also plus but or unless except not no nope do don't dont never wait if when while once tomorrow later after before only instead actually just ignore nevermind forget jk lol scratch oops sorry correction rather maybe perhaps cancel allow open let permit whitelist extend move close give done revoke freeze unfreeze approve deny adopt emergency",
);
/** What takes back, or forbids, what stands beside it. */
export const NEGATIONS = set(
  "not no never don't dont doesn't didn't can't cannot won't shouldn't mustn't stop",
);
/** May stand before a command without changing it. "can I …" may not: that asks about it. */
const PREFIXES = new Set(
  "hi|hi there|hello|hello there|hey|hey there|good morning|good afternoon|good evening|ok|okay|please|pls|plz|kindly|just|quickly|drawbridge|team|all|folks|can you|could you|would you|will you|can u|could u|i need you to|i want you to|i would like you to|i'd like you to|i need to|i want to|i would like to|i'd like to|we need to".split(
    "|",
  ),
);
const LONGEST_PREFIX = 5;
const LONGEST_REASON = 300;
const BEFORE_A_WORD = "\"'`([*_";
const AFTER_A_WORD = "\"'`)]*_,;!?.:";
const SEPARATORS = ",;:";
const QUOTES = "\"'`";

/** The words of a message, in order. A lone dash is a pause, except before a number. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let separated = false;
  let end = 0;
  for (const { 0: raw, index } of text.matchAll(/\S+/g)) {
    if (text.slice(end, index).includes("\n")) separated = true;
    end = index + raw.length;
    const pause = /^[-–—]{1,3}$/.test(raw) && !/\d/.test(text.charAt(end + 1));
    const bare = pause ? "" : bareOf(raw);
    if (bare !== "") {
      words.push({ text: bare, start: index, separated, opensQuote: opensQuote(raw) });
      separated = false;
    }
    if (pause || SEPARATORS.includes(raw.slice(-1))) separated = true;
  }
  return words;
}

/** The words as a text again, to be held against patterns. */
export function joined(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(" ");
}

/** What is left after greetings and politeness: the command itself, if it is one. */
export function withoutPrefix(words: readonly Word[]): readonly Word[] {
  let rest = words;
  for (let length = LONGEST_PREFIX; length > 0; length -= 1) {
    if (rest.length > length && PREFIXES.has(joined(rest.slice(0, length)))) {
      rest = rest.slice(length);
      length = LONGEST_PREFIX + 1;
    }
  }
  return rest;
}

/**
 * Parts a command from its reason: "… because TICKET-12", "…, hotfix". `undefined` when something after a comma may
 * take the command back or add to it.
 */
export function splitReason(text: string, words: readonly Word[]): Said | undefined {
  for (const [at, word] of words.entries()) {
    if (at === 0) continue;
    const before = words.slice(0, at);
    const rest = words.slice(at);
    if (isReasonWord(rest)) return { words: before, reason: reasonOf(text.slice(word.start)) };
    if (!word.separated || CLAUSE_WORDS.has(word.text)) continue;
    if (SIGN_OFFS.has(word.text) && rest.length <= 4 && !rest.some(({ text }) => /\d/.test(text))) {
      return { words: before, reason: undefined };
    }
    if (FILLERS.has(word.text)) continue;
    if (isDoubtful(rest)) return undefined;
    return { words: before, reason: reasonOf(text.slice(word.start)) };
  }
  return { words, reason: undefined };
}

/** Whether these words, after a pause, may be something else than a reason. */
export function isDoubtful(words: readonly Word[]): boolean {
  const [first] = words;
  return (
    first === undefined ||
    DOUBTS.has(first.text) ||
    words.some(({ text }) => NEGATIONS.has(text) || looksLikeAddress(text))
  );
}

/** Politeness at the end goes; in the middle every word counts. */
export function withoutSuffix(words: readonly Word[]): readonly Word[] {
  const last = words.findLastIndex(({ text }) => !isPolite(text));
  return words.slice(0, last + 1);
}

/**
 * A reason to be shown to others: one line, without "because" and the like before it. A last "please" is none. A
 * whole log pasted as a reason is cut, and shows that it was.
 */
export function reasonOf(text: string): string | undefined {
  let reason = oneLine(text.slice(0, 4 * LONGEST_REASON));
  let before: string;
  do {
    before = reason;
    reason = reason.replace(/^(?:(?:because|of|due to|reason)(?![\w-])|[\s:,;–—-])\s*/i, "");
  } while (reason !== before);
  if (wordsOf(reason).every(({ text: word }) => FILLERS.has(word))) return undefined;
  if (reason.length <= LONGEST_REASON) return reason;
  const cut = reason.slice(0, LONGEST_REASON).replace(/[\uD800-\uDBFF]$/, "");
  return `${cut}…`;
}

/** Meant as an address, whether or not it is one: "203.0.113.999" must be refused as such, not read as a name. */
export function looksLikeAddress(word: string): boolean {
  if (word.length > 100) return false;
  if (/^[\d.]+(?:\/\S*)?$/.test(word)) return word.includes(".") || word.includes("/");
  return word.includes(":") && /^[0-9a-f:]+(?:\/\d+)?$/.test(word) && !/^\d?\d:\d\d$/.test(word);
}

function isReasonWord([word, next]: readonly Word[]): boolean {
  const text = word?.text;
  return (
    text === "because" || (text === "due" && next?.text === "to") || (text === "reason" && !!next)
  );
}

function isPolite(text: string): boolean {
  return FILLERS.has(text) && text !== "i" && text !== "a" && text !== "an";
}

function bareOf(raw: string): string {
  let start = 0;
  let end = raw.length;
  while (start < end && BEFORE_A_WORD.includes(raw.charAt(start))) start += 1;
  while (end > start && AFTER_A_WORD.includes(raw.charAt(end - 1))) end -= 1;
  const bare = raw.slice(start, end).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  // "?" alone is a word: it asks for help. An address of version 6 may end in colons.
  if (bare === "" && raw.startsWith("?")) return "?";
  return bare.includes(":") && raw.endsWith("::") ? `${bare}::` : bare;
}

function opensQuote(raw: string): boolean {
  const first = raw.charAt(0);
  return first !== "" && QUOTES.includes(first) && !raw.slice(1).includes(first);
}
