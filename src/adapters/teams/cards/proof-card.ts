import type { IExecuteAction } from "@microsoft/teams.cards";
import { assertNever } from "../../../domain/assert-never.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import type { Proof, Unproven } from "../../../domain/proof.ts";
import { card, command, fact, line, moment, timeFact, title, type Card } from "./parts.ts";

/** Where a link leads, and where to for a terminal that has to be seen over IPv4. */
export type ProofLink = { readonly page: string; readonly ipv4: string };

/** To the requester, once, in the personal chat only: whoever has the link can be seen in their name. */
export function proofLinkCard(proof: Proof, { page, ipv4 }: ProofLink): Card {
  const made = card(
    `Open your link to show me the address for ${registryNameOf(proof.registry)}.`,
    [
      title("Show me your address"),
      ...facts(proof),
      line(
        "Open the page from the network that you pull from. I then ask you here before anybody hears of it. The link works once; don't pass it on.",
      ),
      line("From a terminal, whose way out may be another one:", true),
      command(`curl -4 -X POST ${ipv4}`),
      line(`Works until ${moment(proof.lapsesAt)}`, true),
    ],
    otherButtons(proof),
  );
  const open = { type: "Action.OpenUrl", title: "Open the page", url: page } as const;
  return { ...made, actions: [open, ...(made.actions ?? [])] };
}

/** To the requester, without the link: what it has seen, or that it came to nothing. */
export function proofCard(proof: Proof): Card {
  switch (proof.status) {
    case "proving":
      return proof.seen === undefined ? waitingCard(proof) : seenCard(proof, proof.seen);
    case "unproven":
      return card(`${WHY[proof.because]} Nothing was asked.`, [
        title("Nothing was asked"),
        ...facts(proof),
        line(WHY[proof.because]),
      ]);
    default:
      return assertNever(proof);
  }
}

/** "the address that you come from, on acrdemomagic" */
export function proofInWords({ registry, kind }: Pick<Proof, "registry" | "kind">): string {
  const where = `the address that you come from, on ${registryNameOf(registry)}`;
  return kind === "emergency" ? `${where}, in an emergency` : where;
}

function waitingCard(proof: Proof): Card {
  return card("Waiting for your link to be opened.", [
    title("Waiting for your link to be opened"),
    ...facts(proof),
    line(`Works until ${moment(proof.lapsesAt)}`, true),
  ]);
}

function seenCard(proof: Proof, { address, at }: NonNullable<Proof["seen"]>): Card {
  const { errorAddress } = proof;
  const differs = errorAddress !== undefined && errorAddress !== address;
  return card(
    `Your link was opened from ${address}. Was that you?`,
    [
      title("Was that you?"),
      fact("Address", `${address}, seen by link`),
      timeFact("Seen", moment(at)),
      ...facts(proof),
      ...(differs
        ? [
            line(
              `The registry's error message named ${errorAddress}, which is not the address of your link. If docker goes another way than your browser, say "cancel", ask again and use the curl line.`,
            ),
          ]
        : []),
      line(
        proof.kind === "emergency"
          ? "It opens at once when you say so. Your approvers, and those whom the policy names, are told then."
          : "Nobody hears of it before you send it.",
        true,
      ),
      line(`Lapses ${moment(proof.lapsesAt)}`, true),
    ],
    [
      proof.kind === "emergency"
        ? button("open-now", "Open now", proof)
        : button("send-for-approval", "Send for approval", proof),
      button("not-me", "Not me", proof),
      ...otherButtons(proof),
    ],
  );
}

function facts(proof: Proof) {
  return [
    fact("Registry", registryNameOf(proof.registry)),
    ...(proof.kind === "replace"
      ? [fact("Instead of", proof.from), timeFact("Until", moment(proof.endsAt))]
      : [
          proof.until === undefined
            ? fact("For", formatDuration(proof.durationMs))
            : timeFact("Until", moment(proof.until)),
        ]),
    ...(proof.kind === "emergency" ? [fact("How", "At once, in an emergency")] : []),
    ...(proof.reason === undefined ? [] : [fact("Reason", proof.reason)]),
  ];
}

/** In an emergency only an address counts that was seen. */
function otherButtons(proof: Proof): readonly IExecuteAction[] {
  return proof.kind === "emergency" ? [] : [button("type-instead", "Type it instead", proof)];
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

const WHY: Readonly<Record<Unproven["because"], string>> = {
  lapsed: "The link was not used and confirmed in time. Ask again if you still need it.",
  "not-me":
    "You said that it was not you who opened the link. If you did not pass it on, tell your security team.",
  cancelled: "You took it back.",
  "typed-instead": 'Type the address: "allow 203.0.113.7 for 4h".',
  "asked-again": "You have asked for the same again; use the newer link.",
};
