import type { IColumnSet } from "@microsoft/teams.cards";
import { sizeOf } from "../../../domain/address.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Lease } from "../../../domain/lease.ts";
import type { Request } from "../../../domain/request.ts";
import { fact, moment, timeFact } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** What a lease was approved for, the way every card shows it. */
export function leaseFacts(lease: Lease, words: CardWords): IColumnSet[] {
  const { label, phrase } = words;
  return [
    fact(label.registry, registryNameOf(lease.registry)),
    fact(label.address, phrase.address(lease.address, sizeOf(lease.address))),
    fact(label.for, formatDuration(lease.durationMs)),
    ...reasonFact(lease, words),
  ];
}

/** What was asked, the way every card shows it. With `now`, also when it would end if it were approved now. */
export function requestFacts(request: Request, words: CardWords, now?: Date): IColumnSet[] {
  const { kind, durationMs } = request;
  const { label } = words;
  switch (kind) {
    case "open":
    case "adopt":
    case "emergency":
      return [
        ...addressFacts(request, words),
        ...(request.until === undefined
          ? [fact(label.for, formatDuration(durationMs))]
          : [timeFact(label.until, moment(request.until))]),
        ...(now === undefined || request.until !== undefined
          ? []
          : [timeFact(label.wouldEnd, moment(new Date(now.getTime() + durationMs)))]),
        ...reasonFact(request, words),
      ];
    case "extend":
      return [
        ...addressFacts(request, words),
        fact(label.moreTime, formatDuration(durationMs)),
        ...(request.status === "pending"
          ? [
              timeFact(label.endsNow, moment(request.endsAt)),
              timeFact(label.wouldEnd, moment(new Date(request.endsAt.getTime() + durationMs))),
            ]
          : []),
        ...reasonFact(request, words),
      ];
    case "replace":
      return [
        ...addressFacts(request, words),
        fact(label.insteadOf, request.from),
        timeFact(label.until, moment(request.endsAt)),
        ...reasonFact(request, words),
      ];
    default:
      return assertNever(kind);
  }
}

/** What is asked, in words for where cards are not shown. */
export function askedInWords(request: Request, { phrase }: CardWords): string {
  const where = phrase.on(request.address, registryNameOf(request.registry));
  switch (request.kind) {
    case "open":
      return where;
    case "emergency":
      return phrase.inAnEmergency(where);
    case "adopt":
      return phrase.theRule(where);
    case "extend":
      return phrase.moreFor(formatDuration(request.durationMs), where);
    case "replace":
      return phrase.instead(where, request.from);
    default:
      return assertNever(request);
  }
}

/** "Alex and Sam": who approved; or that it took nobody. */
export function approversOf(
  { approvals }: Pick<Request, "approvals">,
  { phrase }: CardWords,
): string {
  return approvals.length === 0
    ? phrase.nobody
    : phrase.names(approvals.map(({ approver }) => approver.name));
}

/** Who decided, and what they had to say. */
export function decisionFacts(
  request: Request & { readonly status: "approved" | "denied" },
  words: CardWords,
): IColumnSet[] {
  const { label } = words;
  if (request.status === "denied") {
    const { decidedBy, why, mutedUntil } = request;
    return [
      fact(label.by, decidedBy.name),
      ...(why === undefined ? [] : [fact(label.because, why)]),
      ...(mutedUntil === undefined ? [] : [timeFact(label.mutedUntil, moment(mutedUntil))]),
    ];
  }
  const granted = request.approvals.map(({ atMostMs = Infinity }) => atMostMs);
  const atMostMs = Math.min(...granted);
  return [
    ...(atMostMs < request.durationMs ? [fact(label.approvedFor, formatDuration(atMostMs))] : []),
    fact(label.by, approversOf(request, words)),
  ];
}

function addressFacts(
  { registry, address, addressFrom }: Request,
  { label, phrase }: CardWords,
): IColumnSet[] {
  const shown = phrase.address(address, sizeOf(address));
  const from = addressFrom.kind === "link" ? phrase.seenByLink : phrase.typed;
  return [fact(label.registry, registryNameOf(registry)), fact(label.address, `${shown}, ${from}`)];
}

function reasonFact({ reason }: Pick<Request, "reason">, { label }: CardWords): IColumnSet[] {
  return reason === undefined ? [] : [fact(label.reason, reason)];
}
