import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { remindApprovers } from "../../src/application/conversation/remind-approvers.ts";
import type { Log } from "../../src/application/ports.ts";
import {
  HOUR_MS,
  NOW,
  pending,
  pendingExtension,
  person,
  policyOf,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import { conversationFixture } from "./conversation-fixture.ts";

const DAY_MS = 24 * HOUR_MS;
const [ROBIN, ALEX] = [person(1), person(2)];
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const soon = AbortSignal.timeout(60_000);

describe("a request that is over", () => {
  it("for more time is gone a week after the end that it granted, like every other", async () => {
    const on = conversationFixture();
    const grantedUntil = new Date(NOW.getTime() + 5 * HOUR_MS);
    const value = {
      ...pendingExtension(),
      status: "approved",
      decidedAt: NOW,
      grantedUntil,
    } as const;
    await on.given(on.person(ROBIN), { kind: "request", value });
    await on.settle();
    on.pass(7 * DAY_MS);
    assert.notEqual((await on.store.request(value.id, soon)).value, undefined);
    on.pass(6 * HOUR_MS);
    const left = await Promise.all([
      on.store.request(value.id, soon),
      on.store.conversation(value.id, soon),
    ]);
    assert.deepEqual(
      left.map((read) => read.value),
      [undefined, undefined],
    );
  });

  it("is in no reminder: when all was decided just now, nobody is reminded of nothing", async () => {
    const store = openSqliteStore({ file: ":memory:", now: () => NOW, auditKeptMs: DAY_MS });
    const approval = { ...registryPolicy().approval, remindAfterMs: [HOUR_MS] };
    const registry = registryPolicy({ approval });
    const on = conversationFixture();
    const put = [on.person(ALEX)];
    await store.commit({ opId: "met", notAfter: NOW, put }, soon);
    const sent: unknown[] = [];
    const deps = {
      store,
      policy: () => policyOf(registry),
      ids: { requestId: () => requestId(0), opId: () => "told", random: () => 0.5 },
      log: quiet,
      messenger: {
        send: (_to: unknown, view: unknown) => {
          sent.push(view);
          return Promise.resolve({ kind: "delivered", messageId: "1" } as const);
        },
      },
    };
    const shown = { conversationId: "chat", messageId: "1", shows: "" };
    const cards = [{ slot: "approval", to: ALEX.id, ...shown } as const];
    const asked = pending({ askedAt: new Date(NOW.getTime() - 2 * HOUR_MS) });
    assert.equal(await remindApprovers(deps, asked, registry, cards, NOW, soon), undefined);
    assert.deepEqual(sent, []);
    await store.close();
  });
});
