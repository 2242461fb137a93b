import { registryNameOf, type RegistryId } from "../../../domain/ids.ts";
import type { Lease } from "../../../domain/lease.ts";
import { INPUT_AT_MOST } from "../card-action.ts";
import { button, textInput } from "./buttons.ts";
import { card, fact, line, title, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** So many people are named; the rest is counted in the sentence. */
const NAMED = 10;

/** To an approver who said "revoke everything": whom it hits, before anything is done. */
export function revokeAllCard(
  registry: RegistryId,
  live: readonly Lease[],
  words: CardWords,
): Card {
  const name = registryNameOf(registry);
  // Whoever confirms says yes to so many, and to no one who comes later.
  const about = { registry, version: live.length };
  const { notice, sentence, input, button: says } = words;
  return card(
    notice.revokeAll(name, live.length),
    [
      title(words.title.revokeAll(name), "attention"),
      line(sentence.revokeAll(live.length)),
      ...live
        .slice(0, NAMED)
        .map(({ requester, address }) =>
          fact(words.label.who, words.phrase.nameFor(requester.name, address)),
        ),
      textInput(
        { id: "why", label: input.why, placeholder: input.whyHint },
        INPUT_AT_MOST.words,
        "some",
      ),
    ],
    [
      button("revoke-all", says.endAll(live.length), about, { style: "destructive" }),
      button("show-help", says.cancel, {}, { ignoresInputs: true }),
    ],
  );
}
