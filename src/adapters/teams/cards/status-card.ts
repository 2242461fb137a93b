import type { IActionSet } from "@microsoft/teams.cards";
import { extensionsOf } from "../../../application/conversation/extensions-of.ts";
import type { Status } from "../../../application/show/show-status.ts";
import { assertNever } from "../../../domain/assert-never.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { isShutOut, type Lease } from "../../../domain/lease.ts";
import { registryOf, type Policy } from "../../../domain/policy.ts";
import { isProof, type Proof } from "../../../domain/proof.ts";
import type { Request } from "../../../domain/request.ts";
import { button, type Button } from "./buttons.ts";
import { extendButtons } from "./opened-card.ts";
import { card, line, moment, strong, title, type Body, type Card } from "./parts.ts";
import { proofInWords } from "./proof-card.ts";
import { askedInWords } from "./request-facts.ts";
import type { CardWords } from "./words.ts";

/** So many are shown with their buttons: a card has its limits, and so has a phone. */
const SHOWN = 12;

/** The answer to `status`: what the person waits for and what they have open, each with what can be done about it. */
export function statusCard(
  { pending, leases, unreadable }: Status,
  policy: Policy,
  words: CardWords,
): Card {
  const { notice, sentence, button: says } = words;
  const items = [
    ...leases.map((lease) => leaseItem(lease, policy, words)),
    ...pending.map((request) => requestItem(request, words)),
  ];
  const hidden = unreadable + Math.max(0, items.length - SHOWN);
  const ask = button("show-form", says.askForAccess, {});
  const body = items.slice(0, SHOWN).flat();
  const others = hidden === 0 ? [] : [line(sentence.unreadable(hidden))];
  return card(
    notice.status(leases.filter((lease) => !isShutOut(lease)).length, pending.length),
    body.length === 0 && hidden === 0
      ? [title(words.title.nothing), line(sentence.nothingWaits)]
      : [title(words.title.status), ...body, ...others],
    [ask],
  );
}

function leaseItem(lease: Lease, policy: Policy, words: CardWords): Body {
  const { id, version, address } = lease;
  const live = lease.status === "open" || lease.status === "opening";
  const extendByMs = extensionsOf(registryOf(policy, lease.registry), lease);
  return [
    strong(words.phrase.nameFor(registryNameOf(lease.registry), address)),
    line(leaseLine(lease, words), true),
    ...actions([
      ...(lease.status === "open"
        ? extendButtons(lease, extendByMs.slice(0, 1), words, "status")
        : []),
      ...(live
        ? [button("give-back", words.button.giveBack, { lease: id, version, card: "status" })]
        : []),
    ]),
  ];
}

function requestItem(request: Request | Proof, words: CardWords): Body {
  const { id, version } = request;
  const { waitingLine, waitsForYou } = words.sentence;
  const [what, waits] = isProof(request)
    ? [proofInWords(request, words), waitsForYou]
    : [askedInWords(request, words), waitingLine];
  return [
    strong(what),
    line(waits(moment(request.lapsesAt)), true),
    ...actions([button("cancel", words.button.cancel, { request: id, version, card: "status" })]),
  ];
}

function actions(buttons: readonly Button[]): IActionSet[] {
  return buttons.length === 0 ? [] : [{ type: "ActionSet", actions: [...buttons] }];
}

function leaseLine(lease: Lease, { sentence }: CardWords): string {
  switch (lease.status) {
    case "opening":
      return sentence.beingAdded;
    case "open":
      if (isShutOut(lease)) {
        const { seenAt, putBack } = lease.gone;
        return sentence.ruleSeenGone(moment(seenAt), sentence.removedByOthers(putBack));
      }
      return sentence.openUntil(moment(lease.endsAt));
    case "closing":
    case "ended":
      return sentence.beingRemoved;
    default:
      return assertNever(lease);
  }
}
