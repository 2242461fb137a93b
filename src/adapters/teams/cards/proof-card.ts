import type { IExecuteAction } from "@microsoft/teams.cards";
import { assertNever } from "../../../domain/assert-never.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Proof } from "../../../domain/proof.ts";
import { card, command, fact, line, moment, timeFact, title, type Card } from "./parts.ts";
import type { CardWords } from "./words.ts";

/** Where a link leads, and where to for a terminal that has to be seen over IPv4. */
export type ProofLink = { readonly page: string; readonly ipv4: string };

/** To the requester, once, in the personal chat only: whoever has the link can be seen in their name. */
export function proofLinkCard(proof: Proof, { page, ipv4 }: ProofLink, words: CardWords): Card {
  const says = words.proof;
  const made = card(
    says.openIt(registryNameOf(proof.registry)),
    [
      title(says.showMe),
      ...facts(proof, words),
      line(says.howTo),
      line(says.terminal, true),
      command(`curl -4 -X POST ${ipv4}`),
      line(says.worksUntil(moment(proof.lapsesAt)), true),
    ],
    otherButtons(proof, words),
  );
  const open = { type: "Action.OpenUrl", title: says.button.openPage, url: page } as const;
  return { ...made, actions: [open, ...(made.actions ?? [])] };
}

/** To the requester, without the link: what it has seen, or that it came to nothing. */
export function proofCard(proof: Proof, words: CardWords): Card {
  const says = words.proof;
  switch (proof.status) {
    case "proving":
      return proof.seen === undefined
        ? waitingCard(proof, words)
        : seenCard(proof, proof.seen, words);
    case "unproven":
      return card(says.nothingAskedFor(proof.because), [
        title(says.nothingAsked),
        ...facts(proof, words),
        line(says.why(proof.because)),
      ]);
    default:
      return assertNever(proof);
  }
}

/** "the address that you come from, on acrdemomagic" */
export function proofInWords(
  { registry, kind }: Pick<Proof, "registry" | "kind">,
  { proof: says }: CardWords,
): string {
  const where = says.yours(registryNameOf(registry));
  return kind === "emergency" ? says.inAnEmergency(where) : where;
}

function waitingCard(proof: Proof, words: CardWords): Card {
  const says = words.proof;
  return card(says.waitingNotice, [
    title(says.waiting),
    ...facts(proof, words),
    line(says.worksUntil(moment(proof.lapsesAt)), true),
  ]);
}

function seenCard(
  proof: Proof,
  { address, at }: NonNullable<Proof["seen"]>,
  words: CardWords,
): Card {
  const says = words.proof;
  const { errorAddress } = proof;
  const differs = errorAddress !== undefined && errorAddress !== address;
  return card(
    says.openedFrom(address),
    [
      title(says.wasThatYou),
      fact(words.label.address, says.seenByLink(address)),
      timeFact(says.label.seen, moment(at)),
      ...facts(proof, words),
      ...(differs ? [line(says.differs(errorAddress))] : []),
      line(proof.kind === "emergency" ? says.opensAtOnce : says.nobodyHears, true),
      line(words.sentence.lapses(moment(proof.lapsesAt)), true),
    ],
    [
      proof.kind === "emergency"
        ? button("open-now", says.button.openNow, proof)
        : button("send-for-approval", says.button.send, proof),
      button("not-me", says.button.notMe, proof),
      ...otherButtons(proof, words),
    ],
  );
}

function facts(proof: Proof, { label, proof: says }: CardWords) {
  return [
    fact(label.registry, registryNameOf(proof.registry)),
    ...(proof.kind === "replace"
      ? [fact(label.insteadOf, proof.from), timeFact(label.until, moment(proof.endsAt))]
      : [
          proof.until === undefined
            ? fact(label.for, formatDuration(proof.durationMs))
            : timeFact(label.until, moment(proof.until)),
        ]),
    ...(proof.kind === "emergency" ? [fact(says.label.how, says.atOnce)] : []),
    ...(proof.reason === undefined ? [] : [fact(label.reason, proof.reason)]),
  ];
}

/** In an emergency only an address counts that was seen. */
function otherButtons(proof: Proof, { proof: says }: CardWords): readonly IExecuteAction[] {
  return proof.kind === "emergency" ? [] : [button("type-instead", says.button.typeInstead, proof)];
}

function button(
  verb: "send-for-approval" | "open-now" | "not-me" | "type-instead",
  text: string,
  { id, version }: Proof,
): IExecuteAction {
  const style = {
    "send-for-approval": "positive",
    "open-now": "positive",
    "not-me": "destructive",
    "type-instead": "default",
  } as const;
  return {
    type: "Action.Execute",
    verb,
    title: text,
    style: style[verb],
    data: { request: id, version },
  };
}
