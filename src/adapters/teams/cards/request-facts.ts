import type { IColumnSet } from "@microsoft/teams.cards";
import { sizeOf } from "../../../domain/address.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Request } from "../../../domain/request.ts";
import { addressInWords } from "../wording.ts";
import { fact } from "./parts.ts";

/** What was asked, the way every card shows it. */
export function requestFacts(
  asked: Pick<Request, "registry" | "address" | "durationMs" | "reason">,
): IColumnSet[] {
  return [
    fact("Registry", registryNameOf(asked.registry)),
    fact("Address", `${addressInWords(asked.address, sizeOf(asked.address))}, typed`),
    fact("For", formatDuration(asked.durationMs)),
    ...(asked.reason === undefined ? [] : [fact("Reason", asked.reason)]),
  ];
}

/** "Alex and Sam": who approved. */
export function approversOf({ approvals }: Pick<Request, "approvals">): string {
  return approvals.map(({ approver }) => approver.name).join(" and ");
}
