import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSendPace } from "../../src/adapters/teams/send-pace.ts";

const LIMITS = {
  conversation: [
    { calls: 2, withinMs: 60 },
    { calls: 3, withinMs: 150 },
  ],
  app: [{ calls: 4, withinMs: 60 }],
  following: [{ calls: 3, withinMs: 60 }],
};
const never = new AbortController().signal;
const clock = (): number => performance.now();

/** Sends one call on each conversation named, all at once, and answers when each went out. */
async function sendAll(names: readonly string[]): Promise<{ name: string; at: number }[]> {
  // What is measured here is when the caller goes on, which on a busy machine is some ms after its turn.
  const pace = createSendPace(clock, LIMITS, 25);
  const sent: { name: string; at: number }[] = [];
  await Promise.all(
    names.map(async (name) => {
      await pace.turn(name, false, never);
      sent.push({ name, at: clock() });
    }),
  );
  return sent;
}

/** The most calls in any stretch of so many ms. */
function most(times: readonly number[], withinMs: number): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + withinMs).length),
  );
}

describe("the pace of calls to Teams", () => {
  it("never has more calls in any stretch than a conversation and the app are allowed", async () => {
    const names = ["a", "a", "a", "a", "a", "b", "b", "b", "c", "c", "d", "d", "e", "f"];
    const sent = await sendAll(names);
    assert.equal(sent.length, names.length);
    const times = sent.map(({ at }) => at);
    assert.ok(most(times, 60) <= 4, "the app");
    const a = sent.filter(({ name }) => name === "a").map(({ at }) => at);
    assert.ok(most(a, 60) <= 2 && most(a, 150) <= 3, "the conversation");
  });

  it("counts the threads of a channel as the channel, and lets nobody else wait for it", async () => {
    const threads = [1, 2, 3].map((n) => `19:x@thread.tacv2;messageid=${String(n)}`);
    const sent = await sendAll([...threads, "other"]);
    assert.deepEqual(
      sent.map(({ name }) => name),
      [threads[0], threads[1], "other", threads[2]],
    );
    assert.ok((sent[3]?.at ?? 0) - (sent[0]?.at ?? 0) >= 60);
  });

  it("keeps a conversation at rest that Teams wants left alone", async () => {
    const pace = createSendPace(clock, LIMITS, 0);
    const startedAt = clock();
    pace.rest("a", 50);
    await pace.turn("b", false, never);
    assert.ok(clock() - startedAt < 45);
    await pace.turn("a", false, never);
    assert.ok(clock() - startedAt >= 49);
  });

  it("keeps something of what the app is allowed for those who wait for an answer", async () => {
    const pace = createSendPace(clock, LIMITS, 0);
    const went: string[] = [];
    const startedAt = clock();
    const call = async (name: string, urgent: boolean): Promise<void> => {
      await pace.turn(name, urgent, never);
      went.push(name);
    };
    const cards = ["a", "b", "c", "d"].map((name) => call(name, false));
    await call("asked", true);
    assert.ok(clock() - startedAt < 55);
    assert.deepEqual(went, ["a", "b", "c", "asked"]);
    await Promise.all(cards);
    assert.ok(clock() - startedAt >= 59);
  });

  it("ends with its signal, and gives the turn to the next", async () => {
    const pace = createSendPace(clock, LIMITS, 0);
    pace.rest("a", 5_000);
    const leaving = new AbortController();
    const waiting = pace.turn("a", false, leaving.signal);
    leaving.abort(new Error("gone"));
    await assert.rejects(waiting, /gone/);
    await assert.rejects(pace.turn("a", false, AbortSignal.abort()), { name: "AbortError" });
    await pace.turn("b", false, never);
  });
});
