import type { LinkState, RecordOutcome } from "../../application/proof/record-address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { PolicyRefusal } from "../../domain/policy.ts";
import type { Proving, UnprovenReason } from "../../domain/proof.ts";
import type { Caller } from "./client-address.ts";

/** What a visitor is shown, as a page or as plain text. */
export type Shown = {
  readonly status: number;
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly paragraphs: readonly string[];
  /** The one button, which uses the link. */
  readonly button: string | undefined;
  /** The command that uses the link from a terminal. */
  readonly curl: string | undefined;
  /** The same page where only IPv4 leads to. */
  readonly ipv4Page: string | undefined;
};

/** The link as it can be written down. */
export type WrittenLink = { readonly curl: string; readonly ipv4Page: string | undefined };

const NOTHING = { facts: [], button: undefined, curl: undefined, ipv4Page: undefined } as const;
const BACK = "You can close this page and go back to Teams.";
const ASK_AGAIN = "Ask Drawbridge in Teams for a new one.";

/** What is shown for what came of looking at a link or of using it. */
export function shownFor(
  outcome: LinkState | RecordOutcome,
  caller: Caller,
  link: WrittenLink,
): Shown {
  switch (outcome.kind) {
    case "ready":
      return caller.kind === "ipv4"
        ? readyPage(outcome.proof, outcome.registryName, caller.address, link)
        : withoutAddress(caller, link);
    case "recorded":
      return {
        ...NOTHING,
        status: 200,
        title: "Done. Back to Teams",
        facts: outcome.proof.seen === undefined ? [] : [["Address", outcome.proof.seen.address]],
        paragraphs: [
          "Drawbridge has seen this address. In Teams it now asks you whether that was you; nobody else hears of it before you say so.",
          BACK,
        ],
      };
    case "used":
      return {
        ...NOTHING,
        status: 409,
        title: "This link was used already",
        paragraphs: [
          "It works once. The card in Teams shows the address that was seen. If that was not you, choose “Not me” there.",
          BACK,
        ],
      };
    case "over":
      return {
        ...NOTHING,
        status: 410,
        title: "This link is over",
        paragraphs: [OVER[outcome.because], ASK_AGAIN],
      };
    case "unknown":
      return {
        ...NOTHING,
        status: 404,
        title: "This link does not work",
        paragraphs: [
          "It is not complete, or it was used, replaced or taken back some time ago.",
          ASK_AGAIN,
        ],
      };
    case "registry-left-policy":
      return {
        ...NOTHING,
        status: 410,
        title: "This registry is not looked after any more",
        paragraphs: ["It has left the policy since you asked.", BACK],
      };
    case "refused":
      return refusedPage(outcome.refusal, outcome.registryName, link);
    case "store-busy":
      return FAILED;
    default:
      return assertNever(outcome);
  }
}

/** When the store can't be reached. */
export const FAILED: Shown = {
  ...NOTHING,
  status: 503,
  title: "That did not work just now",
  paragraphs: ["Nothing was recorded, and the link is as good as before. Please try again."],
};

/** When a page of somebody else sent the visitor's browser here. */
export const ELSEWHERE: Shown = {
  ...NOTHING,
  status: 403,
  title: "Nothing was recorded",
  paragraphs: [
    "The request did not come from this page, or your browser does not say so. Open the link from Teams itself, in a current browser, or use the curl command of the card.",
  ],
};

function readyPage(
  proof: Proving,
  registryName: string,
  address: string,
  { curl }: WrittenLink,
): Shown {
  return {
    ...NOTHING,
    status: 200,
    title: "Use this address?",
    facts: [
      ["Address", address],
      ["Registry", registryName],
      proof.kind === "replace"
        ? ["Instead of", proof.from]
        : proof.until === undefined
          ? ["For", formatDuration(proof.durationMs)]
          : ["Until", utc(proof.until)],
    ],
    paragraphs: [
      "This is where you come from, as this page sees you. Use it if you pull images from the same network.",
      proof.kind === "emergency"
        ? "Nothing is opened yet: Drawbridge asks you in Teams first."
        : "Nothing is opened yet: Drawbridge asks you in Teams first, then an approver.",
    ],
    button: "Use this address",
    curl,
  };
}

/** A page has no function for a reader's own time zone. */
function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function withoutAddress(
  caller: Exclude<Caller, { kind: "ipv4" }>,
  { curl, ipv4Page }: WrittenLink,
): Shown {
  if (caller.kind === "unknown") {
    return {
      ...NOTHING,
      status: 422,
      title: "Your address can't be told",
      paragraphs: [
        "This service is set up for another way here than the one you came. Nothing was recorded. Tell whoever runs Drawbridge: the setting is CLIENT_ADDRESS.",
      ],
    };
  }
  return {
    ...NOTHING,
    status: 422,
    title: "You come over IPv6",
    facts: [["Address", caller.text]],
    paragraphs: [
      "The firewall of a container registry knows IPv4 addresses only, so this one can't be used. Nothing was recorded, and the link is as good as before.",
      ipv4Page === undefined
        ? "Open the page from a network with IPv4, or use it over IPv4 from a terminal."
        : "Open the same page over IPv4, or use it over IPv4 from a terminal.",
    ],
    curl,
    ipv4Page,
  };
}

function refusedPage(refusal: PolicyRefusal, registryName: string, { curl }: WrittenLink): Shown {
  const kept = "Nothing was recorded, and the link is as good as before.";
  const facts: Shown["facts"] = [
    ...("address" in refusal ? [["Address", refusal.address] as const] : []),
    ["Registry", registryName],
  ];
  if (refusal.kind === "special-range") {
    return {
      ...NOTHING,
      status: 422,
      title: "The registry would not see you there",
      facts,
      paragraphs: [
        `This is ${RANGES[refusal.range]}, which a registry on the internet never sees. You are inside a company network, a VPN or a provider's shared network, or a proxy stands in between.`,
        `${kept} Open it from where your pulls leave for the internet, without the VPN for example, or type the address that the registry's own error message names.`,
      ],
      curl,
    };
  }
  return {
    ...NOTHING,
    status: 422,
    title: "The policy does not allow this",
    facts,
    paragraphs: [
      refusal.kind === "forbidden-range"
        ? `Addresses of ${refusal.forbidden} may not be opened on this registry.`
        : "The policy of this registry has changed since you asked. Drawbridge tells you more in Teams when you ask again.",
      kept,
    ],
  };
}

const OVER: Readonly<Record<UnprovenReason, string>> = {
  lapsed: "A link works for ten minutes.",
  "not-me": "Its owner said in Teams that it was not them who used it.",
  cancelled: "Its owner took the request back in Teams.",
  "typed-instead": "Its owner chose in Teams to type the address.",
  "asked-again": "Its owner has asked again since, and has a newer link.",
};

const RANGES: Readonly<Record<(PolicyRefusal & { kind: "special-range" })["range"], string>> = {
  "this-network": "no address on the internet",
  private: "a private address",
  shared: "an address that providers share inside their network (CGNAT)",
  loopback: "a loopback address",
  "link-local": "a link-local address",
  documentation: "an address reserved for documentation",
  benchmarking: "an address reserved for benchmarks",
  multicast: "a multicast address",
  reserved: "a reserved address",
};
