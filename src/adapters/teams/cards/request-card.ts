import type { CardView } from "../../../application/card-view.ts";
import type { Request } from "../../../domain/request.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { card, fact, line, moment, timeFact, title, type Card } from "./parts.ts";
import { approversOf, askedInWords, requestFacts } from "./request-facts.ts";

/** To the requester: how the request stands. */
export function requestCard(view: CardView & { kind: "request" }): Card {
  const { request } = view;
  const what = askedInWords(request);
  const facts = requestFacts(request);
  switch (request.status) {
    case "pending":
      return card(`You asked for ${what}. Waiting for an approver.`, [
        title("Waiting for an approver"),
        ...facts,
        line(reach(view)),
        line(`Lapses ${moment(request.lapsesAt)}`, true),
      ]);
    case "approved":
      return card(`Approved: ${what}.`, [
        title("Approved", "good"),
        ...facts,
        fact("By", approversOf(request)),
        line(WHAT_FOLLOWS[request.kind]),
        ...(request.kind === "extend" ? [timeFact("Ends now", moment(request.grantedUntil))] : []),
      ]);
    case "denied":
      return card(`Denied: ${what}.`, [
        title("Denied", "attention"),
        ...facts,
        fact("By", request.decidedBy.name),
        line(UNCHANGED[request.kind]),
      ]);
    case "lapsed":
      return card(`Nobody decided in time: ${what}.`, [
        title("Nobody decided in time", "warning"),
        ...facts,
        line(`${UNCHANGED[request.kind]} Ask again if you still need it.`),
      ]);
    case "cancelled":
      return card(`You took back: ${what}.`, [
        title("Taken back"),
        ...facts,
        line(UNCHANGED[request.kind]),
      ]);
    default:
      return assertNever(request);
  }
}

const WHAT_FOLLOWS: Readonly<Record<Request["kind"], string>> = {
  adopt: "You hear from me as soon as the rule is mine, and when it was seen gone.",
  open: "You hear from me as soon as the rule was seen on the registry.",
  emergency:
    "You hear from me as soon as the rule was seen on the registry. Your approvers hear of it too.",
  replace: "You hear from me as soon as the rule was seen on the registry.",
  extend: "The rule stays where it is, until the new end.",
};

const UNCHANGED: Readonly<Record<Request["kind"], string>> = {
  adopt: "Nothing was changed.",
  open: "Nothing was opened.",
  emergency: "Nothing was opened.",
  replace: "The address stays as it was.",
  extend: "The end stays as it was.",
};

function reach({ reached, approvers, quorum, request }: CardView & { kind: "request" }): string {
  const sent = `Sent to ${String(reached)} of ${String(approvers)} approvers.`;
  if (quorum === 1) return sent;
  return `${sent} ${String(request.approvals.length)} of ${String(quorum)} approvals so far.`;
}
