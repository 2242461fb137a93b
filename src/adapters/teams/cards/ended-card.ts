import type { IColumnSet } from "@microsoft/teams.cards";
import type { CardView } from "../../../application/conversation/card-view.ts";
import { registryNameOf, requestIdOf } from "../../../domain/ids.ts";
import type { EndReason } from "../../../domain/lease.ts";
import { button } from "./buttons.ts";
import { card, fact, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** To the requester, once the rule was seen gone, or will never come. */
export function endedCard({ lease }: CardView & { kind: "ended" }, words: CardWords): Card {
  const { label, notice, sentence, button: says } = words;
  const name = registryNameOf(lease.registry);
  const why = sentence.end(lease.endReason);
  const said = revocationFacts(lease.endReason, words);
  const about = { request: requestIdOf(lease.id), version: lease.version };
  if (lease.seenAt === undefined) {
    return card(
      notice.notOpened(name, lease.address, why),
      [
        title(words.title.notOpened, "attention"),
        ...leaseFacts(lease, words),
        line(why),
        ...said,
        line(sentence.noRule),
      ],
      [button("try-again", says.tryAgain, about)],
    );
  }
  const closed = lease.remaining === "none";
  const remains = sentence.whatRemains(lease.remaining);
  return card(
    closed
      ? notice.closed(name, lease.address, why)
      : notice.leaseOver(name, lease.address, remains),
    [
      title(closed ? words.title.closed : words.title.over),
      ...leaseFacts(lease, words),
      timeFact(closed ? label.ruleGone : label.ended, moment(lease.endedAt)),
      line(why),
      ...said,
      line(remains, true),
    ],
    [button("ask-again", says.askAgain, about)],
  );
}

/** The approver's own words stand in a fact: a fact never reads markdown. */
function revocationFacts(reason: EndReason, { label }: CardWords): IColumnSet[] {
  if (reason.kind !== "revoked") return [];
  return [
    fact(label.by, reason.by.name),
    ...(reason.why === undefined ? [] : [fact(label.because, reason.why)]),
  ];
}
