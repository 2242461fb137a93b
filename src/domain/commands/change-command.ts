import { parseAddress, type Address } from "../address.ts";
import { parseDuration } from "../duration.ts";
import { parseTimeOfDay, type TimeOfDay } from "../time-of-day.ts";
import { malformed, type Malformed } from "./malformed.ts";
import { registryIn } from "./registry-word.ts";
import { FILLERS, splitReason, withoutSuffix, type Word } from "./sentence.ts";

/** What a message can mean for something that is there already. `target` is an id or the name of a registry. */
export type ChangeCommand =
  | {
      readonly kind: "extend";
      readonly target: string | undefined;
      readonly durationMs: number | undefined;
      /** The new end instead of how much longer; never both. */
      readonly until: TimeOfDay | undefined;
      readonly reason: string | undefined;
    }
  | {
      readonly kind: "move";
      readonly target: string | undefined;
      readonly address: Address | undefined;
      readonly reason: string | undefined;
    }
  | { readonly kind: "give-back"; readonly target: string | undefined }
  | { readonly kind: "cancel"; readonly target: string | undefined }
  | { readonly kind: "revoke"; readonly target: string; readonly why: string | undefined }
  | {
      readonly kind: "adopt";
      readonly address: Address;
      readonly registryName: string;
      readonly durationMs: number;
      readonly reason: string | undefined;
    }
  | {
      readonly kind: "freeze";
      readonly registryName: string;
      readonly frozen: boolean;
      readonly why: string | undefined;
    };

const MORE = new Set(["by", "for", "another", "more", "it", "my", "lease"]);
const UNTIL = new Set(["until", "till", "til"]);
const TARGET = /^[a-z0-9]{4,50}$/;
const GIVE_BACK =
  /^(?:give (?:it |this |that )?back|hand (?:it )?back|return|(?:i am |i'm |we are |we're )?(?:all )?(?:done|finished)(?: with)?|close)$/;
const LONGEST_GIVE_BACK = 5;
const MOVE = /^move(?: (?:my )?(?:lease )?(?:on )?(?<name>(?!to )\S+))? to (?<to>\S+)$/;
const CHANGED =
  /^my (?:ip|address|ip address) (?:has |was |just |has just )?(?:changed(?: to)?|is now)(?: (?<to>[\d.:/a-f]+))?(?: on (?<name>\S+))?$/;
const ADOPT = /^adopt (?<rule>\S+) on (?<name>\S+) for (?<time>.+)$/;
const ADOPT_OTHERWISE = /^adopt (?<rule>\S+) for (?<time>.+) on (?<name>\S+)$/;
/** Words that may stand between a command and what it is about. */
const BETWEEN = new Set(["on", "for", "with", "my", "lease", "request", "registry", "it"]);
/** What would be a name by its letters, and is said of all of them, or to be polite. */
const NO_NAMES = new Set(["everything", ...FILLERS]);
/** No command of this kind is longer, without its reason. */
const MOST_WORDS = 20;

/**
 * Reads a message that begins with the words of one of these commands; `undefined` when it does not, or when
 * anything in it is not understood. "don't close acrdemomagic" is none of them.
 */
export function parseChange(
  text: string,
  words: readonly Word[],
): ChangeCommand | Malformed | undefined {
  const said = splitReason(text, words);
  if (said === undefined || said.words.length > MOST_WORDS) return undefined;
  if (said.words.some(({ opensQuote }) => opensQuote)) return undefined;
  const { reason } = said;
  const bare = withoutSuffix(said.words).map((word) => word.text);
  return (
    parseExtend(bare, reason) ??
    parseMove(bare, reason) ??
    parseGiveBack(bare) ??
    parseCancel(bare) ??
    parseFreeze(bare, reason) ??
    parseAdopt(bare, reason)
  );
}

/** "extend 2h", "extend acrdemomagic by 90m", "extend by another 2 hours on acrdemomagic", "extend until 18:00". */
function parseExtend(
  [verb, ...rest]: readonly string[],
  reason: string | undefined,
): ChangeCommand | Malformed | undefined {
  if (verb !== "extend") return undefined;
  const on = rest.indexOf("on");
  const named = on < 0 ? [] : rest.slice(on + 1, on + 2);
  const others = (on < 0 ? rest : rest.toSpliced(on, 2)).filter((word) => !MORE.has(word));
  const clock = others.findIndex((word) => UNTIL.has(word));
  const lengths = clock < 0 ? others : others.slice(0, clock);
  const [first = "", ...after] = lengths;
  const nameFirst =
    named.length === 0 && TARGET.test(registryIn(first) ?? first) && !isDuration(lengths);
  const target = targetOf(nameFirst ? [first] : named);
  if (target.kind === "unclear") return undefined;
  const text = (nameFirst ? after : lengths).join(" ");
  const asked = { kind: "extend", target: target.name, reason } as const;
  if (clock >= 0) {
    // Of two ends that differ neither is the one that is meant.
    if (text !== "") return undefined;
    const until = parseTimeOfDay(others.slice(clock + 1).join(" "));
    return "kind" in until ? malformed(until) : { ...asked, durationMs: undefined, until };
  }
  const durationMs = text === "" ? undefined : parseDuration(text);
  if (typeof durationMs === "object") return malformed(durationMs);
  return { ...asked, durationMs, until: undefined };
}

/** "move acrdemomagic to 203.0.113.9", "my IP changed to 203.0.113.9", "my address is now 203.0.113.9". */
function parseMove(
  words: readonly string[],
  reason: string | undefined,
): ChangeCommand | Malformed | undefined {
  const text = words.join(" ");
  const found = MOVE.exec(text)?.groups ?? CHANGED.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { name, to } = found;
  const target = targetOf(name === undefined ? [] : [name]);
  if (target.kind === "unclear") return undefined;
  const address = to === undefined ? undefined : parseAddress(to);
  if (typeof address === "object") return malformed(address);
  return { kind: "move", target: target.name, address, reason };
}

function isDuration(words: readonly string[]): boolean {
  return typeof parseDuration(words.join(" ")) === "number";
}

function parseGiveBack(words: readonly string[]): ChangeCommand | undefined {
  for (let length = Math.min(words.length, LONGEST_GIVE_BACK); length > 0; length -= 1) {
    if (!GIVE_BACK.test(words.slice(0, length).join(" "))) continue;
    const target = targetOf(words.slice(length));
    return target.kind === "unclear" ? undefined : { kind: "give-back", target: target.name };
  }
  return undefined;
}

function parseCancel([verb, ...rest]: readonly string[]): ChangeCommand | undefined {
  const target = targetOf(rest);
  if (verb !== "cancel" || target.kind === "unclear") return undefined;
  return { kind: "cancel", target: target.name };
}

/** "adopt 203.0.113.50 on acrdemomagic for 2h": every part has to be said. */
function parseAdopt(
  words: readonly string[],
  reason: string | undefined,
): ChangeCommand | Malformed | undefined {
  const text = words.join(" ");
  const found = ADOPT.exec(text)?.groups ?? ADOPT_OTHERWISE.exec(text)?.groups;
  const { rule = "", name = "", time = "" } = found ?? {};
  if (!TARGET.test(name)) return undefined;
  const address = parseAddress(rule);
  if (typeof address === "object") return malformed(address);
  const durationMs = parseDuration(time);
  if (typeof durationMs === "object") return malformed(durationMs);
  return { kind: "adopt", address, registryName: name, durationMs, reason };
}

function parseFreeze(
  [verb, ...rest]: readonly string[],
  why: string | undefined,
): ChangeCommand | undefined {
  const target = targetOf(rest);
  if ((verb !== "freeze" && verb !== "unfreeze") || target.kind === "unclear") return undefined;
  if (target.name === undefined) return undefined;
  return { kind: "freeze", registryName: target.name, frozen: verb === "freeze", why };
}

type Target =
  { readonly kind: "read"; readonly name: string | undefined } | { readonly kind: "unclear" };

/** At most one name or id, and nothing else. */
function targetOf(words: readonly string[]): Target {
  const [word, ...others] = words.filter((each) => !BETWEEN.has(each));
  if (word === undefined) return { kind: "read", name: undefined };
  const name = registryIn(word) ?? word;
  const isOne = others.length === 0 && TARGET.test(name) && !NO_NAMES.has(name);
  return isOne ? { kind: "read", name } : { kind: "unclear" };
}
