import type { Roster, Sender } from "../../application/ports.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { Command } from "../../domain/commands/command.ts";
import type { CardAction } from "./card-action.ts";
import { wordsFor } from "./cards/words.ts";

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

/** Whether somebody is answered as a member of the tenant is. */
export type Admission =
  | { readonly kind: "member" }
  /** The roster can't be read, and they want what is their own: that they get, and nobody gets known by it. */
  | { readonly kind: "unsure"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

/** What becomes of somebody who wrote; `why` is the sentence that they are told. */
export function admissionOf(
  deps: Deps,
  sender: Sender,
  kind: Command["kind"],
  signal: AbortSignal,
): Promise<Admission> {
  return admit(deps, sender, WANTED_BY_WORDS[kind] ?? "decide", signal);
}

/** Why somebody who clicked is not answered as a member of the tenant would be; `undefined` for members. */
export async function refusalOfClick(
  deps: Deps,
  sender: Sender,
  verb: CardAction["verb"],
  signal: AbortSignal,
): Promise<string | undefined> {
  const admission = await admit(deps, sender, WANTED_BY_CLICK[verb] ?? "decide", signal);
  return admission.kind === "refused" ? admission.why : undefined;
}

async function admit(
  { roster }: Deps,
  sender: Sender,
  want: Want,
  signal: AbortSignal,
): Promise<Admission> {
  const { admission } = wordsFor(sender.locale).answer;
  if (sender.meeting) return { kind: "refused", why: admission.meeting };
  const age = want === "decide" ? "fresh" : "recent";
  const membership = await roster.membership(sender, age, signal);
  switch (membership.kind) {
    case "member":
      return membership;
    case "outsider":
      return { kind: "refused", why: admission[membership.as] };
    case "unreadable":
      return { kind: want === "own" ? "unsure" : "refused", why: admission.unreadable };
    default:
      return assertNever(membership);
  }
}

function all(want: Want, kinds: readonly string[]): Readonly<Record<string, Want>> {
  return Object.fromEntries(kinds.map((kind) => [kind, want]));
}
