import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { cardOf } from "../../src/adapters/teams/cards/card-of.ts";
import { statusCard } from "../../src/adapters/teams/cards/status-card.ts";
import { wordsFor } from "../../src/adapters/teams/cards/words.ts";
import type { RegistryRules } from "../../src/application/ports.ts";
import { showStatus } from "../../src/application/show/show-status.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import type { Approved } from "../../src/domain/request.ts";
import { STORES_ON_SET_CLOCK, type StoreOpener } from "../stores-on-set-clock.ts";
import { HOUR_MS, NOW, pending, person, policyOf, registryPolicy } from "../unit/builders.ts";
import { conversationFixture, type ConversationFixture } from "./conversation-fixture.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;
const soon = AbortSignal.timeout(300_000);
const [ROBIN, ALEX] = [person(1), person(2)];
const [robins, alexs] = [`chat ${ROBIN.id}`, `chat ${ALEX.id}`];
const SAYS_OPEN = /Open until|is open for|closes soon/;

describe("the cards of a lease whose rule somebody else removed", () => {
  const at = azureForSuite();

  for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
    describe(`on ${name}`, { skip: missing }, () => {
      let kept: Awaited<ReturnType<StoreOpener>>;
      let on: RegistryFixture;
      let cards: ConversationFixture;
      afterEach(async () => {
        await kept.remove();
      });

      beforeEach(async () => {
        kept = await open();
        on = await registryFixture(at.azure, at.rules, undefined, undefined, kept);
        cards = conversationFixture(kept);
        const asked = pending({ registry: on.registry });
        const approved: Approved = {
          ...{ ...asked, version: 2 },
          ...{ status: "approved", decidedAt: NOW, grantedUntil: on.lease(1).endsBy },
        };
        await cards.given(cards.person(ROBIN), cards.person(ALEX), {
          kind: "request",
          value: asked,
        });
        await cards.settle(only({}));
        await cards.given({ kind: "request", value: approved });
        await on.given([on.lease(1)]);
      });

      const only = (over: Partial<RegistryPolicy>): Partial<RegistryPolicy> => ({
        ...{ id: on.registry, approvers: new Set([ALEX.id]) },
        ...over,
      });

      /** The worker looks, then the bot does what it was woken for. */
      async function look(choices: RoundChoices): Promise<void> {
        on.pass(6 * MINUTE_MS);
        cards.pass(6 * MINUTE_MS);
        await on.round(choices);
        await cards.settle(only(choices.policy ?? {}));
      }

      function rulesBecome(...rules: readonly string[]): void {
        const does = { kind: "replace" as const, rules: [...rules] };
        at.azure.external({ id: on.registry, does, byType: "Application" });
      }

      /** All that the cards of this moment say, and the answer to "status". */
      async function said(): Promise<string> {
        const views = cards.shown().flatMap(({ views: all }) => all.slice(-1));
        const status = await showStatus(on, ROBIN.id, soon);
        const words = wordsFor(undefined);
        const policy = policyOf(registryPolicy({ id: on.registry }));
        return JSON.stringify([
          ...views.map((view) => cardOf(view, words)),
          statusCard(status, policy, words),
        ]);
      }

      it("say that nothing is open as long as that is so, and follow the rule when it is back", async () => {
        const policy = { whenRemovedByOthers: "report" } as const;
        await look({ policy });
        assert.deepEqual(cards.sees(robins), ["request approved", "opened open"]);
        assert.match(await said(), SAYS_OPEN);

        rulesBecome(FOREIGN);
        await look({ policy });
        assert.deepEqual(cards.sees(robins), ["request approved", "opened shut out"]);
        assert.deepEqual(cards.sees(alexs), ["approval approved"]);
        assert.doesNotMatch(await said(), SAYS_OPEN);
        const told = (await said()).match(/The policy does not put it back/g);
        assert.equal(told?.length, 3, "to the requester, to the approver, and in the status");
        const versions = (await on.store.lease(on.lease(1).id, soon)).value?.version;
        await look({ policy });
        const later = (await on.store.lease(on.lease(1).id, soon)).value?.version;
        assert.equal(later, versions, "what is as it was is not written again");

        rulesBecome(FOREIGN, OURS);
        await look({ policy });
        assert.deepEqual(cards.sees(robins), ["request approved", "opened open"]);
        assert.match(await said(), /Another rule of the registry admits this address/);

        on.pass(4 * HOUR_MS);
        cards.pass(4 * HOUR_MS);
        await look({ policy });
        assert.equal(await on.status(1), "ended due");
        assert.deepEqual(on.rules(), [FOREIGN, OURS], "what somebody else brought back is theirs");
      });

      it("say so too while it is to be put back and Azure does not take it", async () => {
        const failing: RegistryRules = {
          ...at.rules,
          apply: () => Promise.resolve({ kind: "locked", code: "ScopeLocked" }),
        };
        await look({});
        rulesBecome(FOREIGN);
        await look({ through: failing });
        assert.deepEqual(cards.sees(robins), ["request approved", "opened shut out"]);
        assert.match(await said(), /I am trying to put it back/);
        assert.doesNotMatch(await said(), SAYS_OPEN);
        await look({});
        assert.deepEqual(cards.sees(robins), ["request approved", "opened open"]);
        assert.deepEqual(on.rules(), [FOREIGN, OURS]);
      });
    });
  }
});
