import type { IColumnSet, IContainer } from "@microsoft/teams.cards";
import type { Surroundings } from "../../../application/conversation/card-view.ts";
import { contains, isRange, sizeOf } from "../../../domain/address.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Request } from "../../../domain/request.ts";
import { fact, warnings } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** What an approver weighs besides the request itself. */
export function circumstanceFacts(
  { others, slots }: Surroundings,
  { label, phrase }: CardWords,
): IColumnSet[] {
  return [
    fact(label.others, phrase.othersOpen(others)),
    ...(slots === undefined ? [] : [fact(label.rules, phrase.slots(slots.used, slots.limit))]),
  ];
}

/** What an approver must not overlook, the request's own first. */
export function warningsOf(
  { address, registry, errorAddress }: Request,
  { findings, sharing }: Surroundings,
  { phrase, sentence }: CardWords,
): IContainer[] {
  const name = registryNameOf(registry);
  const differs = errorAddress !== undefined && !contains(address, errorAddress);
  return warnings([
    ...(differs ? [phrase.differs(errorAddress)] : []),
    ...(isRange(address) ? [phrase.wide(sizeOf(address))] : []),
    ...(sharing === 0 ? [] : [phrase.shared(sharing)]),
    ...findings.map((finding) => sentence.finding(finding, name)),
  ]);
}
