import { parseDuration } from "../duration.ts";
import { FILLERS, isDoubtful, joined, looksLikeAddress, reasonOf, type Word } from "./sentence.ts";

/** The parts of a request: what stands right after the verb, and what each "for", "until" and "on" begins. */
export type Clauses = {
  readonly objects: readonly Word[];
  /** Without politeness, but with the words that durations are made of ("a day", "half an hour"). */
  readonly durations: readonly (readonly Word[])[];
  readonly untils: readonly (readonly Word[])[];
  readonly names: readonly Word[];
  readonly reason: string | undefined;
};

type Clause = { readonly opens: "for" | "until" | "on" | "from"; readonly words: readonly Word[] };

const OPENS: ReadonlyMap<string, Clause["opens"]> = new Map([
  ["for", "for"],
  ["during", "for"],
  ["until", "until"],
  ["till", "until"],
  ["til", "until"],
  ["on", "on"],
  ["to", "on"],
  ["into", "on"],
  ["at", "on"],
  ["registry", "on"],
  ["from", "from"],
]);
const OBJECTS = new Set(["my", "mine", "myself", "my-ip", "myip", "me", "us"]);

/**
 * Splits what follows the verb. A "for" can name whose address it is, how long, or why: it is a reason only beside a
 * length of time that was said. `undefined` when there are two reasons, or one that may be none.
 */
export function readClauses(
  text: string,
  words: readonly Word[],
  reason: string | undefined,
): Clauses | undefined {
  const [objects, clauses] = clausesIn(words);
  const fors = clauses.filter(({ opens }) => opens === "for");
  const timed = fors.some(({ words: said }) => isLength(said)) || clauses.some(isUntil);
  const why = timed ? clauses.find(isReason) : undefined;
  if (why !== undefined && (reason !== undefined || isDoubtful(why.words))) return undefined;
  const [kept, reasonText] = why === undefined ? [clauses, undefined] : takeOut(text, clauses, why);
  const of = (opens: Clause["opens"]): (readonly Word[])[] =>
    kept.filter((clause) => clause.opens === opens).map(({ words: said }) => said);
  return {
    objects: [...objects, ...of("from").flat(), ...of("for").filter(isObject).flat()],
    durations: of("for")
      .filter((said) => !isObject(said))
      .map(durationWords),
    untils: of("until").map(durationWords),
    names: of("on")
      .flat()
      .filter(({ text: word }) => !FILLERS.has(word)),
    reason: reason ?? reasonText,
  };
}

function clausesIn(words: readonly Word[]): [objects: readonly Word[], clauses: readonly Clause[]] {
  const starts = words.flatMap((word, at) => (OPENS.has(word.text) ? [at] : []));
  const clauses = starts.flatMap((start, at) => {
    const opens = OPENS.get(words[start]?.text ?? "");
    return opens === undefined ? [] : [{ opens, words: words.slice(start + 1, starts[at + 1]) }];
  });
  return [words.slice(0, starts[0] ?? words.length), clauses];
}

/** "for testing on payments" is one reason, "for testing on acrdemomagic" ends with the registry if none was named. */
function takeOut(
  text: string,
  clauses: readonly Clause[],
  why: Clause,
): [rest: readonly Clause[], reason: string | undefined] {
  const at = clauses.indexOf(why);
  const before = clauses.slice(0, at);
  const after = clauses.slice(at + 1);
  const isNamed = before.some(({ opens, words }) => opens === "on" && words.length > 0);
  const isComplete = isNamed && before.some(({ words }) => isLength(words));
  const first = why.words[0];
  const next = after[0];
  const start = first?.start ?? text.length;
  // Everything has been said: what follows belongs to the reason, whatever words it has.
  if (isComplete) return [before, reasonOf(text.slice(start, endOf(text, clauses)))];
  const lastOfWhy = why.words.at(-1);
  const end =
    next === undefined || lastOfWhy === undefined
      ? endOf(text, clauses)
      : endOfWord(text, lastOfWhy);
  return [[...before, ...after], reasonOf(text.slice(start, end))];
}

function endOf(text: string, clauses: readonly Clause[]): number {
  const last = clauses.flatMap(({ words }) => words).at(-1);
  return last === undefined ? text.length : endOfWord(text, last);
}

function endOfWord(text: string, { start }: Word): number {
  const space = text.slice(start).search(/\s/);
  return space < 0 ? text.length : start + space;
}

function durationWords(words: readonly Word[]): readonly Word[] {
  return words.filter(({ text }) => !FILLERS.has(text) || text === "a" || text === "an");
}

function isLength(words: readonly Word[]): boolean {
  return typeof parseDuration(joined(durationWords(words))) === "number";
}

function isUntil({ opens }: Clause): boolean {
  return opens === "until";
}

/** "for me", "for 203.0.113.7". */
function isObject(words: readonly Word[]): boolean {
  const rest = words.filter(({ text }) => !FILLERS.has(text) || OBJECTS.has(text));
  return rest.length > 0 && rest.every(({ text }) => looksLikeAddress(text) || OBJECTS.has(text));
}

/** Not a length of time, nor meant as one: that begins with a number, a sign, or is one word. */
function isReason({ opens, words }: Clause): boolean {
  const first = words[0]?.text ?? "";
  return (
    opens === "for" &&
    words.length > 0 &&
    !isObject(words) &&
    !isLength(words) &&
    !/^[-−–\d]/.test(first)
  );
}
