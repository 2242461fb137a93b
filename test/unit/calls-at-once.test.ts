import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCallsAtOnce, type CallKind } from "../../src/adapters/azure/calls-at-once.ts";

describe("calls to Azure at once", { timeout: 5_000 }, () => {
  const never = new AbortController().signal;

  it("are at most so many; a write goes before the reads that wait", async () => {
    const calls = createCallsAtOnce(2, () => 0);
    const went: string[] = [];
    const enter = async (name: string, kind: "read" | "write"): Promise<() => void> => {
      const leave = await calls.enter(kind, never);
      went.push(name);
      return leave;
    };
    const first = await enter("first", "read");
    const second = await enter("second", "read");
    const third = enter("third", "read");
    const fourth = enter("fourth", "read");
    const write = enter("write", "write");
    assert.deepEqual(went, ["first", "second"]);

    first();
    (await write)();
    (await third)();
    second();
    (await fourth)();
    assert.deepEqual(went, ["first", "second", "write", "third", "fourth"]);
  });

  it("lets a confirmation go last, but before other reads once it has waited for 5 s", async () => {
    let nowMs = 0;
    const calls = createCallsAtOnce(1, () => nowMs);
    const went: string[] = [];
    const enter = async (kind: CallKind, name: string): Promise<() => void> => {
      const leave = await calls.enter(kind, never);
      went.push(name);
      return leave;
    };
    const first = await enter("read", "first");
    const confirmation = enter("confirmation", "confirmation");
    const read = enter("read", "read");
    first();
    const reading = await read;
    const late = enter("read", "late");
    const write = enter("write", "write");
    nowMs = 5_000;
    reading();
    (await write)();
    (await confirmation)();
    (await late)();
    assert.deepEqual(went, ["first", "read", "write", "confirmation", "late"]);
  });

  it("gives the place of one that was given up to the next", async () => {
    const calls = createCallsAtOnce(1, () => 0);
    const leave = await calls.enter("read", never);
    const giveUp = new AbortController();
    const given = calls.enter("write", giveUp.signal);
    const next = calls.enter("read", never);
    giveUp.abort(new Error("too late"));
    await assert.rejects(given, /too late/);
    leave();
    (await next)();
    (await calls.enter("read", never))();
  });
});
