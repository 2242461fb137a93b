import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Put } from "../../src/application/store.ts";
import { leaseIdOf, parseChannelId, type Person } from "../../src/domain/ids.ts";
import { closing, ended, extended, opened, type Lease } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { cancel } from "../../src/domain/request.ts";
import {
  HOUR_MS,
  NOW,
  opening,
  pending,
  person,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import { conversationFixture, HOLD_MS, type ConversationFixture } from "./conversation-fixture.ts";

const MINUTE_MS = 60_000;
const CHANNEL = "19:approvals@thread.tacv2";
const [ROBIN, ALEX, SAM] = [person(1), person(2), person(3)];
const chat = ({ id }: Person): string => `chat ${id}`;
const request = (value = pending()): Put => ({ kind: "request", value });
const approvalOf = (over: Partial<RegistryPolicy["approval"]>): Partial<RegistryPolicy> => ({
  approval: { ...registryPolicy().approval, ...over },
});

describe("the cards of a request", () => {
  it("go to each approver, or to the channel that the policy names", async () => {
    const on = conversationFixture();
    await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request());
    await on.settle({ inbox: { kind: "channel", channelId: CHANNEL } });
    assert.deepEqual(on.sees(`${CHANNEL};messageid=1`), ["approval pending"]);
    assert.deepEqual([on.sees(chat(ALEX)), on.sees(chat(ROBIN))], [[], ["request pending"]]);
  });

  it("go to each approver when the channel can't be written to, which is not asked for again at once", async () => {
    const on = conversationFixture();
    const inbox = { kind: "channel", channelId: CHANNEL } as const;
    on.refuse(CHANNEL, { kind: "gone", why: "not-installed" });
    await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request());
    const nextMs = await on.settle({ inbox });
    assert.deepEqual(
      [ALEX, SAM].map((who) => on.sees(chat(who))),
      [["approval pending"], ["approval pending"]],
    );
    assert.deepEqual(on.sees(chat(ROBIN)), ["request pending"]);
    assert.ok((nextMs ?? 0) >= MINUTE_MS, "Teams is not asked again at once");
  });

  it("lose their buttons for who is an approver no more, and come to who has become one", async () => {
    const on = conversationFixture();
    await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request());
    await on.settle({ approvers: new Set([ALEX.id]) });
    await on.given(request(pending({ version: 2 })));
    await on.settle({ approvers: new Set([SAM.id]) });
    assert.deepEqual(on.sees(chat(ALEX)), ["approval pending lost"]);
    assert.deepEqual(on.sees(chat(SAM)), ["approval pending"]);
  });

  it("escalate when the time has come, and are looked at then", async () => {
    const on = conversationFixture();
    const escalate = { afterMs: 30 * MINUTE_MS, to: new Set([person(7).id]) };
    await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request());
    assert.equal(await on.settle(approvalOf({ escalate })), 30 * MINUTE_MS);
    assert.deepEqual(on.sees(chat(person(7))), []);
    on.pass(30 * MINUTE_MS);
    await on.settle(approvalOf({ escalate }));
    assert.deepEqual(on.sees(chat(person(7))), ["approval pending"]);
  });

  it("are in the language that each of their readers reads, as far as it is known", async () => {
    const on = conversationFixture();
    const people = [on.person(ROBIN, "de-DE"), on.person(ALEX, "fr-FR"), on.person(SAM)];
    await on.given(...people, request());
    await on.settle();
    await on.given({ kind: "request", value: cancel(pending(), NOW) });
    on.pass(MINUTE_MS);
    await on.settle();
    for (const [who, locale] of [
      [ROBIN, "de-DE"],
      [ALEX, "fr-FR"],
      [SAM, undefined],
    ] as const) {
      const [card] = on.shown().filter(({ conversationId }) => conversationId === chat(who));
      assert.deepEqual(card?.locales, [locale, locale], "sent and updated");
    }
  });

  it("remind an approver once for all that waits, and again at the next time", async () => {
    const on = conversationFixture();
    const remind = approvalOf({ remindAfterMs: [15 * MINUTE_MS, HOUR_MS] });
    await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request());
    assert.equal(await on.settle(remind), 15 * MINUTE_MS);
    on.pass(MINUTE_MS);
    await on.given(request(pending({ id: requestId(2), askedAt: on.now() })));
    await on.settle(remind);
    on.pass(14 * MINUTE_MS);
    await on.settle(remind);
    on.pass(MINUTE_MS);
    await on.settle(remind);
    const two = ["approval pending", "approval pending"];
    assert.deepEqual(on.sees(chat(ALEX)), [...two, "reminder of 2"]);
    on.pass(44 * MINUTE_MS);
    await on.settle(remind);
    on.pass(5 * MINUTE_MS);
    await on.settle(remind);
    assert.deepEqual(on.sees(chat(SAM)), [...two, "reminder of 2", "reminder of 2"]);
    assert.deepEqual(on.sees(chat(ROBIN)), ["request pending", "request pending"]);
  });

  it("remind in the thread of the channel", async () => {
    const on = conversationFixture();
    const remind = {
      ...approvalOf({ remindAfterMs: [15 * MINUTE_MS] }),
      inbox: { kind: "channel", channelId: CHANNEL },
    } as const;
    await on.given(on.person(ROBIN), on.person(ALEX), on.person(SAM), request());
    await on.settle(remind);
    on.pass(15 * MINUTE_MS);
    await on.settle(remind);
    await on.given(request(pending({ version: 2 })));
    await on.settle(remind);
    assert.deepEqual(on.sees(`${CHANNEL};messageid=1`), ["approval pending", "reminder of 1"]);
  });
});

describe("the end of a lease", () => {
  const way = opening();
  const open = opened(way, NOW, false);
  const approved = { ...pending(), status: "approved", decidedAt: NOW, grantedUntil: NOW } as const;
  const lease = (value: Lease, version: number): Put => ({
    kind: "lease",
    value: { ...value, version },
  });
  const begin = async (on: ConversationFixture, value: Lease = open): Promise<void> => {
    await on.given(on.person(ROBIN), request(), lease(value, 1));
    await on.given({ kind: "request", value: { ...approved, version: 2 } });
  };

  it("is told 15 minutes before, once, and looked at then", async () => {
    const on = conversationFixture();
    await begin(on);
    const soonMs = 4 * HOUR_MS - 15 * MINUTE_MS;
    assert.equal(await on.settle(), soonMs);
    assert.deepEqual(on.sees(chat(ROBIN)), ["request approved", "opened open"]);
    on.pass(soonMs);
    assert.equal(await on.settle(), undefined);
    await on.given({ kind: "request", value: { ...approved, version: 3 } });
    await on.settle();
    assert.deepEqual(on.sees(chat(ROBIN)), ["request approved", "opened open", "ending open"]);
  });

  it("is told anew after more time was given, and corrected meanwhile and when it is over", async () => {
    const on = conversationFixture();
    await begin(on);
    on.pass(4 * HOUR_MS - 15 * MINUTE_MS);
    await on.settle();
    const extension = { request: requestId(2), durationMs: HOUR_MS, approvals: [] };
    const longer = extended(open, { ...extension, askedAt: on.now(), at: on.now() });
    await on.given(lease(longer, 2));
    assert.equal(await on.settle(), HOUR_MS);
    const before = ["request approved", "opened open"];
    assert.deepEqual(on.sees(chat(ROBIN)), [...before, "ending later"]);
    on.pass(HOUR_MS);
    await on.settle();
    assert.deepEqual(on.sees(chat(ROBIN)), [...before, "ending later", "ending open"]);
    const over = closing(longer, { kind: "given-back", by: ROBIN }, on.now());
    await on.given(lease(ended(over, on.now(), "none"), 3));
    await on.settle();
    assert.deepEqual(on.sees(chat(ROBIN)), [
      ...["request approved", "opened ended"],
      ...["ending later", "ending ended", "ended ended"],
    ]);
  });

  it("is not told of a lease shorter than half an hour", async () => {
    const on = conversationFixture();
    await begin(on, opened(opening({ durationMs: 29 * MINUTE_MS }), NOW, false));
    assert.equal(await on.settle(), undefined);
    on.pass(20 * MINUTE_MS);
    await on.given({ kind: "request", value: { ...approved, version: 3 } });
    await on.settle();
    assert.deepEqual(on.sees(chat(ROBIN)), ["request approved", "opened open"]);
  });
});

describe("a process that dies", () => {
  const inChannel: Partial<RegistryPolicy> = {
    inbox: { kind: "channel", channelId: parseChannelId(CHANNEL) ?? "" },
  };
  const waiting = async (on: ConversationFixture): Promise<void> => {
    // Sam never wrote to the bot.
    await on.given(on.person(ROBIN), on.person(ALEX), request());
    on.pass(15 * MINUTE_MS);
  };
  const ending = async (on: ConversationFixture): Promise<void> => {
    const open = opened(opening(), NOW, false);
    const value = { ...pending(), status: "approved", decidedAt: NOW, grantedUntil: NOW } as const;
    await on.given(on.person(ROBIN), { kind: "request", value });
    await on.given({ kind: "lease", value: { ...open, version: 1, id: leaseIdOf(value.id) } });
    on.pass(4 * HOUR_MS - 15 * MINUTE_MS);
  };
  const remind = approvalOf({ remindAfterMs: [15 * MINUTE_MS] });
  const scenes: Readonly<
    Record<string, [(on: ConversationFixture) => Promise<void>, Partial<RegistryPolicy>]>
  > = {
    "while approvers are told, one for the first time, and reminded": [waiting, remind],
    "while a channel is told and reminded": [waiting, { ...remind, ...inChannel }],
    "while a requester is told of the end": [ending, {}],
  };

  for (const [name, [scene, policy]] of Object.entries(scenes)) {
    for (const when of ["before", "after"] as const) {
      it(`${name}, ${when} any of its steps, repeats one message at the most and leaves none out`, async () => {
        const undisturbed = conversationFixture();
        await scene(undisturbed);
        await undisturbed.settle(policy);
        const wanted = undisturbed.shown().map(kindAndPlace).toSorted();
        let steps = 0;
        for (let n = 1; ; n += 1) {
          const on = conversationFixture();
          await scene(on);
          on.dieAt(n, when);
          await on.settle(policy);
          if (!on.died()) break;
          steps += 1;
          on.pass(HOLD_MS + 1);
          await on.settle(policy);
          const shown = on.shown().map(kindAndPlace).toSorted();
          const missing = wanted.filter((one) => !shown.includes(one));
          // That somebody was reminded is written down first, so that two requests never remind of each other.
          assert.ok(
            missing.every((one) => one.startsWith("reminder ")) && missing.length <= 1,
            `step ${String(n)} left out ${missing.join()}`,
          );
          assert.ok(
            shown.length - (wanted.length - missing.length) <= 1,
            `step ${String(n)} repeated more than one: ${shown.join()}`,
          );
        }
        assert.ok(steps >= 4, `${String(steps)} steps`);
      });
    }
  }
});

function kindAndPlace({
  conversationId,
  views,
}: {
  readonly conversationId: string;
  readonly views: readonly { readonly kind: string }[];
}): string {
  const place = conversationId.replace(/;messageid=.*$/, "");
  return `${views[0]?.kind ?? ""} in ${place}`;
}
