import { registryNameOf } from "../../../domain/ids.ts";
import type { Closing, Ended } from "../../../domain/lease.ts";
import { card, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** What a card of an open lease becomes once that is over: whether the rule is gone is said by the card of its end. */
export function timeOverCard(lease: Closing | Ended, words: CardWords): Card {
  const { label, notice } = words;
  return card(notice.timeOver(registryNameOf(lease.registry), lease.address), [
    title(words.title.over),
    ...leaseFacts(lease, words),
    timeFact(label.ended, moment(lease.endsAt)),
  ]);
}
