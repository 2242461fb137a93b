import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import type * as AdaptiveCardsModule from "adaptivecards";
import fc from "fast-check";
import { readCardAction } from "../../src/adapters/teams/card-action.ts";
import type { Card } from "../../src/adapters/teams/cards/parts.ts";
import { findingSentence } from "../../src/adapters/teams/registry-wording.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { isShutOut } from "../../src/domain/lease.ts";
import { schemaProblems } from "../cards/card-schema.ts";
import { PLAIN, type PeoplesWords } from "../cards/sample-card.ts";
import { sampleCards } from "../cards/sample-cards.ts";

// The package's own entry is broken in Node; its bundle is the same code, under the same types.
const AdaptiveCards = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as typeof AdaptiveCardsModule;

const LARGEST_BYTES = 40 * 1024;
/** More are cut off by Teams (learn.microsoft.com, "Types of cards", actions of an Adaptive Card). */
const MOST_ACTIONS = 6;

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

const SAMPLES = sampleCards(PLAIN);

type Node = Readonly<Record<string, unknown>>;

/** Every object in the card, however deep. */
function nodes(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== "object" || value === null) return [];
  // An object out of JSON.
  const node = value as Node;
  return [node, ...Object.values(node).flatMap(nodes)];
}

function ofType(card: Card, type: string): readonly Node[] {
  return nodes(card).filter((node) => node["type"] === type);
}

/** What a click sends: the data of the button, and what stands in the inputs that go with it. */
function invoked(button: Node): unknown {
  const data = button["data"];
  assert.ok(typeof data === "object" && data !== null);
  return { action: { type: "Action.Execute", verb: button["verb"], data } };
}

describe("every card", () => {
  it("is read by the Adaptive Cards parser of version 1.5 without a complaint", () => {
    for (const { name, card } of SAMPLES) {
      const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
      const parsed = new AdaptiveCards.AdaptiveCard();
      parsed.parse(structuredClone(card), context);
      const { validationEvents } = parsed.validateProperties();
      assert.deepEqual([context.eventCount, validationEvents], [0, []], name);
      assert.equal(card.version, "1.5");
    }
  });

  it("keeps to the JSON schema of version 1.5, to the letter", () => {
    for (const { name, card } of SAMPLES) assert.deepEqual(schemaProblems(card), [], name);
    const misspelt = {
      type: "AdaptiveCard",
      version: "1.5",
      body: [{ type: "TextBlock", txt: "" }],
    };
    assert.notDeepEqual(schemaProblems(misspelt), [], "what is wrong is seen");
  });

  it("is small, has few actions, and says something where cards are not shown", () => {
    for (const { name, card } of SAMPLES) {
      assert.ok(Buffer.byteLength(JSON.stringify(card)) < LARGEST_BYTES, name);
      assert.ok((card.fallbackText ?? "").length > 10, name);
      for (const { actions = [] } of nodes(card)) {
        assert.ok(Array.isArray(actions) && actions.length <= MOST_ACTIONS, name);
      }
    }
  });

  it("names each input once", () => {
    for (const { name, card } of SAMPLES) {
      const ids = nodes(card).flatMap(({ id }) => (id === undefined ? [] : [id]));
      assert.equal(new Set(ids).size, ids.length, name);
    }
  });

  it("has only buttons that the bot understands, with ids and the shown version and nothing else", () => {
    const verbs = new Set<unknown>();
    for (const { name, card } of SAMPLES) {
      for (const button of ofType(card, "Action.Execute")) {
        const action = readCardAction(invoked(button));
        assert.equal(action?.verb, button["verb"], name);
        verbs.add(button["verb"]);
        const allowed = [
          "request",
          "lease",
          "registry",
          "form",
          "error",
          "version",
          "minutes",
          "card",
        ];
        for (const key of Object.keys(button["data"] ?? {})) assert.ok(allowed.includes(key), key);
      }
    }
    assert.ok(verbs.size >= 16, `only ${[...verbs].join(", ")}`);
  });

  it("shows what people wrote as text and never as markdown, whatever they wrote", () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        "[click](https://evil.example)",
        "**bold** <at>everyone</at>",
        "![](https://evil.example/x.png)",
        "{{DATE(2026-01-01T00:00:00Z)}}",
        "# head\n- one\n1. two",
        "\u202Eevil",
      ),
      fc.string({ minLength: 1, maxLength: 400, unit: "grapheme" }),
    );
    // Made recognisable, so that a short text is not found by chance.
    const written = hostile.map((text) => `§${text}§`);
    const words: fc.Arbitrary<PeoplesWords> = fc.record({
      requester: written,
      approver: written,
      reason: written,
      typed: written,
    });
    fc.assert(
      fc.property(words, (people) => {
        for (const { name, card } of sampleCards(people)) {
          assert.ok(Buffer.byteLength(JSON.stringify(card)) < LARGEST_BYTES, name);
          for (const node of nodes(card)) {
            const text = JSON.stringify(Object.values(node).filter((it) => typeof it === "string"));
            if (!text.includes("§")) continue;
            const safe = ["TextRun", "AdaptiveCard", "Input.Text"];
            assert.ok(safe.includes(String(node["type"])), `${name}: ${text}`);
            assert.equal(JSON.stringify(node["title"] ?? "").includes("§"), false, name);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("refreshes for a list of at most sixty people, if it refreshes by itself", () => {
    for (const { name, card } of SAMPLES) {
      if (card.refresh === undefined) continue;
      const { userIds } = card.refresh;
      assert.ok(Array.isArray(userIds) && userIds.length <= 60, name);
    }
  });

  it("says open or gone only of what was read back", () => {
    for (const { name, view, card } of SAMPLES) {
      if (view === undefined) continue;
      const text = JSON.stringify(card);
      const lease = "lease" in view ? view.lease : undefined;
      const claimsOpen = /Open until|is open for/.test(text);
      const isOpen = lease?.status === "open" && lease.gone === undefined;
      assert.ok(!claimsOpen || isOpen, name);
      const claimsGone = /Rule gone|was seen gone|closed again/.test(text);
      const isGone = lease?.status === "ended" && lease.remaining === "none";
      assert.ok(!claimsGone || isGone || (lease !== undefined && isShutOut(lease)), name);
    }
  });

  it("can be decided only while the request waits, revoked only while the lease lives", () => {
    for (const { name, view, card } of SAMPLES) {
      if (view?.kind !== "approval") continue;
      const verbs = ofType(card, "Action.Execute").map(({ verb }) => verb);
      const waits = view.request.status === "pending" && view.mayDecide !== false;
      assert.equal(verbs.includes("approve") && verbs.includes("deny"), waits, name);
      const lives = view.lease?.status === "opening" || view.lease?.status === "open";
      assert.equal(verbs.includes("revoke"), lives && !waits, name);
    }
  });

  it("tells each finding in a sentence of its own, with what to do", () => {
    const sentences = FINDINGS.map((finding) => findingSentence(finding, "acrdemomagic"));
    assert.equal(new Set(sentences).size, FINDINGS.length);
    for (const sentence of sentences) assert.match(sentence, /acrdemomagic/);
  });
});
