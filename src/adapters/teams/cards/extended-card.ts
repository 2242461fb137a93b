import type { CardView } from "../../../application/conversation/card-view.ts";
import { endOf } from "../../../domain/lease.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { card, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** In the place of "ending soon", once the lease has got more time. */
export function extendedCard({ lease }: CardView & { kind: "ending" }, words: CardWords): Card {
  const name = registryNameOf(lease.registry);
  return card(words.notice.open(name, lease.address), [
    title(words.title.extended, "good"),
    ...leaseFacts(lease, words),
    timeFact(words.label.openUntil, moment(endOf(lease))),
  ]);
}
