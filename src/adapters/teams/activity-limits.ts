import type { TurnContext } from "botbuilder";
import type { Sender } from "../../application/ports.ts";
import type { Incoming } from "./activity.ts";
import { say } from "./answer-message.ts";
import { wordsFor } from "./cards/words.ts";
import { sendInvokeAnswer } from "./invoke-answer.ts";

/** Counts one more attempt; `undefined` when it is within the limit. */
export type ActivityLimits = {
  attempt(what: "person" | "conversation" | "told", by: string): Promise<number | undefined>;
};

/** Whether what somebody does now is acted on; where it is not, whether they are still to be told. */
export async function allowance(
  limits: ActivityLimits,
  { person, personal, reference }: Sender,
): Promise<"act" | "tell" | "ignore"> {
  // The person first: whoever is over their own limit uses up nobody else's.
  const within =
    (await limits.attempt("person", person.id)) === undefined &&
    (personal || (await limits.attempt("conversation", reference.conversationId)) === undefined);
  if (within) return "act";
  return (await limits.attempt("told", reference.conversationId)) === undefined ? "tell" : "ignore";
}

/** A click is always answered, since Teams would show an error instead; a message only when it is time to. */
export async function tellTooMuch(
  deps: Parameters<typeof say>[0],
  incoming: Incoming,
  allowed: "tell" | "ignore",
  context: TurnContext,
  signal: AbortSignal,
): Promise<void> {
  if (!("sender" in incoming)) return;
  const text = wordsFor(incoming.sender.locale).answer.tooMuch;
  if (incoming.kind === "action" || incoming.kind === "unreadable-invoke") {
    await sendInvokeAnswer(context, { kind: "message", text });
  } else if (incoming.kind === "message" && allowed === "tell") {
    await say(deps, incoming.sender.reference, { text }, signal);
  }
}
