import type { HistoryItem, HistoryOutcome } from "../../../application/show/show-history.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { count } from "../phrases.ts";
import { endSentence } from "../wording.ts";
import { card, fact, line, moment, strong, title, type Body, type Card } from "./parts.ts";

/** So many are listed, the newest; the others are counted. */
const SHOWN = 20;
const ASKED = {
  open: "",
  extend: "more time for ",
  replace: "instead, ",
  adopt: "adopted ",
  emergency: "in an emergency, ",
} as const;

const WITHOUT = { policy: "a rule of the policy", emergency: "nobody: an emergency" } as const;

/** The answer to `history`: one entry for each request, newest first. */
export function historyCard({
  registryName,
  periodMs,
  items,
  cut,
}: HistoryOutcome & { readonly kind: "history" }): Card {
  const heading = `${registryName}, the last ${formatDuration(periodMs)}`;
  const more = items.length - SHOWN;
  return card(`${heading}: ${count(items.length, "entry", "entries")}.`, [
    title(heading),
    ...(items.length === 0 ? [line("Nothing was asked, opened or closed.")] : []),
    ...items.slice(0, SHOWN).flatMap(itemLines),
    ...(more > 0 ? [line(`And ${String(more)} before these.`, true)] : []),
    ...(cut ? [line("There is more in the audit trail than I read for one answer.", true)] : []),
  ]);
}

function itemLines(item: HistoryItem): Body {
  const who = item.who?.name ?? "Somebody, who asked before that";
  const what = `${ASKED[item.asks ?? "open"]}${item.address ?? "an address"}`;
  const id = item.id.slice(0, 4);
  const approved = item.approvedBy.map(({ name }) => name).join(", ");
  return [
    strong(`${who}: ${what} (${id})`),
    ...timesOf(item).map((text) => line(text, true)),
    ...(item.reason === undefined ? [] : [fact("Reason", item.reason)]),
    ...(approved === "" ? [] : [fact("Approved by", approved)]),
    ...(item.automatic === undefined ? [] : [fact("Approved by", WITHOUT[item.automatic])]),
    ...(item.deniedBy === undefined ? [] : [fact("Denied by", item.deniedBy.name)]),
    ...(item.denialWhy === undefined ? [] : [fact("Because", item.denialWhy)]),
  ];
}

function timesOf({ askedAt, openedAt, endedAt, endReason, cameToNothing }: HistoryItem): string[] {
  return [
    ...(askedAt === undefined ? [] : [`Asked ${moment(askedAt)}`]),
    ...(openedAt === undefined ? [] : [`Open ${moment(openedAt)}`]),
    ...(endedAt === undefined ? [] : [`Over ${moment(endedAt)}`]),
    ...(endReason === undefined ? [] : [endSentence(endReason)]),
    ...(cameToNothing === "lapsed" ? ["Nobody decided in time."] : []),
    ...(cameToNothing === "cancelled" ? ["Taken back."] : []),
  ];
}
