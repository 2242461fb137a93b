import type { CardView } from "../../../application/card-view.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { card, fact, line, moment, title, type Card } from "./parts.ts";
import { approversOf, requestFacts } from "./request-facts.ts";

/** To the requester: how the request stands. */
export function requestCard(view: CardView & { kind: "request" }): Card {
  const { request } = view;
  const name = registryNameOf(request.registry);
  const facts = requestFacts(request);
  switch (request.status) {
    case "pending":
      return card(`You asked for ${request.address} on ${name}. Waiting for an approver.`, [
        title("Waiting for an approver"),
        ...facts,
        line(reach(view)),
        line(`Lapses ${moment(request.lapsesAt)}`, true),
      ]);
    case "approved":
      return card(`Approved: ${request.address} on ${name}.`, [
        title("Approved", "good"),
        ...facts,
        fact("By", approversOf(request)),
        line("You hear from me as soon as the rule was seen on the registry."),
      ]);
    case "denied":
      return card(`Denied: ${request.address} on ${name}.`, [
        title("Denied", "attention"),
        ...facts,
        fact("By", request.decidedBy.name),
        line("Nothing was opened."),
      ]);
    case "lapsed":
      return card(`Nobody decided in time: ${request.address} on ${name}.`, [
        title("Nobody decided in time", "warning"),
        ...facts,
        line("Nothing was opened. Ask again if you still need it."),
      ]);
    case "cancelled":
      return card(`You took back: ${request.address} on ${name}.`, [
        title("Taken back"),
        ...facts,
        line("Nothing was opened."),
      ]);
    default:
      return assertNever(request);
  }
}

function reach({ reached, approvers, quorum, request }: CardView & { kind: "request" }): string {
  const sent = `Sent to ${String(reached)} of ${String(approvers)} approvers.`;
  if (quorum === 1) return sent;
  return `${sent} ${String(request.approvals.length)} of ${String(quorum)} approvals so far.`;
}
