import type { Membership, Roster, Sender } from "../../application/ports.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { Command } from "../../domain/commands/command.ts";
import type { CardAction } from "./card-action.ts";

/** What somebody wants, as far as it matters who they are. */
type Want =
  /** Ends or takes back what is their own: a roster that can't be read must not keep anything open. */
  | "own"
  /** Looks or asks: what the roster said within the last hour will do. */
  | "ask"
  /** Changes something: what the roster says now, or said within the last seconds. */
  | "decide";

/** Everything that is not named here, now or later, decides. */
const WANTED_BY_WORDS: Readonly<Record<string, Want>> = {
  ...all("own", ["give-back", "cancel", "help"]),
  ...all("ask", [
    "allow",
    "allow-my-address",
    "extend",
    "move",
    "malformed",
    "unknown",
    "pasted-error",
  ]),
  ...all("ask", ["status", "registries", "rules", "pending", "history"]),
};
const WANTED_BY_CLICK: Readonly<Record<string, Want>> = {
  ...all("own", ["give-back", "let-it-end", "cancel", "show-help"]),
  ...all("ask", ["show-form", "show-status", "refresh", "check-again", "type-instead"]),
};

type Deps = { readonly roster: Roster };

/** Why somebody who wrote is not answered as a member of the tenant would be; `undefined` for members. */
export function refusalOfWords(
  deps: Deps,
  sender: Sender,
  kind: Command["kind"],
  signal: AbortSignal,
): Promise<string | undefined> {
  return refusalOf(deps, sender, WANTED_BY_WORDS[kind] ?? "decide", signal);
}

/** The same of somebody who clicked. */
export function refusalOfClick(
  deps: Deps,
  sender: Sender,
  verb: CardAction["verb"],
  signal: AbortSignal,
): Promise<string | undefined> {
  return refusalOf(deps, sender, WANTED_BY_CLICK[verb] ?? "decide", signal);
}

async function refusalOf(
  { roster }: Deps,
  sender: Sender,
  want: Want,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (sender.meeting) return ADMISSION.meeting;
  const age = want === "decide" ? "fresh" : "recent";
  return refusalSentence(await roster.membership(sender, age, signal), want);
}

function refusalSentence(membership: Membership, want: Want): string | undefined {
  switch (membership.kind) {
    case "member":
      return undefined;
    case "outsider":
      return ADMISSION[membership.as];
    case "unreadable":
      return want === "own" ? undefined : ADMISSION.unreadable;
    default:
      return assertNever(membership);
  }
}

const ADMISSION = {
  meeting:
    "I don't answer in meetings: people of anywhere may read along. Please write to me personally.",
  guest:
    "You are a guest here. Only members of the organisation can ask me for access or decide about it.",
  "other-tenant":
    "You belong to another organisation. Only members of this one can ask me for access or decide about it.",
  anonymous: "I don't know who you are, so I can't do anything for you. Please sign in to Teams.",
  unreadable:
    "Teams does not tell me who you are just now, so nothing was changed. Please try again.",
} as const;

function all(want: Want, kinds: readonly string[]): Readonly<Record<string, Want>> {
  return Object.fromEntries(kinds.map((kind) => [kind, want]));
}
