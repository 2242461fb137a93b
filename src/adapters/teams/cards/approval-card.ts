import type { CardView } from "../../../application/conversation/card-view.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { registryNameOf, shortIdOf } from "../../../domain/ids.ts";
import { isShutOut, wantsRule, type Lease } from "../../../domain/lease.ts";
import type { OpenedInEmergency, Request } from "../../../domain/request.ts";
import { decisionButtons, revokeButton } from "./approval-buttons.ts";
import { circumstanceFacts, warningsOf } from "./approval-facts.ts";
import { button, type Button } from "./buttons.ts";
import {
  card,
  fact,
  line,
  moment,
  strong,
  timeFact,
  title,
  type Body,
  type Card,
} from "./parts.ts";
import { approversOf, askedInWords, decisionFacts, requestFacts } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** To each approver: all that a decision needs, and afterwards what became of it. */
export function approvalCard(view: CardView & { kind: "approval" }, words: CardWords): Card {
  const { request, lease, quorum } = view;
  const { label, notice, sentence } = words;
  const waits = request.status === "pending";
  const facts = [
    fact(label.who, request.requester.name),
    ...requestFacts(request, words, waits ? view.surroundings.now : undefined),
    ...(waits ? circumstanceFacts(view.surroundings, words) : []),
    fact(label.id, shortIdOf(request.kind === "extend" ? request.lease : request.id)),
  ];
  const what = words.phrase.wants(request.requester.name, askedInWords(request, words));
  switch (request.status) {
    case "pending":
      return card(
        notice.toDecide(what),
        [
          title(words.title.approval(request.kind)),
          ...warningsOf(request, view.surroundings, words),
          ...facts,
          ...(quorum === 1
            ? []
            : [line(sentence.approvalsSoFar(request.approvals.length, quorum))]),
          line(sentence.lapses(moment(request.lapsesAt)), true),
          ...(view.mayDecide === false ? [line(sentence.decidesNoMore)] : []),
        ],
        view.mayDecide === false ? [] : decisionButtons(request, words),
      );
    case "approved": {
      if (request.kind === "emergency") return emergencyCard(request, view, facts, words);
      const by = approversOf(request, words);
      return card(
        notice.approvedBy(what, by),
        [
          title(words.title.approved, "good"),
          ...facts,
          ...decisionFacts(request, words),
          ...outcome(request, lease, words),
        ],
        revokable(request, lease, words),
      );
    }
    case "denied":
      return card(notice.deniedBy(what, request.decidedBy.name), [
        title(words.title.denied, "attention"),
        ...facts,
        ...decisionFacts(request, words),
      ]);
    case "lapsed":
      return card(notice.lapsedFor(what), [title(words.title.lapsed, "warning"), ...facts]);
    case "cancelled":
      return card(notice.cancelledFor(what), [title(words.title.cancelledByRequester), ...facts]);
    default:
      return assertNever(request);
  }
}

/** To those who hear of it afterwards: nobody was asked. Approvers can review it, and end what is open. */
function emergencyCard(
  request: OpenedInEmergency,
  { lease, mayDecide }: CardView & { kind: "approval" },
  facts: Body,
  words: CardWords,
): Card {
  const { id, version, requester, address, registry, reason, review } = request;
  const says = words.emergency;
  const where = words.phrase.on(address, registryNameOf(registry));
  const waits = lease === undefined || lease.status === "opening";
  const seen = waits ? "not yet" : lease.seenAt === undefined ? "never" : "seen";
  const what = says.what(requester.name, where, seen);
  const reviewed = button("reviewed", says.saysReviewed, { request: id, version });
  return card(
    reason === undefined ? what : says.because(what, reason),
    [
      title(review === undefined ? says.toReview : says.reviewed, "warning"),
      strong(what),
      ...facts,
      ...outcome(request, lease, words),
      ...(review === undefined
        ? [line(says.pleaseReview, true)]
        : [fact(says.reviewedBy, review.by.name), timeFact(says.reviewedOn, moment(review.at))]),
    ],
    mayDecide === false
      ? []
      : [...(review === undefined ? [reviewed] : []), ...revokable(request, lease, words)],
  );
}

/** As long as there is something to end. */
function revokable({ id }: Request, lease: Lease | undefined, words: CardWords): readonly Button[] {
  return lease !== undefined && wantsRule(lease) ? [revokeButton(id, lease, words)] : [];
}

/** Only what was read back: "open" needs a rule that was seen, "removed" one that was seen gone. */
function outcome(
  request: Request & { readonly status: "approved" },
  lease: Lease | undefined,
  { notice, sentence }: CardWords,
): Body {
  if (request.kind === "extend" && lease?.status !== "ended") {
    return [line(sentence.newEnd(moment(request.grantedUntil)))];
  }
  switch (lease?.status) {
    case undefined:
    case "opening":
      return [line(notice.opening)];
    case "open":
      if (isShutOut(lease)) {
        const { seenAt, putBack } = lease.gone;
        return [line(sentence.ruleSeenGone(moment(seenAt), sentence.removedByOthers(putBack)))];
      }
      return [line(sentence.seenAndOpen(moment(lease.seenAt), moment(lease.endsAt)))];
    case "closing":
      return [line(notice.removing)];
    case "ended": {
      const why = sentence.end(lease.endReason);
      if (lease.seenAt === undefined) return [line(sentence.notOpened(why))];
      const when = moment(lease.endedAt);
      const gone = lease.remaining === "none";
      return [line(gone ? sentence.ruleSeenGone(when, why) : sentence.endedThen(when, why))];
    }
    default:
      return assertNever(lease);
  }
}
