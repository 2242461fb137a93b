import { askedCard } from "../../src/adapters/teams/cards/asked-card.ts";
import { cardOf } from "../../src/adapters/teams/cards/card-of.ts";
import { letEndCard } from "../../src/adapters/teams/cards/ending-card.ts";
import { formCard } from "../../src/adapters/teams/cards/form-card.ts";
import { helpCard } from "../../src/adapters/teams/cards/help-card.ts";
import { overdueCard } from "../../src/adapters/teams/cards/overdue-card.ts";
import { proofLinkCard } from "../../src/adapters/teams/cards/proof-card.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import { address, requestId } from "../unit/builders.ts";
import { emergencyCards } from "./emergency-cards.ts";
import { sampleAnswers } from "./sample-answers.ts";
import type { PeoplesWords, SampleCard } from "./sample-card.ts";
import { storyOf } from "./sample-story.ts";
import { sampleViews } from "./sample-views.ts";

const WORDS = wordsFor(undefined);
const LINK = "https://bot.contoso.example/p/dGhpcyBpcyBhIGxpbmsgb2YgYSBzYW1wbGU";

/** Every card that there is, in every state, at a fixed time. */
export function sampleCards(words: PeoplesWords): readonly SampleCard[] {
  const { due, open, proof } = storyOf(words);
  return [
    { name: "help", to: "anyone", card: helpCard(["acrdemomagic"], WORDS) },
    ...forms(words),
    {
      name: "proof-link",
      to: "requester",
      card: proofLinkCard(proof, { page: LINK, ipv4: LINK }, WORDS),
    },
    ...emergencyCards(words),
    ...sampleViews(words).map((sample) => ({ ...sample, card: cardOf(sample.view, WORDS) })),
    {
      name: "ending-let-end",
      to: "requester",
      card: letEndCard({ kind: "ending", lease: open, extendByMs: [] }, WORDS),
    },
    {
      name: "overdue-looking",
      to: "approver",
      card: overdueCard({ kind: "overdue", lease: due, lastFailure: undefined }, WORDS, true),
    },
    ...sampleAnswers(words),
  ];
}

function forms(words: PeoplesWords): readonly SampleCard[] {
  const { reason, typed } = words;
  const inputs = { registry: "acrdemomagic", address: typed, duration: "4h", reason, ticket: "" };
  const form = {
    form: requestId(3),
    registryNames: ["acrdemomagic", "acrtooling"],
    errorAddress: undefined,
    reasonNeeded: false,
    ticket: undefined,
  };
  const empty = { ...form, inputs: { ...inputs, address: "", reason: "" }, problem: undefined };
  const wrong = {
    ...{ ...form, inputs, reasonNeeded: true, errorAddress: address("203.0.113.9") },
    ticket: { hint: "INC or CHG number", needed: true },
    problem: { at: "address", text: `"${typed}" is not an IPv4 address.` },
  } as const;
  return [
    { name: "form", to: "requester", card: formCard(empty, WORDS) },
    { name: "form-with-an-error", to: "requester", card: formCard(wrong, WORDS) },
    { name: "form-asked", to: "requester", card: askedCard(storyOf(words).asked, WORDS) },
  ];
}
