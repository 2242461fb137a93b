import type { CardView } from "../../../application/conversation/card-view.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { isShutOut } from "../../../domain/lease.ts";
import { button } from "./buttons.ts";
import { extendButtons } from "./opened-card.ts";
import { card, line, moment, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import { shutOutCard } from "./shut-out-card.ts";
import { timeOverCard } from "./time-over-card.ts";
import type { CardWords } from "./words.ts";

/** To the requester, shortly before the end: what can still be done about it. */
export function endingCard(view: CardView & { kind: "ending" }, words: CardWords): Card {
  const { lease, extendByMs } = view;
  const { notice, sentence } = words;
  const name = registryNameOf(lease.registry);
  if (lease.status !== "open") return timeOverCard(lease, words);
  if (isShutOut(lease)) return shutOutCard(lease, words);
  const { id, version } = lease;
  return card(
    notice.endingSoon(name, lease.address),
    [
      title(words.title.endingSoon, "warning"),
      ...leaseFacts(lease, words),
      line(sentence.endsSoon(moment(lease.endsAt))),
    ],
    [
      ...extendButtons(lease, extendByMs, words, "ending"),
      button("let-it-end", words.button.letItEnd, { lease: id, version }),
    ],
  );
}

/** The same after "let it end": nothing is left to click. */
export function letEndCard({ lease }: CardView & { kind: "ending" }, words: CardWords): Card {
  const name = registryNameOf(lease.registry);
  return card(words.notice.endingSoon(name, lease.address), [
    title(words.title.letEnd),
    ...leaseFacts(lease, words),
    line(words.sentence.letEnd(moment(lease.endsAt))),
  ]);
}
