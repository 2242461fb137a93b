import type { CardView } from "../../../application/card-view.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { registryNameOf, shortIdOf } from "../../../domain/ids.ts";
import type { Lease } from "../../../domain/lease.ts";
import type { Request } from "../../../domain/request.ts";
import { findingSentence } from "../registry-wording.ts";
import { endSentence } from "../wording.ts";
import { card, decisionButton, fact, line, moment, title, type Card } from "./parts.ts";
import { approversOf, askedInWords, requestFacts } from "./request-facts.ts";

/** To each approver: all that a decision needs, and afterwards what became of it. */
export function approvalCard(view: CardView & { kind: "approval" }): Card {
  const { request, lease } = view;
  const name = registryNameOf(request.registry);
  const facts = [
    fact("Who", request.requester.name),
    ...requestFacts(request),
    fact("Id", shortIdOf(request.kind === "extend" ? request.lease : request.id)),
  ];
  const what = `${request.requester.name}: ${askedInWords(request)}`;
  switch (request.status) {
    case "pending":
      return card(
        `${what}. Open this in Teams to approve or deny it.`,
        [
          title(QUESTIONS[request.kind]),
          ...facts,
          ...(view.quorum === 1
            ? []
            : [
                line(
                  `${String(request.approvals.length)} of ${String(view.quorum)} approvals so far.`,
                ),
              ]),
          ...view.findings.map((finding) => line(findingSentence(finding, name))),
          line(`Lapses ${moment(request.lapsesAt)}`, true),
        ],
        [decisionButton("approve", "Approve", request), decisionButton("deny", "Deny", request)],
      );
    case "approved":
      return card(`${what}. Approved by ${approversOf(request)}.`, [
        title("Approved", "good"),
        ...facts,
        fact("By", approversOf(request)),
        line(
          request.kind === "extend"
            ? `The new end is ${moment(request.grantedUntil)}.`
            : leaseLine(lease),
        ),
      ]);
    case "denied":
      return card(`${what}. Denied by ${request.decidedBy.name}.`, [
        title("Denied", "attention"),
        ...facts,
        fact("By", request.decidedBy.name),
      ]);
    case "lapsed":
      return card(`${what}. Nobody decided in time.`, [
        title("Nobody decided in time", "warning"),
        ...facts,
      ]);
    case "cancelled":
      return card(`${what}. Taken back by the requester.`, [
        title("Taken back by the requester"),
        ...facts,
      ]);
    default:
      return assertNever(request);
  }
}

const QUESTIONS: Readonly<Record<Request["kind"], string>> = {
  adopt: "Adopt a rule?",
  emergency: "Opened in an emergency",
  open: "Open a registry?",
  extend: "More time?",
  replace: "Another address?",
};

/** Only what was read back: "open" needs a rule that was seen, "removed" one that was seen gone. */
function leaseLine(lease: Lease | undefined): string {
  switch (lease?.status) {
    case undefined:
    case "opening":
      return "The rule is being added.";
    case "open":
      return `Rule seen ${moment(lease.seenAt)}. Open until ${moment(lease.endsAt)}.`;
    case "closing":
      return "Over. The rule is being removed.";
    case "ended":
      return lease.seenAt === undefined
        ? `Not opened. ${endSentence(lease.endReason)}`
        : `${lease.remaining === "none" ? "Rule seen gone" : "Ended"} ${moment(lease.endedAt)}. ${endSentence(lease.endReason)}`;
    default:
      return assertNever(lease);
  }
}
