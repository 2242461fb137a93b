import { parseAddress, type Address } from "../address.ts";
import { parseDuration } from "../duration.ts";
import { malformed, type Malformed } from "./malformed.ts";
import { registryIn } from "./registry-word.ts";
import { readClauses, type Clauses } from "./request-clauses.ts";
import {
  CLAUSE_WORDS,
  FILLERS,
  joined,
  looksLikeAddress,
  splitReason,
  type Word,
} from "./sentence.ts";
import { parseTimeOfDay, type TimeOfDay } from "../time-of-day.ts";

type Asked = {
  readonly durationMs: number | undefined;
  /** Instead of a duration; never both. */
  readonly until: TimeOfDay | undefined;
  readonly registryName: string | undefined;
  readonly reason: string | undefined;
};

/** Somebody asks for an address: one that they typed, or their own, which is to be proven. */
export type AllowCommand =
  | (Asked & { readonly kind: "allow"; readonly address: Address })
  | (Asked & { readonly kind: "allow-my-address" });

const VERBS = new Set(
  "allow open let permit whitelist allowlist unblock unlock grant add".split(" "),
);
const OPENS_REGISTRY = new Set(["open", "unlock", "unblock"]);
/** These ask for oneself, unless an address is said. */
const ACCESS = [
  "give me access",
  "give us access",
  "i need access",
  "we need access",
  "need access",
  "i want access",
  "i would like access",
  "i'd like access",
  "can i get access",
  "can i have access",
  "could i get access",
  "could i have access",
  "may i have access",
  "get access",
  "request access",
  "requesting access",
  "access",
].map((phrase) => phrase.split(" "));
const MINE = new Set(["my", "mine", "myself", "my-ip", "myip"]);
const ME = new Set(["me", "us"]);

/**
 * Reads a message that asks for an address. `undefined` when it begins otherwise, or when anything in it is not
 * understood: nothing is left out, and nothing is guessed.
 */
export function parseAllow(
  text: string,
  words: readonly Word[],
): AllowCommand | Malformed | undefined {
  const access = ACCESS.find((phrase) => phrase.every((word, at) => words[at]?.text === word));
  const next = words[access?.length ?? 0]?.text;
  // "access denied" asks for nothing.
  if (access !== undefined && next !== undefined && !CLAUSE_WORDS.has(next) && !FILLERS.has(next)) {
    return undefined;
  }
  const isVerb = VERBS.has(words[0]?.text ?? "");
  if (access === undefined && !isVerb) return undefined;
  const said = splitReason(text, words);
  if (said === undefined || said.words.some(({ opensQuote }) => opensQuote)) return undefined;
  const skipped = access?.length ?? 1;
  const clauses = readClauses(text, said.words.slice(skipped), said.reason);
  return (
    clauses && readRequest(clauses, access !== undefined, OPENS_REGISTRY.has(words[0]?.text ?? ""))
  );
}

function readRequest(
  clauses: Clauses,
  asksForAccess: boolean,
  opensRegistry: boolean,
): AllowCommand | Malformed | undefined {
  const { names, durations, untils, reason } = clauses;
  const spoken = clauses.objects.filter(({ text }) => !FILLERS.has(text) || ME.has(text));
  const addresses = spoken.filter(({ text }) => looksLikeAddress(text));
  const mine = spoken.some(({ text }) => MINE.has(text));
  const me = asksForAccess || spoken.some(({ text }) => ME.has(text));
  const others = spoken.filter(
    ({ text }) => !looksLikeAddress(text) && !MINE.has(text) && !ME.has(text),
  );
  const registries = [...names];
  const nameFirst = others.length > 0 && others[0] === spoken[0];
  // "open acrdemomagic for 203.0.113.7": right after the verb a name can stand alone, nowhere else.
  if (names.length === 0 && nameFirst && (addresses.length > 0 || mine || me)) {
    registries.push(...others.splice(0, 1));
  }
  if (registries.length > 1 || addresses.length > 1 || durations.length + untils.length > 1) {
    return undefined;
  }
  const [registry] = registries;
  const registryName = registry && registryIn(registry.text);
  if (registry !== undefined && registryName === undefined) return undefined;

  const forMe = addresses.length === 0 && (mine || me);
  const [meant, ...rest] = [...addresses, ...others];
  if (forMe ? others.length > 0 : meant === undefined || rest.length > 0) return undefined;
  // "open acrdemomagic": whose address, was not said, and a registry is none that is badly written.
  if (meant !== undefined && opensRegistry && !looksLikeAddress(meant.text)) return undefined;
  const address = meant === undefined ? undefined : parseAddress(meant.text);
  if (typeof address === "object") return malformed(address);
  const time = readTime(durations[0], untils[0]);
  if ("kind" in time) return time;
  const asked = { ...time, registryName, reason };
  return address === undefined
    ? { kind: "allow-my-address", ...asked }
    : { kind: "allow", address, ...asked };
}

function readTime(
  duration: readonly Word[] | undefined,
  until: readonly Word[] | undefined,
): Pick<Asked, "durationMs" | "until"> | Malformed {
  if (until !== undefined) {
    const time = parseTimeOfDay(joined(until));
    return "kind" in time ? malformed(time) : { durationMs: undefined, until: time };
  }
  const durationMs = duration === undefined ? undefined : parseDuration(joined(duration));
  if (typeof durationMs === "object") return malformed(durationMs);
  return { durationMs, until: undefined };
}
