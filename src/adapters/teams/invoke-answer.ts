import type { TurnContext } from "botbuilder";
import type { Card } from "./cards/parts.ts";

/** What a click is answered with: a card in the place of the one that was clicked, or a sentence beside it. */
export type InvokeAnswer =
  | { readonly kind: "card"; readonly card: Card }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "failed"; readonly code: 400 | 404 | 500; readonly text: string };

/**
 * Answers an `adaptiveCard/action` (learn.microsoft.com, "Universal Actions for Adaptive Cards", invoke response).
 * The HTTP status is always 200: with another one Teams shows nothing at all, not even the error in the body.
 */
export async function sendInvokeAnswer(context: TurnContext, answer: InvokeAnswer): Promise<void> {
  await context.sendActivity({
    type: "invokeResponse",
    value: { status: 200, body: bodyOf(answer) },
  });
}

function bodyOf(answer: InvokeAnswer) {
  switch (answer.kind) {
    case "card":
      return {
        statusCode: 200,
        type: "application/vnd.microsoft.card.adaptive",
        value: answer.card,
      };
    case "message":
      return {
        statusCode: 200,
        type: "application/vnd.microsoft.activity.message",
        value: answer.text,
      };
    case "failed":
      return {
        statusCode: answer.code,
        type: "application/vnd.microsoft.error",
        value: { code: String(answer.code), message: answer.text },
      };
  }
}
