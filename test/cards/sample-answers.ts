import { historyCard } from "../../src/adapters/teams/cards/history-card.ts";
import type { Card } from "../../src/adapters/teams/cards/parts.ts";
import { pendingCard } from "../../src/adapters/teams/cards/pending-card.ts";
import { revokeAllCard } from "../../src/adapters/teams/cards/revoke-all-card.ts";
import { rulesCard } from "../../src/adapters/teams/cards/rules-card.ts";
import { statusCard } from "../../src/adapters/teams/cards/status-card.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import type { HistoryItem } from "../../src/application/show/show-history.ts";
import type { RegistryRules } from "../../src/application/show/show-rules.ts";
import {
  address,
  HOUR_MS,
  NOW,
  person,
  policyOf,
  REGISTRY,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import type { PeoplesWords, SampleCard } from "./sample-card.ts";
import { after, storyOf, type Story } from "./sample-story.ts";

const WORDS = wordsFor(undefined);
const POLICY = policyOf(registryPolicy());

/** The cards that answer a question of somebody's. */
export function sampleAnswers(words: PeoplesWords): readonly SampleCard[] {
  const story = storyOf(words);
  return [...ofRequesters(story), ...ofApprovers(story, words)];
}

function ofRequesters({
  asked,
  longer,
  proof,
  way,
  open,
  gone,
  due,
}: Story): readonly SampleCard[] {
  const status = (name: string, over: Partial<Parameters<typeof statusCard>[0]>): SampleCard => {
    const about = { now: NOW, pending: [], leases: [], unreadable: 0, ...over };
    return { name, to: "requester", card: statusCard(about, POLICY, WORDS) };
  };
  return [
    status("status", {
      pending: [asked, longer, proof],
      leases: [way, open, gone, due],
      unreadable: 1,
    }),
    status("status-nothing", {}),
  ];
}

function ofApprovers(story: Story, words: PeoplesWords): readonly SampleCard[] {
  const { asked, range, moving, open, alex } = story;
  const answer = (name: string, card: Card): SampleCard => ({ name, to: "approver", card });
  const others = [
    open,
    { ...open, requester: alex, address: address("198.51.100.0/28") },
    { ...open, requester: person(4), address: address("203.0.113.9") },
  ];
  const waiting = {
    registries: 2,
    requests: [asked, { ...range, id: requestId(7) }],
    approvedByThem: [moving],
    unreadable: 0,
  };
  const nothing = { registries: 2, requests: [], approvedByThem: [], unreadable: 0 };
  const period = { kind: "history", registryName: "acrdemomagic", periodMs: 48 * HOUR_MS } as const;
  return [
    answer("revoke-everything", revokeAllCard(REGISTRY, others, WORDS)),
    answer("pending", pendingCard(waiting, WORDS)),
    answer("pending-nothing", pendingCard(nothing, WORDS)),
    answer("rules", rulesCard(rulesOf(story, words), WORDS)),
    answer("history", historyCard({ ...period, items: historyOf(story, words), cut: true }, WORDS)),
    answer("history-nothing", historyCard({ ...period, items: [], cut: false }, WORDS)),
  ];
}

function rulesOf({ open, alex }: Story, { reason }: PeoplesWords): RegistryRules {
  return {
    ...{ registryName: "acrdemomagic", now: NOW, readAt: after(1 / 30), sku: "Premium" },
    ...{ defaultAction: "Deny", slots: { used: 4, limit: 200 }, hidden: 0 },
    rules: [
      { value: open.address, whose: "ours", leases: [open] },
      { value: "192.0.2.10", whose: "baseline", leases: [] },
      { value: "198.51.100.23", whose: "foreign", leases: [] },
      { value: "198.51.100.0/24", whose: "foreign", leases: [{ ...open, requester: alex }] },
    ],
    findings: [{ kind: "admin-user-on" }],
    freeze: { by: alex, at: NOW, why: reason },
  };
}

function historyOf({ robin, alex }: Story, { reason }: PeoplesWords): readonly HistoryItem[] {
  const item: HistoryItem = {
    ...{ id: requestId(1), who: robin, asks: "open", address: address("203.0.113.7"), reason },
    ...{ askedAt: after(-30), approvedBy: [alex], deniedBy: undefined, denialWhy: undefined },
    ...{ automatic: undefined, cameToNothing: undefined, openedAt: after(-29.9) },
    ...{ endedAt: after(-26), endReason: { kind: "due" } },
  };
  const unopened = { ...item, approvedBy: [], openedAt: undefined, endedAt: undefined };
  const never = { ...unopened, endReason: undefined };
  return [
    item,
    { ...item, id: requestId(2), approvedBy: [], automatic: "emergency", asks: "emergency" },
    { ...never, id: requestId(3), deniedBy: alex, denialWhy: reason },
    { ...never, id: requestId(4), cameToNothing: "lapsed" },
  ];
}
