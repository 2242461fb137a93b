import { button } from "./buttons.ts";
import { card, command, line, title, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** To anybody, on install and on "help": what this is in one sentence, and examples that work as they are. */
export function helpCard(registryNames: readonly string[], words: CardWords): Card {
  const { notice, button: says } = words;
  return card(
    notice.helpSentence,
    [
      title(words.title.help),
      line(notice.helpSentence),
      line(notice.sayItLike),
      ...words.examples(registryNames[0]).map(command),
    ],
    [
      button("show-form", says.askForAccess, {}, { style: "positive" }),
      button("show-status", says.myAccess, {}),
    ],
  );
}
