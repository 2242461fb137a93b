import type { CardView } from "../../../application/conversation/card-view.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { button } from "./buttons.ts";
import { card, fact, line, moment, timeFact, title, type Body, type Card } from "./parts.ts";
import { askedInWords, decisionFacts, requestFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** To the requester: how the request stands. */
export function requestCard(view: CardView & { kind: "request" }, words: CardWords): Card {
  const { request } = view;
  const { id, version, kind } = request;
  const { label, notice, sentence, button: says } = words;
  const what = askedInWords(request, words);
  const facts = requestFacts(request, words);
  const again = button("ask-again", says.askAgain, { request: id, version });
  switch (request.status) {
    case "pending":
      return card(
        notice.waiting(what),
        [
          title(words.title.waiting),
          ...facts,
          timeFact(label.asked, moment(request.askedAt)),
          ...whoDecides(view, words),
          ...reach(view, words),
          line(sentence.lapses(moment(request.lapsesAt)), true),
        ],
        [button("cancel", says.cancel, { request: id, version })],
      );
    case "approved":
      return card(notice.approved(what), [
        title(words.title.approved, "good"),
        ...facts,
        ...decisionFacts(request, words),
        line(sentence.whatFollows(kind)),
        ...(kind === "extend" ? [timeFact(label.endsNow, moment(request.grantedUntil))] : []),
      ]);
    case "denied":
      return card(
        notice.denied(what),
        [
          title(words.title.denied, "attention"),
          ...facts,
          ...decisionFacts(request, words),
          line(sentence.unchanged(kind)),
        ],
        kind === "open" ? [again] : [],
      );
    case "lapsed":
      return card(
        notice.lapsed(what),
        [
          title(words.title.lapsed, "warning"),
          ...facts,
          line(`${sentence.unchanged(kind)} ${sentence.askAgainLater}`),
        ],
        kind === "open" ? [again] : [],
      );
    case "cancelled":
      return card(
        notice.cancelled(what),
        [title(words.title.cancelled), ...facts, line(sentence.unchanged(kind))],
        kind === "open" ? [again] : [],
      );
    default:
      return assertNever(request);
  }
}

/** Nobody is named whom the bot has not met: it knows people by ids alone. */
function whoDecides(
  { deciders, approvers }: CardView & { kind: "request" },
  { label, phrase }: CardWords,
): Body {
  if (deciders.length === 0) return [];
  return [fact(label.decides, phrase.andOthers(deciders, approvers - deciders.length))];
}

function reach(
  { reached, approvers, quorum, request, inbox }: CardView & { kind: "request" },
  { sentence }: CardWords,
): Body {
  const inChannel = inbox === "channel";
  const said = [
    ...(inChannel ? [sentence.sentToChannel] : []),
    ...(inChannel || reached === undefined ? [] : [sentence.reached(reached, approvers)]),
    ...(quorum === 1 ? [] : [sentence.approvalsSoFar(request.approvals.length, quorum)]),
  ];
  return said.length === 0 ? [] : [line(said.join(" "))];
}
