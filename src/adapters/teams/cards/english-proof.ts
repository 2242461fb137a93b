import type { Unproven } from "../../../domain/proof.ts";

const WHY: Readonly<Record<Unproven["because"], string>> = {
  lapsed: "The link was not used and confirmed in time. Ask again if you still need it.",
  "not-me":
    "You said that it was not you who opened the link. If you did not pass it on, tell your security team.",
  cancelled: "You took it back.",
  "typed-instead": 'Type the address: "allow 203.0.113.7 for 4h".',
  "asked-again": "You have asked for the same again; use the newer link.",
};

/** What the cards of a link say, in English. */
export const PROOF = {
  openIt: (name: string) => `Open your link to show me the address for ${name}.`,
  showMe: "Show me your address",
  howTo:
    "Open the page from the network that you pull from. I then ask you here before anybody hears of it. The link works once; don't pass it on.",
  terminal: "From a terminal, whose way out may be another one:",
  worksUntil: (when: string) => `Works until ${when}`,
  why: (because: Unproven["because"]) => WHY[because],
  nothingAsked: "Nothing was asked",
  nothingAskedFor: (because: Unproven["because"]) => `${WHY[because]} Nothing was asked.`,
  yours: (name: string) => `the address that you come from, on ${name}`,
  inAnEmergency: (what: string) => `${what}, in an emergency`,
  waiting: "Waiting for your link to be opened",
  waitingNotice: "Waiting for your link to be opened.",
  wasThatYou: "Was that you?",
  openedFrom: (address: string) => `Your link was opened from ${address}. Was that you?`,
  seenByLink: (address: string) => `${address}, seen by link`,
  differs: (address: string) =>
    `The registry's error message named ${address}, which is not the address of your link. If docker goes another way than your browser, say "cancel", ask again and use the curl line.`,
  opensAtOnce:
    "It opens at once when you say so. Your approvers, and those whom the policy names, are told then.",
  nobodyHears: "Nobody hears of it before you send it.",
  atOnce: "At once, in an emergency",
  label: { seen: "Seen", how: "How" },
  button: {
    openPage: "Open the page",
    openNow: "Open now",
    send: "Send for approval",
    notMe: "Not me",
    typeInstead: "Type it instead",
  },
};
