import { noteProofCard, type Begun } from "../../application/proof/begin-proof.ts";
import {
  confirmAddress,
  renounceProof,
  type Confirmation,
  type ProofClick,
  type Renouncement,
} from "../../application/proof/confirm-address.ts";
import type { Ids, LinkSecrets, Log, Sender } from "../../application/ports.ts";
import {
  proveAddress,
  type ProofOutcome,
  type ProofQuestion,
} from "../../application/proof/prove-address.ts";
import {
  proveEmergency,
  type EmergencyProofOutcome,
  type EmergencyQuestion,
} from "../../application/proof/prove-emergency.ts";
import {
  proveMove,
  type MoveProofOutcome,
  type MoveWish,
} from "../../application/proof/prove-move.ts";
import type { ConversationReference, Store } from "../../application/store.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { Person } from "../../domain/ids.ts";
import type { Policy } from "../../domain/policy.ts";
import { proofCard, proofLinkCard, type ProofLink } from "./cards/proof-card.ts";
import type { CardWords } from "./cards/words.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import type { Reply, TeamsMessenger } from "./messenger.ts";

/** Where links lead, and where their secrets come from. */
export type ProofLinks = {
  readonly secrets: LinkSecrets;
  /** Origin of the page. */
  readonly publicUrl: string;
  /** Origin of the same page under a name that has no IPv6 address; `publicUrl` when there is none. */
  readonly ipv4Url: string;
};

type Deps = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly messenger: Pick<TeamsMessenger, "reply">;
  /** `undefined` where no public URL is set: then addresses have to be typed. */
  readonly links: ProofLinks | undefined;
};

/** What somebody wants done with the address that they come from. */
type ProofWish =
  | ({ readonly kind: "emergency" } & Omit<EmergencyQuestion, "by" | "messageId">)
  | ({ readonly kind: "allow" } & Omit<ProofQuestion, "by" | "messageId">)
  | ({ readonly kind: "move" } & Omit<MoveWish, "by" | "messageId">);

/** Who asks, in which message; and their personal chat: nobody else is to see the link. */
type Asker = {
  readonly by: Person;
  readonly to: ConversationReference;
  readonly messageId: string;
  readonly words: CardWords;
};

/**
 * Answers with the card that has the link, which is sent once and to the personal chat only; or says in a sentence why
 * there is none. `undefined` when the card was sent, and is the answer.
 */
export async function proofReply(
  deps: Deps,
  wish: ProofWish,
  { by, to, messageId, words }: Asker,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const { links } = deps;
  const { answer } = words;
  if (links === undefined) {
    const { emergencyNeedsLinks, notSetUp } = answer.links;
    return { text: wish.kind === "emergency" ? emergencyNeedsLinks : notSetUp };
  }
  const needs = { ...deps, secrets: links.secrets };
  const about = { ...wish, by, messageId };
  const outcome = await begin(needs, about, words, signal);
  if (outcome.kind === "asked") return undefined;
  if (outcome.kind === "refused") return { text: outcome.text };
  return (await sendLink(deps, links, outcome, { to, words }, signal))
    ? undefined
    : { text: words.answer.links.notSent };
}

function begin(
  deps: Parameters<typeof proveAddress>[0],
  about: ProofWish & { readonly by: Person; readonly messageId: string },
  words: CardWords,
  signal: AbortSignal,
): Promise<InWords> {
  switch (about.kind) {
    case "allow":
      return proveAddress(deps, about, signal).then((outcome) => inWords(outcome, words));
    case "move":
      return proveMove(deps, about, signal).then((outcome) => moveInWords(outcome, words));
    case "emergency":
      return proveEmergency(deps, about, signal).then((outcome) =>
        emergencyInWords(outcome, words),
      );
    default:
      return assertNever(about);
  }
}

type InWords =
  Exclude<Begun, { kind: "store-busy" }> | { readonly kind: "refused"; readonly text: string };

function inWords(outcome: ProofOutcome, { answer }: CardWords): InWords {
  if (outcome.kind === "proving" || outcome.kind === "asked") return outcome;
  const text =
    outcome.kind === "links-refused"
      ? answer.linksRefused(outcome.registryName)
      : answer.askRefused(outcome);
  return { kind: "refused", text };
}

function moveInWords(outcome: MoveProofOutcome, { answer }: CardWords): InWords {
  if (outcome.kind === "proving" || outcome.kind === "asked") return outcome;
  const text =
    outcome.kind === "links-refused"
      ? answer.linksRefused(outcome.registryName)
      : answer.changeRefused(outcome, EXAMPLE);
  return { kind: "refused", text };
}

function emergencyInWords(outcome: EmergencyProofOutcome, { answer }: CardWords): InWords {
  return outcome.kind === "proving" || outcome.kind === "asked"
    ? outcome
    : { kind: "refused", text: answer.emergencyRefused(outcome) };
}

const EXAMPLE = "my IP changed on";

/** Whether it was sent. */
async function sendLink(
  deps: Deps,
  links: ProofLinks,
  { proof, secret }: Begun & { readonly kind: "proving" },
  { to, words }: Pick<Asker, "to" | "words">,
  signal: AbortSignal,
): Promise<boolean> {
  const path = `/p/${proof.id}.${secret}`;
  const link: ProofLink = { page: links.publicUrl + path, ipv4: links.ipv4Url + path };
  const delivery = await deps.messenger.reply(
    to,
    { card: proofLinkCard(proof, link, words) },
    signal,
  );
  if (delivery.kind === "delivered") {
    await noteProofCard(deps, proof, to, delivery.messageId, signal);
    return true;
  }
  // Nobody has the link now. Asking again makes another one.
  deps.log.warn("reply.not-delivered", { request: proof.id, ...delivery });
  return false;
}

/** A click on a proof's card. */
export type ProofAction = {
  readonly verb: "send-for-approval" | "open-now" | "not-me" | "type-instead";
  readonly request: ProofClick["request"];
  readonly version: number;
};

/** Does what a button of a proof's card says, for the person whose proof it is and nobody else. */
export async function proofActionReply(
  deps: Pick<Deps, "store" | "policy" | "ids">,
  {
    sender,
    action,
    words,
  }: { readonly sender: Sender; readonly action: ProofAction; readonly words: CardWords },
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { request, version } = action;
  const click = { request, by: sender.person, shownVersion: version };
  switch (action.verb) {
    case "send-for-approval":
    case "open-now":
      return confirmed(await confirmAddress(deps, click, signal), words);
    case "not-me":
      return renounced(await renounceProof(deps, click, "not-me", signal), words);
    case "type-instead":
      return renounced(await renounceProof(deps, click, "typed-instead", signal), words);
    default:
      return assertNever(action.verb);
  }
}

/** How the request stands is said by its own card, which takes the place of the one that was clicked. */
function confirmed(outcome: Confirmation, words: CardWords): InvokeAnswer {
  const { answer } = words;
  const { links } = answer;
  switch (outcome.kind) {
    case "asked":
      return { kind: "message", text: links.sent };
    case "out-of-date":
      return { kind: "card", card: proofCard(outcome.proof, words) };
    case "registry-left-policy":
      return { kind: "message", text: links.leftPolicy };
    case "lease-over":
      return { kind: "message", text: links.leaseOver };
    case "emergency": {
      const { outcome: opened } = outcome;
      const text = opened.kind === "granted" ? links.opening : answer.emergencyRefused(opened);
      return { kind: "message", text };
    }
    case "no-such-request":
    case "not-yours":
    case "over":
    case "sent-before":
      return refused(outcome, words);
    default:
      return { kind: "message", text: answer.askRefused(outcome) };
  }
}

function renounced(outcome: Renouncement, words: CardWords): InvokeAnswer {
  switch (outcome.kind) {
    case "unproven":
      return { kind: "card", card: proofCard(outcome.proof, words) };
    case "store-busy":
      return { kind: "failed", code: 500, text: words.answer.links.busy };
    default:
      return refused(outcome, words);
  }
}

function refused(
  outcome: Exclude<Renouncement, { readonly kind: "unproven" | "store-busy" }>,
  words: CardWords,
): InvokeAnswer {
  const { links, clicked } = words.answer;
  switch (outcome.kind) {
    case "no-such-request":
      return { kind: "failed", code: 404, text: clicked.requestGone };
    case "not-yours":
      return { kind: "message", text: links.notYours };
    case "over":
      return { kind: "card", card: proofCard(outcome.proof, words) };
    case "sent-before":
      return {
        kind: "message",
        text: outcome.request.kind === "emergency" ? links.openedBefore : links.sentBefore,
      };
    default:
      return assertNever(outcome);
  }
}
