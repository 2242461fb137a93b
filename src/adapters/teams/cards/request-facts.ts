import type { IColumnSet } from "@microsoft/teams.cards";
import { sizeOf } from "../../../domain/address.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Lease } from "../../../domain/lease.ts";
import type { Request } from "../../../domain/request.ts";
import { addressInWords } from "../wording.ts";
import { fact, moment, timeFact } from "./parts.ts";

/** What a lease was approved for, the way every card shows it. */
export function leaseFacts(lease: Lease): IColumnSet[] {
  return [...addressFacts(lease), fact("For", formatDuration(lease.durationMs)), ...reason(lease)];
}

/** What was asked, the way every card shows it. */
export function requestFacts(request: Request): IColumnSet[] {
  const { kind, durationMs } = request;
  switch (kind) {
    case "open":
    case "adopt":
    case "emergency":
      return [
        ...addressFacts(request),
        fact("For", formatDuration(durationMs)),
        ...reason(request),
      ];
    case "extend":
      return [
        ...addressFacts(request),
        fact("More time", formatDuration(durationMs)),
        timeFact("Ends now", moment(request.endsAt)),
        timeFact("Would end", moment(new Date(request.endsAt.getTime() + durationMs))),
        ...reason(request),
      ];
    case "replace":
      return [
        ...addressFacts(request),
        fact("Instead of", request.from),
        timeFact("Until", moment(request.endsAt)),
        ...reason(request),
      ];
    default:
      return assertNever(kind);
  }
}

/** What is asked, in words for where cards are not shown. */
export function askedInWords(request: Request): string {
  const where = `${request.address} on ${registryNameOf(request.registry)}`;
  switch (request.kind) {
    case "open":
      return where;
    case "emergency":
      return `${where} in an emergency`;
    case "adopt":
      return `the rule ${where}`;
    case "extend":
      return `${formatDuration(request.durationMs)} more for ${where}`;
    case "replace":
      return `${where} instead of ${request.from}`;
    default:
      return assertNever(request);
  }
}

/** "Alex and Sam": who approved. */
export function approversOf({ approvals }: Pick<Request, "approvals">): string {
  return approvals.map(({ approver }) => approver.name).join(" and ");
}

function addressFacts({ registry, address }: Pick<Request, "registry" | "address">): IColumnSet[] {
  return [
    fact("Registry", registryNameOf(registry)),
    fact("Address", `${addressInWords(address, sizeOf(address))}, typed`),
  ];
}

function reason({ reason: text }: Pick<Request, "reason">): IColumnSet[] {
  return text === undefined ? [] : [fact("Reason", text)];
}
