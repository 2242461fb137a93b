import { registryNameOf } from "../../../domain/ids.ts";
import type { Gone, Open } from "../../../domain/lease.ts";
import { button } from "./buttons.ts";
import { card, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** To the requester, in the place of "open": somebody else removed the rule, and nothing is open as last read. */
export function shutOutCard(lease: Open & { readonly gone: Gone }, words: CardWords): Card {
  const { label, notice, sentence, button: says } = words;
  const { id, version, registry, address, gone } = lease;
  return card(
    notice.shutOut(registryNameOf(registry), address),
    [
      title(words.title.shutOut, "attention"),
      ...leaseFacts(lease, words),
      timeFact(label.ruleGone, moment(gone.seenAt)),
      line(sentence.removedByOthers(gone.putBack)),
      line(sentence.followsRule(moment(lease.endsAt)), true),
    ],
    [button("give-back", says.giveBack, { lease: id, version })],
  );
}
