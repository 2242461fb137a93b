import { button } from "./buttons.ts";
import { card, command, line, strong, title, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/**
 * To anybody, on install and on "help": what this is in one sentence, and examples that work as they are. `first` is
 * said before that, to somebody who was not understood.
 */
export function helpCard(registryNames: readonly string[], words: CardWords, first?: string): Card {
  const { notice, button: says } = words;
  return card(
    first ?? notice.helpSentence,
    [
      ...(first === undefined ? [] : [strong(first)]),
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
