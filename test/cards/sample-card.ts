import type { Card } from "../../src/adapters/teams/cards/parts.ts";
import type { CardView } from "../../src/application/conversation/card-view.ts";

/** One card in one state. `view` is there when the conversation sends it by itself. */
export type SampleCard = {
  /** File name and caption: which card, then which state. */
  readonly name: string;
  readonly to: "requester" | "approver" | "anyone";
  readonly card: Card;
  readonly view?: CardView;
  /** Drawn with that unfolded which the button of this title hides. */
  readonly unfold?: string;
};

/** Everything in cards that people write. */
export type PeoplesWords = {
  readonly requester: string;
  readonly approver: string;
  readonly reason: string;
  readonly typed: string;
};

/** What people might well write. */
export const PLAIN: PeoplesWords = {
  requester: "Robin Requester",
  approver: "Alex Approver",
  reason: "TICKET-12, hotfix of the checkout",
  typed: "203.0.113.999",
};
