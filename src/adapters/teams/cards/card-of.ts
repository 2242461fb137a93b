import type { CardView } from "../../../application/conversation/card-view.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { approvalCard } from "./approval-card.ts";
import { endedCard } from "./ended-card.ts";
import { endingCard } from "./ending-card.ts";
import { extendedCard } from "./extended-card.ts";
import { openedCard } from "./opened-card.ts";
import { overdueCard } from "./overdue-card.ts";
import type { Card } from "./parts.ts";
import { proofCard } from "./proof-card.ts";
import { reminderCard } from "./reminder-card.ts";
import { requestCard } from "./request-card.ts";
import type { CardWords } from "./words.ts";

/** The card for a view, in the words of who reads it. */
export function cardOf(view: CardView, words: CardWords): Card {
  switch (view.kind) {
    case "request":
      return requestCard(view, words);
    case "proof":
      return proofCard(view.proof, words);
    case "approval":
      return approvalCard(view, words);
    case "opened":
      return openedCard(view, words);
    case "ending":
      return view.moved === true ? extendedCard(view, words) : endingCard(view, words);
    case "reminder":
      return reminderCard(view, words);
    case "overdue":
      return overdueCard(view, words);
    case "ended":
      return endedCard(view, words);
    default:
      return assertNever(view);
  }
}
