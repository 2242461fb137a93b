import type { IColumnSet } from "@microsoft/teams.cards";
import type { CardView } from "../../../application/card-view.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { EndReason } from "../../../domain/lease.ts";
import type { Admission } from "../../../domain/rule-plan.ts";
import { endSentence } from "../wording.ts";
import { card, fact, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";

/** To the requester, once the rule was seen gone, or will never come. */
export function endedCard({ lease }: CardView & { kind: "ended" }): Card {
  const name = registryNameOf(lease.registry);
  const why = endSentence(lease.endReason);
  const said = revocationFacts(lease.endReason);
  if (lease.seenAt === undefined) {
    return card(`${name} was not opened for ${lease.address}. ${why}`, [
      title("Not opened", "attention"),
      ...leaseFacts(lease),
      line(why),
      ...said,
      line("No rule of this request is on the registry. You can ask again."),
    ]);
  }
  const closed = lease.remaining === "none";
  const summary = closed
    ? `${name} is closed again for ${lease.address}. ${why}`
    : `Your lease of ${name} for ${lease.address} is over. ${WHAT_REMAINS[lease.remaining]}`;
  return card(summary, [
    title(closed ? "Closed" : "Over"),
    ...leaseFacts(lease),
    timeFact(closed ? "Rule gone" : "Ended", moment(lease.endedAt)),
    line(why),
    ...said,
    line(WHAT_REMAINS[lease.remaining], true),
  ]);
}

/** The approver's own words stand in a fact: a fact never reads markdown. */
function revocationFacts(reason: EndReason): IColumnSet[] {
  if (reason.kind !== "revoked") return [];
  return [
    fact("By", reason.by.name),
    ...(reason.why === undefined ? [] : [fact("Because", reason.why)]),
  ];
}

/** What was read back, and no more: the rule may stay because somebody else needs it. */
const WHAT_REMAINS: Readonly<Record<Admission, string>> = {
  none: "The rule was seen gone. Front ends may lag some minutes, and running pulls may finish.",
  owned: "Somebody else's lease needs the same rule, so the address passes until that one ends.",
  foreign: "A permanent rule of the registry, not one of mine, still lets the address pass.",
};
