import type { Status } from "../../../application/show-status.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Lease } from "../../../domain/lease.ts";
import { isProof } from "../../../domain/proof.ts";
import { card, line, moment, strong, title, type Card } from "./parts.ts";
import { proofInWords } from "./proof-card.ts";
import { askedInWords } from "./request-facts.ts";

/** The answer to `status`: what the person waits for and what they have open. */
export function statusCard({ pending, leases, unreadable }: Status): Card {
  const waiting = pending.flatMap((request) => [
    strong(isProof(request) ? proofInWords(request) : askedInWords(request)),
    line(
      `Waiting for ${isProof(request) ? "you" : "an approver"}; lapses ${moment(request.lapsesAt)}`,
      true,
    ),
  ]);
  const open = leases.flatMap((lease) => [
    strong(`${registryNameOf(lease.registry)} for ${lease.address}`),
    line(leaseLine(lease), true),
  ]);
  const others =
    unreadable === 0
      ? []
      : [line(`And ${String(unreadable)} of which I can't tell more until I am upgraded.`)];
  const body = [...open, ...waiting, ...others];
  return card(
    `You have ${String(leases.length)} open and ${String(pending.length)} waiting.`,
    body.length === 0
      ? [title("Nothing is open for you"), line("And nothing waits for a decision.")]
      : [title("Your access"), ...body],
  );
}

function leaseLine(lease: Lease): string {
  switch (lease.status) {
    case "opening":
      return "Approved; the rule is being added";
    case "open":
      return `Open until ${moment(lease.endsAt)}`;
    case "closing":
    case "ended":
      return "Over; the rule is being removed";
  }
}
