import type { TurnContext } from "botbuilder";
import type { Sender } from "../../application/ports.ts";
import type { Incoming } from "./activity.ts";
import { say } from "./answer-message.ts";
import { sendInvokeAnswer } from "./invoke-answer.ts";

/** Counts one more attempt; `undefined` when it is within the limit. */
export type ActivityLimits = {
  attempt(what: "person" | "conversation" | "told", by: string): Promise<number | undefined>;
};

/** What somebody is told who says and clicks more than anybody does. */
const TOO_MUCH =
  "That is a lot at once, so I did nothing with this. Please wait a minute and say it again.";

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
  if (incoming.kind === "action" || incoming.kind === "unreadable-invoke") {
    await sendInvokeAnswer(context, { kind: "message", text: TOO_MUCH });
  } else if (incoming.kind === "message" && allowed === "tell") {
    await say(deps, incoming.sender.reference, { text: TOO_MUCH }, signal);
  }
}
