import { nearestWord } from "./nearest-word.ts";
import { looksLikeAddress, NEGATIONS, type Word } from "./sentence.ts";

/** An example of each command by the word that it begins with; they are understood as they are. */
const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ["allow", "allow 203.0.113.7 for 4h"],
  ["open", "open acrdemomagic for my ip for 2h"],
  ["unlock", "open acrdemomagic for my ip for 2h"],
  ["let", "let me in for 90 minutes"],
  ["give", "give back"],
  ["extend", "extend 2h"],
  ["move", "move acrdemomagic to 203.0.113.9"],
  ["close", "give back"],
  ["cancel", "cancel"],
  ["status", "status"],
  ["registries", "registries"],
  ["rules", "rules acrdemomagic"],
  ["pending", "pending"],
  ["approve", "approve R7K2"],
  ["deny", "deny R7K2 too wide"],
  ["reject", "deny R7K2 too wide"],
  ["revoke", "revoke R7K2 not needed any more"],
  ["freeze", "freeze acrdemomagic"],
  ["unfreeze", "unfreeze acrdemomagic"],
  ["adopt", "adopt 203.0.113.50 on acrdemomagic for 2h"],
  ["emergency", "emergency acrdemomagic 1h production is down"],
  ["history", "history acrdemomagic 7d"],
  ["help", "help"],
]);
const VERBS = [
  ...EXAMPLES.keys(),
  "permit",
  "whitelist",
  "unblock",
  "grant",
  "my",
  "done",
  "access",
];
const LATER_WORDS =
  "for until because on registry back everything changed address hours minutes".split(" ");
const EXAMPLE = "allow 203.0.113.7 for 4h";
/** Never a slip of something else: what begins so says no, or asks. */
const NO_SLIPS = new Set(
  "not no don't dont do does did never can can't cannot could should shouldn't may might must won't will would is are was what why how when who where which if stop".split(
    " ",
  ),
);
/** A longer message is no command with a slip in it. */
const MOST_WORDS = 30;

/** The message with its slips mended, as texts to be read again: the first word alone, the others too, or "my ip" left out. */
export function correctedTexts(text: string, words: readonly Word[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === undefined || words.length > MOST_WORDS || NO_SLIPS.has(first.text)) return [];
  const verb = nearestWord(first.text, VERBS) ?? first.text;
  const restStart = rest[0]?.start ?? text.length;
  const mended = rest.map((word, at) => {
    const raw = text.slice(word.start, rest[at + 1]?.start ?? text.length);
    return raw.replace(/[a-z]+/i, (letters) => nearestWord(letters, LATER_WORDS) ?? letters);
  });
  const asWritten = text.slice(restStart);
  return [`${verb} ${asWritten}`, `${verb} ${mended.join("")}`, `${verb} my ip on ${asWritten}`];
}

/** An example of the command that the message begins like, or of a request when it names an address. */
export function exampleFor(words: readonly Word[]): string | undefined {
  const start = words.slice(0, 3);
  const saysNo = start.some((word) => NEGATIONS.has(word.text));
  const example = (saysNo ? [] : start)
    .map(({ text: word }) =>
      EXAMPLES.get(NO_SLIPS.has(word) ? word : (nearestWord(word, VERBS) ?? word)),
    )
    .find((each) => each !== undefined);
  return example ?? (words.some((word) => looksLikeAddress(word.text)) ? EXAMPLE : undefined);
}
