import { cardOf } from "../../src/adapters/teams/cards/card-of.ts";
import { proofLinkCard } from "../../src/adapters/teams/cards/proof-card.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import type { CardView } from "../../src/application/conversation/card-view.ts";
import type { Person } from "../../src/domain/ids.ts";
import { closing, ended, opened, type Lease } from "../../src/domain/lease.ts";
import { seenAt } from "../../src/domain/proof.ts";
import { reviewed, type OpenedInEmergency } from "../../src/domain/request.ts";
import { proving } from "../contract/samples.ts";
import { address, HOUR_MS, NOW, opening, pending, person, REGISTRY } from "../unit/builders.ts";
import type { PeoplesWords, SampleCard } from "./sample-card.ts";

const WORDS = wordsFor(undefined);

/** Every card of an emergency, from its link to its review, at a fixed time. */
export function emergencyCards(words: PeoplesWords): readonly SampleCard[] {
  const robin: Person = { ...person(1), name: words.requester };
  const alex: Person = { ...person(2), name: words.approver };
  const { reason } = words;
  const at = NOW;
  const { askedAt, lapsesAt } = pending();
  const proof = { ...proving(1), kind: "emergency", requester: robin, registry: REGISTRY, reason };
  const linked = { ...proof, kind: "emergency", askedAt, lapsesAt } as const;
  const seen = seenAt(linked, address("203.0.113.7"), at);
  const request: OpenedInEmergency = {
    ...pending({ requester: robin, reason, durationMs: HOUR_MS, addressFrom: { kind: "link" } }),
    ...{ kind: "emergency", status: "approved", review: undefined },
    ...{ decidedAt: at, grantedUntil: after(1.25) },
  };
  const way = opening({ requester: robin, reason, approvals: [], basis: { kind: "emergency" } });
  const open = opened(way, after(1 / 60), false);
  const over = closing(open, { kind: "due" }, after(1));
  const never = closing(way, { kind: "not-opened" }, after(0.25));
  const surroundings = { now: at, findings: [], slots: undefined, others: 0, sharing: 0 };
  const approval = (shown: OpenedInEmergency, lease: Lease): CardView => ({
    ...{ kind: "approval", request: shown, lease, quorum: 1, surroundings },
  });
  const views: readonly (readonly [string, SampleCard["to"], CardView])[] = [
    ["emergency-seen", "requester", { kind: "proof", proof: seen }],
    ["emergency-opening", "approver", approval(request, way)],
    ["emergency-open", "approver", approval(request, open)],
    ["emergency-reviewed", "approver", approval(reviewed(request, { by: alex, at }), open)],
    ["emergency-closed", "approver", approval(request, ended(over, after(1), "none"))],
    ["emergency-not-opened", "approver", approval(request, ended(never, after(0.3), "none"))],
    [
      "emergency-request",
      "requester",
      { kind: "request", request, reached: 2, approvers: 2, quorum: 1, deciders: [] },
    ],
  ];
  const link = { page: "https://bot.example/p/1", ipv4: "https://bot.example/p/1" };
  return [
    { name: "emergency-link", to: "requester", card: proofLinkCard(linked, link, WORDS) },
    ...views.map(([name, to, view]) => ({ name, to, view, card: cardOf(view, WORDS) })),
  ];
}

function after(hours: number): Date {
  return new Date(NOW.getTime() + hours * HOUR_MS);
}
