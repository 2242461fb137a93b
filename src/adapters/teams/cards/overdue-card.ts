import type { CardView } from "../../../application/conversation/card-view.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { endOf } from "../../../domain/lease.ts";
import { button } from "./buttons.ts";
import { card, command, fact, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** To the approvers: what should be closed and was not seen gone, and how to close it by hand. */
export function overdueCard(
  { lease, lastFailure }: CardView & { kind: "overdue" },
  words: CardWords,
  looking = false,
): Card {
  const { label, notice, sentence } = words;
  const name = registryNameOf(lease.registry);
  const facts = [fact(label.who, lease.requester.name), ...leaseFacts(lease, words)];
  const end = timeFact(label.wasToEnd, moment(endOf(lease)));
  if (lease.status === "ended") {
    return card(notice.dealtWith(name, lease.address), [
      title(words.title.closedAfterAll, "good"),
      ...facts,
      end,
      timeFact(label.ended, moment(lease.endedAt)),
    ]);
  }
  const failure = fact(label.lastError, lastFailure ?? sentence.noFailure);
  const attempt = looking ? [line(sentence.looking)] : [];
  const { id, version } = lease;
  const buttons = [button("check-again", words.button.checkAgain, { lease: id, version })];
  if (lease.status === "open" && lease.borrowed) {
    return card(
      notice.unwatched(name, lease.address),
      [
        title(words.title.unwatched, "attention"),
        ...facts,
        end,
        failure,
        line(sentence.nothingOfMine),
        ...attempt,
      ],
      buttons,
    );
  }
  const byHand = `az acr network-rule remove -n ${name} --ip-address ${lease.address}`;
  return card(
    notice.overdue(name, lease.address, byHand),
    [
      title(words.title.overdue, "attention"),
      ...facts,
      end,
      failure,
      line(sentence.closeByHand),
      command(byHand),
      ...attempt,
    ],
    buttons,
  );
}
