import { assertNever } from "../../domain/assert-never.ts";
import type { CardAction } from "./card-action.ts";
import { busy, type ClickDeps, type Clicker } from "./click.ts";
import {
  decisionReply,
  refreshedApproval,
  revokeAllReply,
  reviewReply,
  revokeReply,
} from "./decision-replies.ts";
import { askAgainReply, askReply, formReply, helpFor } from "./form-replies.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import { proofActionReply } from "./proof-replies.ts";
import {
  cancelReply,
  checkAgainReply,
  leaseReply,
  requestReply,
  statusReply,
} from "./requester-replies.ts";

/** Does what the button says, once, however often it is clicked; the answer shows how things stand now. Never throws. */
export async function actionReply(
  deps: ClickDeps,
  clicker: Clicker,
  action: CardAction,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  try {
    return await replyTo(deps, clicker, action, signal);
  } catch (error) {
    deps.log.error("action.failed", { verb: action.verb, error });
    return busy(clicker.words);
  }
}

function replyTo(
  deps: ClickDeps,
  clicker: Clicker,
  action: CardAction,
  signal: AbortSignal,
): Promise<InvokeAnswer> | InvokeAnswer {
  switch (action.verb) {
    case "approve":
    case "deny":
    case "deny-and-mute":
      return decisionReply(deps, clicker, action, signal);
    case "revoke":
      return revokeReply(deps, clicker, action, signal);
    case "refresh":
      return action.card === "request"
        ? requestReply(deps, clicker, action.request, signal)
        : refreshedApproval(deps, clicker, action.request, signal);
    case "cancel":
      return cancelReply(deps, clicker, action, signal);
    case "extend":
    case "give-back":
    case "let-it-end":
      return leaseReply(deps, clicker, action, signal);
    case "check-again":
      return checkAgainReply(deps, clicker, action, signal);
    case "show-form":
      return formReply(deps, clicker);
    case "ask":
      return askReply(deps, clicker, action, signal);
    case "ask-again":
    case "try-again":
      return askAgainReply(deps, clicker, action.request, signal);
    case "show-status":
      return statusReply(deps, clicker, signal);
    case "show-help":
      return { kind: "card", card: helpFor(deps.policy(), clicker.by, clicker.words) };
    case "reviewed":
      return reviewReply(deps, clicker, action, signal);
    case "type-instead":
    case "send-for-approval":
    case "open-now":
    case "not-me":
      return proofActionReply(
        deps,
        { sender: clicker.sender, words: clicker.words, action },
        signal,
      );
    case "revoke-all":
      return revokeAllReply(deps, clicker, action, signal);
    default:
      return assertNever(action);
  }
}
