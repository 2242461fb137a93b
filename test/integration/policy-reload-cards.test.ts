import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { announcePolicy } from "../../src/application/policy/announce-policy.ts";
import type { Person } from "../../src/domain/ids.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";
import { STORES_ON_SET_CLOCK, type StoreOpener } from "../stores-on-set-clock.ts";
import {
  pending,
  person,
  policyOf,
  quorumOf,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import { conversationFixture, type ConversationFixture } from "./conversation-fixture.ts";

const soon = AbortSignal.timeout(120_000);
const [ROBIN, ALEX, SAM] = [person(1), person(2), person(3)];
const chat = ({ id }: Person): string => `chat ${id}`;
const onlyAlex = { approvers: new Set([ALEX.id]) };
const ids = { requestId: () => requestId(9), opId: () => randomUUID(), random: () => 0.5 };

describe("a policy that is loaded while a request waits", () => {
  for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
    describe(`on ${name}`, { skip: missing }, () => {
      let kept: Awaited<ReturnType<StoreOpener>>;
      let on: ConversationFixture;
      beforeEach(async () => {
        kept = await open();
        on = conversationFixture(kept);
        const request = { kind: "request", value: pending() } as const;
        await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request);
        await on.settle(onlyAlex);
      });
      afterEach(async () => {
        await kept.remove();
      });

      /** The bot loads it, and does what it has woken. */
      async function load(over: Partial<RegistryPolicy>): Promise<void> {
        const policy = (of: Partial<RegistryPolicy>, digest: string): Policy => ({
          ...policyOf(registryPolicy(of)),
          digest,
        });
        const change = { before: policy(onlyAlex, "a"), after: policy(over, "b") };
        await announcePolicy({ store: kept.store, ids, role: "bot" }, change, soon);
        await on.settle(over);
      }

      it("takes the buttons from who is an approver no more, and sends a card to who has become one", async () => {
        assert.deepEqual([on.sees(chat(ALEX)), on.sees(chat(SAM))], [["approval pending"], []]);
        await load({ approvers: new Set([SAM.id]) });
        assert.deepEqual(on.sees(chat(ALEX)), ["approval pending lost"]);
        assert.deepEqual(on.sees(chat(SAM)), ["approval pending"]);
      });

      it("has the cards say how many approvers it takes from now on", async () => {
        const quorums = () =>
          on
            .shown()
            .map(({ views }) => views.at(-1))
            .map((view) => (view !== undefined && "quorum" in view ? view.quorum : undefined));
        assert.deepEqual(quorums(), [1, 1]);
        await load({ ...onlyAlex, quorum: quorumOf(2) });
        assert.deepEqual(quorums(), [2, 2], "in the same two messages");
      });
    });
  }
});
