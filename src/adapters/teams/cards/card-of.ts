import type { CardView } from "../../../application/card-view.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { approvalCard } from "./approval-card.ts";
import { endedCard } from "./ended-card.ts";
import { openedCard } from "./opened-card.ts";
import { overdueCard } from "./overdue-card.ts";
import type { Card } from "./parts.ts";
import { proofCard } from "./proof-card.ts";
import { requestCard } from "./request-card.ts";

/** The card for a view. */
export function cardOf(view: CardView): Card {
  switch (view.kind) {
    case "request":
      return requestCard(view);
    case "proof":
      return proofCard(view.proof);
    case "approval":
      return approvalCard(view);
    case "opened":
      return openedCard(view);
    case "overdue":
      return overdueCard(view);
    case "ended":
      return endedCard(view);
    default:
      return assertNever(view);
  }
}
