import type { ChangeCommand } from "./change-command.ts";
import { parseDuration } from "../duration.ts";
import { malformed, type Malformed } from "./malformed.ts";
import { registryIn } from "./registry-word.ts";
import { FILLERS, joined, reasonOf, splitReason, withoutSuffix, type Word } from "./sentence.ts";

/** What those say who answer for registries. Names and ids are in lower case. */
export type ApproverCommand =
  | { readonly kind: "approve"; readonly target: string }
  | { readonly kind: "deny"; readonly target: string; readonly why: string | undefined }
  | {
      readonly kind: "revoke-everything";
      readonly registryName: string;
      readonly why: string | undefined;
    }
  | {
      readonly kind: "freeze-everything";
      readonly frozen: boolean;
      readonly why: string | undefined;
    }
  | {
      readonly kind: "emergency";
      readonly registryName: string;
      readonly durationMs: number;
      readonly reason: string | undefined;
    };

type Revocation = ChangeCommand & { readonly kind: "revoke" };

const ID = /^[0-9a-hjkmnp-tv-z]{4,12}$/;
const TARGET = /^[a-z0-9]{4,50}$/;
const APPROVES = new Set(["approve", "accept"]);
const DENIES = new Set(["deny", "reject", "decline"]);
const NOUNS = new Set(["request", "lease", "id"]);
const EVERYTHING = new Set(["everything", "all"]);
const OF_ALL = new Set(["registries", "leases", "access", "rules", "of", "the", "it", "them"]);
const ON = new Set(["on", "for", "from", "at", "in"]);
const LONGEST_DURATION = 5;

/** Reads a message that begins with one of these commands; `undefined` when anything before its reason is unclear. */
export function parseApproverCommand(
  text: string,
  words: readonly Word[],
): ApproverCommand | Revocation | Malformed | undefined {
  const [verb, ...rest] = words;
  switch (verb?.text) {
    case "revoke":
      return EVERYTHING.has(rest[0]?.text ?? "")
        ? parseRevokeEverything(text, rest.slice(1))
        : withTail(text, rest, TARGET, "revoke");
    case "freeze":
    case "unfreeze":
      return parseFreezeEverything(text, words);
    case "emergency":
      return parseEmergency(text, rest);
    default:
      if (DENIES.has(verb?.text ?? "")) return withTail(text, rest, ID, "deny");
      return APPROVES.has(verb?.text ?? "") ? parseApprove(rest) : undefined;
  }
}

function parseApprove(rest: readonly Word[]): ApproverCommand | undefined {
  const [target, ...others] = withoutSuffix(rest).filter(({ text }) => !NOUNS.has(text));
  if (target === undefined || others.length > 0 || !ID.test(target.text)) return undefined;
  return { kind: "approve", target: target.text };
}

/** What follows the id is the reason, as it was written. */
function withTail(
  text: string,
  rest: readonly Word[],
  id: RegExp,
  kind: "deny" | "revoke",
): ApproverCommand | Revocation | undefined {
  const at = rest.findIndex((word) => !NOUNS.has(word.text));
  const target = rest[at]?.text ?? "";
  if (!id.test(target)) return undefined;
  return { kind, target, why: tailFrom(text, rest[at + 1]) };
}

function parseRevokeEverything(text: string, rest: readonly Word[]): ApproverCommand | undefined {
  const on = rest.findIndex((word) => ON.has(word.text));
  const before = rest.slice(0, Math.max(on, 0));
  const [name, next] = rest.slice(on + 1).filter((word) => word.text !== "registry");
  const registryName = on < 0 || name === undefined ? undefined : registryIn(name.text);
  if (registryName === undefined || !before.every((word) => OF_ALL.has(word.text))) {
    return undefined;
  }
  return { kind: "revoke-everything", registryName, why: tailFrom(text, next) };
}

function parseFreezeEverything(text: string, words: readonly Word[]): ApproverCommand | undefined {
  const said = splitReason(text, words);
  const [verb, all, ...rest] = withoutSuffix(said?.words ?? []);
  if (said === undefined || verb === undefined || !EVERYTHING.has(all?.text ?? "")) {
    return undefined;
  }
  if (!rest.every((word) => OF_ALL.has(word.text) || FILLERS.has(word.text))) return undefined;
  return { kind: "freeze-everything", frozen: verb.text === "freeze", why: said.reason };
}

/** "emergency acrdemomagic 1h prod is down": which and how long have to be said, in this order. */
function parseEmergency(
  text: string,
  rest: readonly Word[],
): ApproverCommand | Malformed | undefined {
  const named = rest.slice(rest.findIndex((word) => !isLink(word.text)));
  const registryName = registryIn(named[0]?.text ?? "");
  const after = named.slice(1);
  const first = after.findIndex((word) => !isLink(word.text));
  if (registryName === undefined || first < 0) return undefined;
  const timed = after.slice(first);
  for (let length = Math.min(LONGEST_DURATION, timed.length); length > 0; length -= 1) {
    const durationMs = parseDuration(joined(timed.slice(0, length)));
    if (typeof durationMs === "object") continue;
    return { kind: "emergency", registryName, durationMs, reason: tailFrom(text, timed[length]) };
  }
  const refused = parseDuration(timed[0]?.text ?? "");
  const isMeant = /^[-−–\d]/.test(timed[0]?.text ?? "");
  return isMeant && typeof refused === "object" ? malformed(refused) : undefined;
}

function isLink(word: string): boolean {
  return ON.has(word) || word === "to" || word === "access" || word === "registry";
}

function tailFrom(text: string, word: Word | undefined): string | undefined {
  return word === undefined ? undefined : reasonOf(text.slice(word.start));
}
