import type { Recipient } from "../../domain/ids.ts";
import type { CardView } from "./card-view.ts";
import type { CardSlot } from "../store.ts";

/** A card that there should be: for whom, and what it shows. */
export type WantedCard = {
  readonly slot: CardSlot;
  readonly to: Recipient;
  readonly view: CardView;
  /** Changes with everything that the card shows: a sent card with another one is stale. */
  readonly shows: string;
  /** A stale one is left as it is and said again: an update notifies nobody. */
  readonly anew?: boolean;
};
