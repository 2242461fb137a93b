import type { HistoryItem, HistoryOutcome } from "../../../application/show/show-history.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { card, fact, line, moment, strong, title, type Body, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** So many are listed, the newest; the others are counted. */
const SHOWN = 20;

/** The answer to `history`: one entry for each request, newest first. */
export function historyCard(
  { registryName, periodMs, items, cut }: HistoryOutcome & { readonly kind: "history" },
  words: CardWords,
): Card {
  const { history } = words;
  const heading = history.title(registryName, formatDuration(periodMs));
  const more = items.length - SHOWN;
  return card(history.notice(heading, items.length), [
    title(heading),
    ...(items.length === 0 ? [line(history.nothing)] : []),
    ...items.slice(0, SHOWN).flatMap((item) => itemLines(item, words)),
    ...(more > 0 ? [line(history.before(more), true)] : []),
    ...(cut ? [line(history.cut, true)] : []),
  ]);
}

function itemLines(item: HistoryItem, words: CardWords): Body {
  const { history, label } = words;
  const approved = item.approvedBy.map(({ name }) => name).join(", ");
  return [
    strong(history.entry(item.who?.name, item.asks, item.address, item.id.slice(0, 4))),
    ...timesOf(item, words).map((text) => line(text, true)),
    ...(item.reason === undefined ? [] : [fact(label.reason, item.reason)]),
    ...(approved === "" ? [] : [fact(history.approvedBy, approved)]),
    ...(item.automatic === undefined
      ? []
      : [fact(history.approvedBy, history.without(item.automatic))]),
    ...(item.deniedBy === undefined ? [] : [fact(history.deniedBy, item.deniedBy.name)]),
    ...(item.denialWhy === undefined ? [] : [fact(label.because, item.denialWhy)]),
  ];
}

function timesOf(
  { askedAt, openedAt, endedAt, endReason, cameToNothing }: HistoryItem,
  { history, sentence }: CardWords,
): string[] {
  return [
    ...(askedAt === undefined ? [] : [history.asked(moment(askedAt))]),
    ...(openedAt === undefined ? [] : [history.open(moment(openedAt))]),
    ...(endedAt === undefined ? [] : [history.over(moment(endedAt))]),
    ...(endReason === undefined ? [] : [sentence.end(endReason)]),
    ...(cameToNothing === undefined ? [] : [history.cameTo[cameToNothing]]),
  ];
}
