import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cardOf } from "../../src/adapters/teams/cards/card-of.ts";
import { statusCard } from "../../src/adapters/teams/cards/status-card.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import type { CardView } from "../../src/application/conversation/card-view.ts";
import { extensionsOf } from "../../src/application/conversation/extensions-of.ts";
import { leaseCards } from "../../src/application/conversation/lease-cards.ts";
import type { SentCard } from "../../src/application/store.ts";
import { opened, readmitted, shutOut } from "../../src/domain/lease.ts";
import { HOUR_MS, NOW, opening, pending, person, policyOf, registryPolicy } from "./builders.ts";

const open = opened(opening(), NOW, false);
const gone = shutOut(open, { seenAt: NOW, putBack: false });
const approved = { ...pending(), status: "approved", decidedAt: NOW, grantedUntil: NOW } as const;
const surroundings = { now: NOW, findings: [], slots: undefined, others: 0, sharing: 0 };
const near = new Date(open.endsAt.getTime() - HOUR_MS / 6);

/** The cards of the lease shortly before its end; `told` is what the requester was told of that before. */
function cardsOf(lease: typeof open, told: string | undefined): readonly string[] {
  const ending = { slot: "ending", to: person(1).id, conversationId: "c", messageId: "m" } as const;
  const sent: SentCard[] = told === undefined ? [] : [{ ...ending, shows: told }];
  const state = { request: approved, lease, policy: registryPolicy(), sent, now: near };
  return leaseCards(state).map(({ slot, anew }) => (anew === true ? `${slot} anew` : slot));
}

describe("a lease that lets nothing pass, since somebody else removed its rule", () => {
  it("is called open by no card, and each says since when and who puts it back", () => {
    const views: readonly CardView[] = [
      { kind: "opened", lease: gone, extendByMs: [] },
      { kind: "ending", lease: gone, extendByMs: [] },
      { kind: "approval", request: approved, lease: gone, quorum: 1, surroundings },
    ];
    const status = { now: NOW, pending: [], leases: [gone], unreadable: 0 };
    const policy = policyOf(registryPolicy());
    const cards = [
      ...views.map((view) => cardOf(view, wordsFor(undefined))),
      statusCard(status, policy, wordsFor(undefined)),
    ];
    for (const card of cards) {
      const text = JSON.stringify(card);
      assert.doesNotMatch(text, /Open until|is open for|closes soon|"Open"/);
      assert.match(text, /2026-11-23T14:00:00Z.*The policy does not put it back/);
      assert.doesNotMatch(text, /"extend"/, "more time is not offered for nothing");
    }
    assert.match(JSON.stringify(cards.at(-1)), /You have 0 open/);
  });

  it("is not told of as ending soon; what was told before is corrected, and told anew once it passes again", () => {
    const soon = `soon ${String(open.endsAt.getTime())}`;
    assert.deepEqual(cardsOf(open, undefined), ["opened", "ending anew"]);
    assert.deepEqual(cardsOf(gone, undefined), ["opened"]);
    assert.deepEqual(cardsOf(gone, soon), ["opened", "ending"]);
    assert.deepEqual(cardsOf(readmitted(gone, true), "shut out"), ["opened", "ending anew"]);
  });

  it("can be asked for more time with one click once it passes again", () => {
    assert.deepEqual(extensionsOf(registryPolicy(), gone), []);
    assert.equal(extensionsOf(registryPolicy(), readmitted(gone, false)).length, 2);
  });
});
