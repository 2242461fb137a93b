import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  wantedCards,
  type ConversationState,
} from "../../src/application/conversation/conversation-plan.ts";
import { NOW, pending, quorumOf, registryPolicy } from "./builders.ts";

const waiting: ConversationState = {
  ...{ request: pending(), lease: undefined, policy: registryPolicy(), sent: [] },
  ...{ unwritable: new Set(), deciders: ["Alex Approver"], lastFailure: undefined, now: NOW },
  surroundings: { now: NOW, findings: [], slots: undefined, others: 0, sharing: 0 },
};
const approved = { ...pending(), status: "approved", decidedAt: NOW, grantedUntil: NOW } as const;
const twoOfThem = { policy: registryPolicy({ quorum: quorumOf(2) }) };

/** Which cards would be drawn again when this changes and nothing else. */
function redrawn(over: Partial<ConversationState>, before = waiting): readonly string[] {
  const was = new Set(wantedCards(before).map(({ to, shows }) => `${to} ${shows}`));
  return wantedCards({ ...before, ...over })
    .filter(({ to, shows }) => !was.has(`${to} ${shows}`))
    .map(({ slot }) => slot);
}

describe("what is drawn again on the cards of a request that waits", () => {
  it("is everything when the policy wants more approvers", () => {
    assert.deepEqual(redrawn(twoOfThem), ["approval", "approval", "request"]);
  });

  it("is the requester's card when others can decide", () => {
    assert.deepEqual(redrawn({ deciders: ["Alex Approver", "Sam Security"] }), ["request"]);
    assert.deepEqual(redrawn({}), []);
  });

  it("is nothing of that once it was decided", () => {
    const decided = { ...waiting, request: approved };
    assert.deepEqual(redrawn({ ...twoOfThem, deciders: [] }, decided), []);
  });
});
