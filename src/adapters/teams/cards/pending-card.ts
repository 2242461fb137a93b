import type { PendingDecisions } from "../../../application/show/show-pending.ts";
import { shortIdOf } from "../../../domain/ids.ts";
import type { Pending } from "../../../domain/request.ts";
import { count } from "../phrases.ts";
import { card, line, moment, strong, title, type Body, type Card } from "./parts.ts";
import { askedInWords } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** So many are listed, the first to lapse; the others are counted. */
const SHOWN = 20;

/** The answer to `pending`. Decisions are made on each request's own card, which `approve ID` brings again. */
export function pendingCard(
  { registries, requests, approvedByThem, unreadable }: PendingDecisions,
  words: CardWords,
): Card {
  const more = unreadable + Math.max(0, requests.length + approvedByThem.length - SHOWN);
  const heading =
    registries === 0
      ? "You are not an approver of any registry."
      : requests.length === 0
        ? "Nothing waits for you."
        : `${count(requests.length, "request")} ${requests.length === 1 ? "waits" : "wait"} for you.`;
  const asked = requests.map((request) => requestLines(request, words, howTo(request)));
  const approved = approvedByThem.map((request) =>
    requestLines(request, words, "You said yes; it takes one more approver"),
  );
  return card(heading, [
    title(heading),
    ...[...asked, ...approved].slice(0, SHOWN).flat(),
    ...(more === 0 ? [] : [line(`And ${String(more)} more.`, true)]),
  ]);
}

function requestLines(request: Pending, words: CardWords, what: string): Body {
  const { requester, lapsesAt } = request;
  return [
    strong(`${requester.name}: ${askedInWords(request, words)}`),
    line(`${what}. Lapses ${moment(lapsesAt)}`, true),
  ];
}

function howTo({ id }: Pending): string {
  return `For its card say: approve ${shortIdOf(id)}`;
}
