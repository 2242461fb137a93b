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
      button(
        "revoke-all",
        says.endAll(live.length),
        { registry, version: live.length },
        { style: "destructive" },
      ),
      button("show-help", says.cancel, {}, { ignoresInputs: true }),
    ],
  );
}

/** The same once they are ending: what was not written can be clicked again from what is open now. */
export function revokedAllCard(
  registry: RegistryId,
  { ended, failed }: { readonly ended: number; readonly failed: number },
  words: CardWords,
): Card {
  const name = registryNameOf(registry);
  const said = words.notice.revokedAll(name, ended);
  return card(said, [
    title(words.title.revokedAll(name)),
    line(said),
    ...(failed === 0 ? [] : [line(words.notice.notRevoked(failed, name))]),
  ]);
}
