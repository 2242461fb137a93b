import type { CardView } from "../../../application/conversation/card-view.ts";
import { shortIdOf } from "../../../domain/ids.ts";
import { card, fact, line, title, type Card } from "./parts.ts";
import { askedInWords } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

const SHOWN = 10;

/** To an approver: what waits. The cards to decide on are further up in the same chat. */
export function reminderCard({ waiting }: CardView & { kind: "reminder" }, words: CardWords): Card {
  const more = waiting.length - SHOWN;
  return card(words.notice.reminder(waiting.length), [
    title(words.title.reminder, "warning"),
    ...waiting
      .slice(0, SHOWN)
      .map((request) =>
        fact(
          shortIdOf(request.id),
          words.phrase.wants(request.requester.name, askedInWords(request, words)),
        ),
      ),
    ...(more > 0 ? [line(words.sentence.andMore(more))] : []),
    line(words.sentence.cardsFurtherUp(waiting.length), true),
  ]);
}
