import type { PendingDecisions } from "../../../application/show/show-pending.ts";
import { shortIdOf } from "../../../domain/ids.ts";
import type { Pending } from "../../../domain/request.ts";
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
  const { pending, sentence } = words;
  const more = unreadable + Math.max(0, requests.length + approvedByThem.length - SHOWN);
  const heading =
    registries === 0
      ? pending.noApprover
      : requests.length === 0
        ? pending.nothing
        : pending.title(requests.length);
  const asked = requests.map((request) =>
    requestLines(request, words, pending.howTo(shortIdOf(request.id))),
  );
  const approved = approvedByThem.map((request) => requestLines(request, words, pending.saidYes));
  return card(heading, [
    title(heading),
    ...[...asked, ...approved].slice(0, SHOWN).flat(),
    ...(more === 0 ? [] : [line(sentence.andMore(more), true)]),
  ]);
}

function requestLines(request: Pending, words: CardWords, what: string): Body {
  const { requester, lapsesAt } = request;
  return [
    strong(words.phrase.wants(requester.name, askedInWords(request, words))),
    line(words.pending.lapses(what, moment(lapsesAt)), true),
  ];
}
