import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import type * as AdaptiveCardsModule from "adaptivecards";
import { cardOf } from "../../src/adapters/teams/cards/card-of.ts";
import type { Card } from "../../src/adapters/teams/cards/parts.ts";
import { statusCard } from "../../src/adapters/teams/cards/status-card.ts";
import type { CardView } from "../../src/application/card-view.ts";
import { findingSentence } from "../../src/adapters/teams/registry-wording.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { closing, ended, opened } from "../../src/domain/lease.ts";
import { cancel, lapse, type Request } from "../../src/domain/request.ts";
import {
  HOUR_MS,
  NOW,
  opening,
  pending,
  pendingExtension,
  pendingMove,
  person,
} from "./builders.ts";

// The package's own entry is broken in Node; its bundle is the same code, under the same types.
const AdaptiveCards = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as typeof AdaptiveCardsModule;

const HOSTILE = "[click](https://evil.example) **bold** <at>everyone</at>";
const LARGEST_BYTES = 40 * 1024;

const FINDINGS: readonly Finding[] = [
  { kind: "not-premium", sku: "Basic" },
  { kind: "public-access-disabled" },
  { kind: "default-action-allow" },
  { kind: "anonymous-pull-on" },
  { kind: "admin-user-on" },
  { kind: "slots-full", used: 200, limit: 200 },
  { kind: "vnet-rules-present", count: 1 },
  { kind: "registry-recreated" },
  { kind: "leases-unreadable", count: 2 },
  { kind: "registry-not-found" },
  { kind: "registry-locked" },
  { kind: "denied-by-policy" },
  { kind: "not-allowed", code: "AuthorizationFailed" },
];

const longer = pendingExtension({ requester: person(1, HOSTILE), reason: HOSTILE });
const moving = pendingMove({ requester: person(1, HOSTILE), reason: HOSTILE });
const asked = pending({ requester: person(1, HOSTILE), reason: HOSTILE.repeat(10) });
const decidedAt = NOW;
const approvals = [{ approver: person(2, HOSTILE), at: NOW, atMostMs: undefined }];
const requests: readonly Request[] = [
  asked,
  { ...asked, status: "approved", decidedAt, approvals, grantedUntil: NOW },
  {
    ...asked,
    status: "denied",
    decidedAt,
    decidedBy: person(2, HOSTILE),
    why: HOSTILE,
    mutedUntil: NOW,
  },
  lapse(asked),
  cancel(asked, NOW),
  ...[longer, moving].flatMap((change): readonly Request[] => [
    change,
    { ...change, status: "approved", decidedAt, approvals, grantedUntil: NOW },
    {
      ...change,
      status: "denied",
      decidedAt,
      decidedBy: person(2, HOSTILE),
      why: HOSTILE,
      mutedUntil: NOW,
    },
    lapse(change),
    cancel(change, NOW),
  ]),
];
const open = opened(opening({ reason: HOSTILE }), NOW, false);
const over = closing(open, { kind: "due" }, new Date(NOW.getTime() + 4 * HOUR_MS));
const neverOpen = closing(opening(), { kind: "not-opened" }, NOW);
const gone = (["none", "owned", "foreign"] as const).map((remaining) =>
  ended(over, NOW, remaining),
);

const why = { kind: "revoked", by: person(2, HOSTILE), why: HOSTILE } as const;
const revoked = ended(closing(open, why, NOW), NOW, "none");

const views: readonly CardView[] = [
  ...requests.map(
    (request) => ({ kind: "request", request, reached: 1, approvers: 2, quorum: 2 }) as const,
  ),
  ...requests.flatMap((request) =>
    [undefined, opening(), open, over, ...gone].map(
      (lease) => ({ kind: "approval", request, lease, quorum: 1, findings: FINDINGS }) as const,
    ),
  ),
  ...[open, over, ...gone].map((lease) => ({ kind: "opened", lease }) as const),
  ...[revoked, ...gone, ended(neverOpen, NOW, "none")].map(
    (lease) => ({ kind: "ended", lease }) as const,
  ),
];
const cards: readonly Card[] = [
  ...views.map(cardOf),
  statusCard({ now: NOW, pending: [], leases: [], unreadable: 0 }),
  statusCard({ now: NOW, pending: [asked], leases: [opening(), open, over], unreadable: 1 }),
];

type Node = Readonly<Record<string, unknown>>;

/** Every object in the card, however deep. */
function nodes(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== "object" || value === null) return [];
  // An object out of JSON.
  const node = value as Node;
  return [node, ...Object.values(node).flatMap(nodes)];
}

describe("every card", () => {
  it("is read by the Adaptive Cards parser of version 1.5 without a complaint", () => {
    for (const card of cards) {
      const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
      const parsed = new AdaptiveCards.AdaptiveCard();
      parsed.parse(structuredClone(card), context);
      const { validationEvents } = parsed.validateProperties();
      assert.deepEqual([context.eventCount, validationEvents], [0, []], JSON.stringify(card));
      assert.equal(card.version, "1.5");
    }
  });

  it("is small, and says something where cards are not shown", () => {
    for (const card of cards) {
      assert.ok(Buffer.byteLength(JSON.stringify(card)) < LARGEST_BYTES);
      assert.ok((card.fallbackText ?? "").length > 10);
    }
  });

  it("shows what people wrote as text, never as markdown", () => {
    for (const card of cards) {
      const markdown = nodes(card).filter(({ type }) => type === "TextBlock");
      for (const { text } of markdown) assert.doesNotMatch(String(text), /evil\.example/);
    }
  });

  it("carries nothing in a button but the request and the version that was shown", () => {
    const buttons = cards.flatMap(nodes).filter(({ type }) => type === "Action.Execute");
    assert.ok(buttons.length >= 2);
    for (const { verb, data } of buttons) {
      assert.ok(verb === "approve" || verb === "deny");
      assert.ok(typeof data === "object" && data !== null && "request" in data);
      assert.ok([asked, longer, moving].some(({ id }) => data.request === id));
      assert.deepEqual(data, { request: data.request, version: 1 });
    }
  });

  it("has buttons only while the request waits for a decision", () => {
    for (const view of views) {
      const decidable = view.kind === "approval" && view.request.status === "pending";
      assert.equal((cardOf(view).actions ?? []).length, decidable ? 2 : 0);
    }
  });

  it("says open or gone only of what was read back", () => {
    const text = (view: CardView): string => JSON.stringify(cardOf(view));
    for (const view of views) {
      const lease = view.kind === "request" ? undefined : view.lease;
      const claimsOpen = /Open until|is open for/.test(text(view));
      assert.ok(!claimsOpen || lease?.status === "open", text(view));
      const claimsGone = /Rule gone|seen gone|closed again/.test(text(view));
      assert.ok(
        !claimsGone || (lease?.status === "ended" && lease.remaining === "none"),
        text(view),
      );
    }
  });

  it("tells each finding in a sentence of its own, with what to do", () => {
    const sentences = FINDINGS.map((finding) => findingSentence(finding, "acrdemomagic"));
    assert.equal(new Set(sentences).size, FINDINGS.length);
    for (const sentence of sentences) assert.match(sentence, /acrdemomagic/);
  });
});
