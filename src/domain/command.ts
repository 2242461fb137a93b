import { isAddress, parseAddress, type Address, type AddressRefusal } from "./address.ts";
import { parseChange, type ChangeCommand } from "./change-command.ts";
import { parseDuration, type DurationRefusal } from "./duration.ts";
import { FILLERS, looksLikeAddress, splitReason, withoutFillers, wordsOf } from "./sentence.ts";

/** Everything a message can mean. What is missing stays undefined: nothing is filled in by guessing. */
export type Command =
  | {
      readonly kind: "allow";
      readonly address: Address;
      readonly durationMs: number | undefined;
      readonly registryName: string | undefined;
      readonly reason: string | undefined;
    }
  | {
      readonly kind: "allow-my-address";
      readonly durationMs: number | undefined;
      readonly registryName: string | undefined;
      readonly reason: string | undefined;
    }
  | ChangeCommand
  | { readonly kind: "malformed"; readonly problem: AddressRefusal | DurationRefusal }
  | { readonly kind: "status" }
  | { readonly kind: "help" }
  | { readonly kind: "unknown"; readonly suggestion: string | undefined };

const EXAMPLE = "allow 203.0.113.7 for 4h";
const VERB = /\b(?:allow|open|let|permit|whitelist|unblock)\b/i;
const STATUS = new Set(["status", "my access", "my requests", "my leases"]);
const HELP = new Set(["help", "?", "hi", "hello", "what can you do"]);
const MINE = new Set(["my", "mine", "myself", "my-ip", "myip"]);
/** What starts a part of the sentence, and which part. */
const CLAUSES: ReadonlyMap<string, "for" | "registry"> = new Map([
  ["for", "for"],
  ["during", "for"],
  ["on", "registry"],
  ["to", "registry"],
  ["at", "registry"],
  ["registry", "registry"],
]);
const REGISTRY_NAME = /^[a-z0-9]{5,50}$/;

/**
 * Reads one message, already without the mention. Never throws. Case, politeness, punctuation and the order
 * of the parts are forgiven; addresses and durations are not: what is not fully understood never becomes a request.
 */
export function parseCommand(text: string): Command {
  const sentence = text.replace(/\s+/g, " ").trim();
  const bare = sentence.toLowerCase().replace(/[.!?]+$/, "");
  if (STATUS.has(bare)) return { kind: "status" };
  if (bare === "" || HELP.has(bare)) return { kind: "help" };

  const change = parseChange(sentence);
  if (change !== undefined) return change;

  const verb = VERB.exec(sentence);
  if (verb === null || !wordsOf(sentence.slice(0, verb.index)).every((word) => FILLERS.has(word))) {
    const near = wordsOf(sentence).some(looksLikeAddress);
    return { kind: "unknown", suggestion: near ? EXAMPLE : undefined };
  }
  const { words, reason } = splitReason(sentence.slice(verb.index + verb[0].length));
  return readAllow(words, reason);
}

function readAllow(words: readonly string[], reason: string | undefined): Command {
  const parts = { object: [] as string[], for: [] as string[][], registry: [] as string[] };
  let into: string[] = parts.object;
  for (const word of words) {
    const clause = CLAUSES.get(word);
    if (clause === "for") parts.for.push((into = []));
    else if (clause === "registry") into = parts.registry;
    else into.push(word);
  }

  const objects = parts.object.filter((word) => !FILLERS.has(word));
  const durations: string[] = [];
  for (const clause of parts.for) {
    // "open acrdemomagic for 203.0.113.7 for 2 hours": a `for` can name either.
    const rest = clause.filter((word) => !FILLERS.has(word));
    const isObject = rest.every((word) => looksLikeAddress(word) || MINE.has(word));
    if (rest.length > 0 && isObject) objects.push(...rest);
    else durations.push(withoutFillers(clause));
  }

  const names = parts.registry.filter((word) => !FILLERS.has(word));
  const addresses = objects.filter((word) => looksLikeAddress(word));
  const others = objects.filter((word) => !looksLikeAddress(word) && !MINE.has(word));
  const mine = objects.some((word) => MINE.has(word));
  // "open acrdemomagic for 203.0.113.7": right after the verb a name can stand alone, nowhere else.
  const nameFirst = others.length > 0 && others[0] === objects[0];
  if (names.length === 0 && nameFirst && (addresses.length > 0 || mine)) {
    names.push(...others.splice(0, 1));
  }

  const [registryName] = names;
  const clear = names.length <= 1 && durations.length <= 1 && addresses.length <= 1;
  if (!clear || (registryName !== undefined && !REGISTRY_NAME.test(registryName))) return unsure();
  const [durationText] = durations;
  const durationMs = durationText === undefined ? undefined : parseDuration(durationText);
  if (mine) {
    if (addresses.length > 0 || others.length > 0) return unsure();
    if (typeof durationMs === "object") return { kind: "malformed", problem: durationMs };
    return { kind: "allow-my-address", durationMs, registryName, reason };
  }
  if (others.length > (addresses.length === 0 ? 1 : 0)) return unsure();

  const [meant] = [...addresses, ...others];
  if (meant === undefined) return unsure();
  const address = parseAddress(meant);
  if (!isAddress(address)) return { kind: "malformed", problem: address };
  if (typeof durationMs === "object") return { kind: "malformed", problem: durationMs };
  return { kind: "allow", address, durationMs, registryName, reason };
}

function unsure(): Command {
  return { kind: "unknown", suggestion: EXAMPLE };
}
