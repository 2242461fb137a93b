import type { Request } from "../../../domain/request.ts";
import { card, line, title, type Card } from "./parts.ts";
import { askedInWords, requestFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** In the place of a form that was sent: the request has a card of its own. */
export function askedCard(request: Request, words: CardWords): Card {
  return card(words.notice.asked(askedInWords(request, words)), [
    title(words.title.asked, "good"),
    ...requestFacts(request, words),
    line(words.sentence.askedFollows, true),
  ]);
}
