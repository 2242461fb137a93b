import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { confirmAddress } from "../../src/application/proof/confirm-address.ts";
import { proveEmergency } from "../../src/application/proof/prove-emergency.ts";
import { recordAddress, type Link } from "../../src/application/proof/record-address.ts";
import { reviewEmergency } from "../../src/application/requests/review-emergency.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import { grantEmergency } from "../../src/domain/grant.ts";
import { parseChannelId } from "../../src/domain/ids.ts";
import { opened } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { reviewed } from "../../src/domain/request.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK, type StoreOnSetClock } from "../stores-on-set-clock.ts";
import {
  address,
  addressesOf,
  HOUR_MS,
  NOW,
  pending,
  person,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import { conversationFixture } from "./conversation-fixture.ts";
import { personOn, type PersonOn } from "./person-on-store.ts";

const soon = AbortSignal.timeout(120_000);
const secrets = createLinkSecrets();
const [robin, alex, sam, dana] = [person(1), person(2), person(3), person(4)];
const home = address("203.0.113.7");
const named: Partial<RegistryPolicy> = {
  emergency: {
    ...{ kind: "on", maxMs: HOUR_MS },
    ...{ people: new Set([robin.id]), tell: new Set([dana.id, robin.id]) },
  },
};

for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
  describeUnless(missing, `an emergency for an address that is proven, on ${name}`, () => {
    let at: StoreOnSetClock & { readonly remove: () => Promise<void> };
    let on: PersonOn;

    beforeEach(async () => {
      at = await open();
      on = personOn(at);
      // Whom the policy trusts with emergencies need not be one who may ask; nor can anybody have more waiting.
      const limits = { ...registryPolicy().limits, pendingPerPerson: 0, hoursPerPersonPerDay: 0 };
      on.policy = { ...named, limits, requesters: new Set([person(9).id]) };
    });
    afterEach(() => at.remove());

    const deps = (n: number) => ({ ...on.deps(n), secrets });
    const asks = (n: number) => {
      const wish = { by: robin, registryName: "acrdemomagic", durationMs: HOUR_MS };
      const question = { ...wish, reason: "it burns", messageId: randomUUID() };
      return proveEmergency(deps(n), question, soon);
    };
    async function refusal(n: number): Promise<string> {
      const outcome = await asks(n);
      return outcome.kind === "policy" ? outcome.refusal.kind : outcome.kind;
    }
    async function link(n: number): Promise<Link> {
      const begun = await asks(n);
      assert.ok(begun.kind === "proving", begun.kind);
      return { request: begun.proof.id, secret: begun.secret };
    }
    /** The version that the card shows once the link was used. */
    async function seen(n: number): Promise<number> {
      const used = await recordAddress(deps(n), await link(n), home, soon);
      assert.ok(used.kind === "recorded", used.kind);
      return used.proof.version;
    }
    async function confirm(n: number, shownVersion: number): Promise<string> {
      const click = { request: requestId(n), by: robin, shownVersion };
      const outcome = await confirmAddress(deps(n), click, soon);
      if (outcome.kind !== "emergency") return outcome.kind;
      const { outcome: made } = outcome;
      return made.kind === "policy" ? made.refusal.kind : made.kind;
    }

    it("opens once, for one who may not even ask, however often it is confirmed", async () => {
      const shown = await seen(1);
      assert.equal(await confirm(1, shown - 1), "out-of-date");
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => confirm(1, shown)));
      assert.ok(outcomes.includes("granted"), outcomes.join());
      for (const kind of outcomes) {
        assert.ok(["granted", "sent-before", "store-busy"].includes(kind), kind);
      }
      assert.equal((await on.auditOf("lease.approved")).length, 1);
      const lease = await on.lease(1);
      assert.deepEqual([lease?.basis, lease?.address], [{ kind: "emergency" }, home]);
    });

    it("is asked of the policy before there is a link, and again before anything opens", async () => {
      const { policy } = on;
      const shown = await seen(1);
      on.policy = { ...policy, emergency: { kind: "off" } };
      assert.equal(await confirm(1, shown), "no-emergency-for-you");
      assert.equal(await refusal(2), "no-emergency-for-you");
      on.policy = { ...policy, address: addressesOf({ myIp: "refused" }) };
      assert.deepEqual(
        [await confirm(1, shown), await refusal(2)],
        Array(2).fill("no-link-allowed"),
      );
      assert.equal(await on.lease(1), undefined);
      on.policy = policy;
      assert.equal(await confirm(1, shown), "granted");
    });

    it("makes the link before it useless, and no other one", async () => {
      const first = await link(1);
      const second = await link(2);
      assert.equal((await recordAddress(deps(2), first, home, soon)).kind, "over");
      assert.equal((await recordAddress(deps(2), second, home, soon)).kind, "recorded");
    });

    it("is reviewed once, by an approver who did not open it", async () => {
      on.policy = { ...on.policy, approvers: new Set([robin.id, alex.id, sam.id]) };
      const shown = await seen(1);
      const review = async (by = alex) =>
        reviewEmergency(on.deps(1), { request: requestId(1), by }, soon);
      assert.equal((await review()).kind, "no-such-request", "nothing was opened yet");
      assert.equal(await confirm(1, shown), "granted");
      assert.equal((await review(robin)).kind, "own-emergency");
      assert.equal((await review(dana)).kind, "not-an-approver");
      await Promise.all([review(), review(sam), review()]);
      const audit = await on.auditOf("request.reviewed");
      assert.equal(audit.length, 1);
      const later = await review(sam);
      assert.ok(later.kind === "reviewed" && audit[0]?.kind === "request.reviewed");
      assert.deepEqual(later.request.review?.by, audit[0].by);
    });
  });
}

describe("the cards of an emergency", () => {
  const { id, registry, addressFrom, durationMs, reason } = pending();
  const terms = { id, registry, addressFrom, durationMs, reason, requester: robin, address: home };
  const { request, lease } = grantEmergency({ ...terms, version: 1 }, NOW);
  const chat = (who: typeof robin): string => `chat ${who.id}`;
  const puts = [
    { kind: "request", value: request },
    { kind: "lease", value: lease },
  ] as const;

  it("go to all who can review it and all whom the policy names, who can't; not to whom it is of", async () => {
    const on = conversationFixture();
    const escalate = { afterMs: HOUR_MS, to: new Set([person(5).id]) };
    const approval = { ...registryPolicy().approval, escalate };
    await on.given(...[robin, alex, sam, dana].map((who) => on.person(who)), ...puts);
    await on.settle({ ...named, approval });
    const sees = () => [alex, sam, dana, robin].map((who) => on.sees(chat(who)));
    const [own, approver, told] = [
      "request approved",
      "approval approved",
      "approval approved lost",
    ];
    assert.deepEqual(sees(), [[approver], [approver], [told], [own]]);
    assert.ok(lease.status === "opening" && request.kind === "emergency");
    on.pass(2 * HOUR_MS);
    await on.given({ kind: "lease", value: opened(lease, NOW, false) });
    await on.settle({ ...named, approval });
    assert.deepEqual(on.sees(chat(person(5))), [], "there is nothing to escalate");
    const value = reviewed(request, { by: alex, at: NOW });
    const before = on.shown().flatMap(({ views }) => views).length;
    await on.given({ kind: "request", value });
    await on.settle({ ...named, approval });
    const after = on.shown().flatMap(({ views }) => views).length;
    assert.ok(after - before >= 4, "everybody's card says that it was reviewed");
  });

  it("go to the channel of the approvers, and to those whom the policy names", async () => {
    const on = conversationFixture();
    const channel = "19:approvals@thread.tacv2";
    assert.ok(parseChannelId(channel) !== undefined);
    await on.given(...[robin, alex, sam, dana].map((who) => on.person(who)), ...puts);
    await on.settle({ ...named, inbox: { kind: "channel", channelId: channel } });
    assert.deepEqual(
      [alex, sam, dana].map((who) => on.sees(chat(who))),
      [[], [], ["approval approved lost"]],
    );
    assert.equal(
      on.shown().filter(({ conversationId }) => conversationId.startsWith(channel)).length,
      1,
    );
  });
});
