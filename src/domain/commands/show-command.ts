import { parseDuration } from "../duration.ts";
import { malformed, type Malformed } from "./malformed.ts";
import { registryIn } from "./registry-word.ts";
import { FILLERS, joined, withoutSuffix, type Word } from "./sentence.ts";

/** Somebody wants to know something; nothing changes. */
export type ShowCommand =
  | { readonly kind: "status" }
  | { readonly kind: "help" }
  | { readonly kind: "registries" }
  | { readonly kind: "pending" }
  | { readonly kind: "rules"; readonly registryName: string | undefined }
  | {
      readonly kind: "history";
      readonly registryName: string | undefined;
      /** How far back; `undefined` when it was not said. */
      readonly periodMs: number | undefined;
    };

const SENTENCES: Readonly<Record<"status" | "help" | "registries" | "pending", string>> = {
  status:
    "status|my status|my access|my requests|my leases|access|leases|requests|what do i have open|what do i have|what have i open|what is open|what's open",
  help: "help|help me|?|hi|hello|hey|hi there|hello there|drawbridge|commands|examples|usage|start|what can you do|what can i do|what can i say|how does this work|how do i use this",
  registries:
    "registries|my registries|all registries|registry|which registries|what registries|what can i ask for|what may i ask for|which registries are there|which registries can i ask for|which registries may i ask for",
  pending:
    "pending|my approvals|approvals|to approve|queue|my queue|waiting|pending requests|pending approvals|requests to approve|what is pending|what's pending|what is waiting|what waits for me|what is waiting for me|what do i have to approve",
};
const KINDS: ReadonlyMap<string, keyof typeof SENTENCES> = new Map(
  (["status", "help", "registries", "pending"] as const).flatMap((kind) =>
    SENTENCES[kind].split("|").map((sentence) => [sentence, kind] as const),
  ),
);
const SHOWS = new Set(["show", "list", "see", "get"]);
const BETWEEN = new Set(["on", "of", "for", "from", "at", "registry", "last", "past", "the"]);

/** Reads a message that asks to be shown something; `undefined` when it is none, as a whole. */
export function parseShow(words: readonly Word[]): ShowCommand | Malformed | undefined {
  const whole = joined(words);
  const said = withoutSuffix(words);
  const sentence = KINDS.get(whole) ?? KINDS.get(joined(said));
  if (sentence !== undefined) return { kind: sentence };
  const isShow = SHOWS.has(words[0]?.text ?? "");
  const shown = isShow ? withoutPoliteStart(said.slice(1)) : said;
  const kind = KINDS.get(joined(shown)) ?? KINDS.get(joined(words.slice(1)));
  if (isShow && kind !== undefined && kind !== "help") return { kind };
  const [first, ...rest] = shown.map(({ text }) => text);
  if (first === "rules" || first === "rule") return parseRules(rest);
  return first === "history" ? parseHistory(rest) : undefined;
}

function parseRules(rest: readonly string[]): ShowCommand | undefined {
  const [name, ...others] = rest.filter((word) => !BETWEEN.has(word) && !FILLERS.has(word));
  const registryName = name === undefined ? undefined : registryIn(name);
  if (others.length > 0 || (name !== undefined && registryName === undefined)) return undefined;
  return { kind: "rules", registryName };
}

/** "history acrdemomagic 7d", "history of acrdemomagic for the last 7 days", "history 7d". */
function parseHistory(rest: readonly string[]): ShowCommand | Malformed | undefined {
  const said = rest.filter((word) => !BETWEEN.has(word));
  const at = said.findIndex(
    (word) => !/^[-−\d]/.test(word) && registryIn(word) !== undefined && !isUnit(word),
  );
  const time = said.filter((_, index) => index !== at).join(" ");
  const registryName = at < 0 ? undefined : registryIn(said[at] ?? "");
  if (time === "") return { kind: "history", registryName, periodMs: undefined };
  const periodMs = parseDuration(time);
  if (typeof periodMs === "number") return { kind: "history", registryName, periodMs };
  return /^[-−\d]/.test(time) ? malformed(periodMs) : undefined;
}

/** "hours" could be the name of a registry, and is none. */
function isUnit(word: string): boolean {
  return typeof parseDuration(`1 ${word}`) === "number";
}

function withoutPoliteStart(words: readonly Word[]): readonly Word[] {
  const first = words.findIndex(({ text }) => !FILLERS.has(text));
  return first < 0 ? [] : words.slice(first);
}
