import type { CardView } from "../../../application/conversation/card-view.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { isShutOut, type Open } from "../../../domain/lease.ts";
import { button, type Button } from "./buttons.ts";
import { card, command, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import { shutOutCard } from "./shut-out-card.ts";
import { timeOverCard } from "./time-over-card.ts";
import type { CardWords } from "./words.ts";

/** To the requester, once the rule was read back; later the same card says that it is over. */
export function openedCard(view: CardView & { kind: "opened" }, words: CardWords): Card {
  const { lease, extendByMs } = view;
  const { label, notice, sentence } = words;
  const name = registryNameOf(lease.registry);
  if (lease.status !== "open") return timeOverCard(lease, words);
  if (isShutOut(lease)) return shutOutCard(lease, words);
  return card(
    notice.open(name, lease.address),
    [
      title(words.title.open, "good"),
      ...leaseFacts(lease, words),
      timeFact(label.ruleSeen, moment(lease.seenAt)),
      timeFact(label.openUntil, moment(lease.endsAt)),
      line(sentence.checkIt),
      command(`az acr login -n ${name}`),
      line(lease.borrowed ? sentence.borrowed : sentence.ruleCanLag, true),
    ],
    [
      ...extendButtons(lease, extendByMs, words),
      button("give-back", words.button.giveBack, { lease: lease.id, version: lease.version }),
    ],
  );
}

/** One for each length that can be asked for with one click. */
export function extendButtons(
  { id, version }: Open,
  extendByMs: readonly number[],
  words: CardWords,
  card?: "status" | "ending",
): readonly Button[] {
  return extendByMs.map((ms) =>
    button("extend", words.button.extend(formatDuration(ms)), {
      lease: id,
      version,
      minutes: ms / 60_000,
      ...(card === undefined ? {} : { card }),
    }),
  );
}
