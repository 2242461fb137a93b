import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createHeartbeat } from "../../src/application/heartbeat.ts";
import { keepSayingAlive } from "../../src/application/say-alive.ts";
import { eventually } from "../eventually.ts";

describe("keepSayingAlive", () => {
  it("says of each loop that it lives, and of one that stands still that it does", async () => {
    let now = 0;
    const lines: unknown[] = [];
    const write =
      (level: string) =>
      (event: string, fields: Readonly<Record<string, unknown>>): void => {
        lines.push([level, event, fields]);
      };
    const log = { info: write("info"), warn: write("warn"), error: write("error") };
    const registry = createHeartbeat(() => now);
    const conversation = createHeartbeat(() => now);
    const hearts = [
      { loop: "registry", heart: registry },
      { loop: "conversation", heart: conversation },
    ];
    now = 90_001;
    conversation.beat();

    const stopping = new AbortController();
    const saying = keepSayingAlive({ log, hearts, standsStillAfterMs: 90_000 }, stopping.signal, 1);
    await eventually("a line of each loop", () => (lines.length >= 2 ? lines : undefined));
    assert.deepEqual(lines.slice(0, 2), [
      ["error", "loop.silent", { loop: "registry", silentMs: 90_001 }],
      ["info", "loop.alive", { loop: "conversation", silentMs: 0 }],
    ]);
    stopping.abort();
    await saying;
  });

  it("ends at once when it is stopped, and says nothing more", async () => {
    const never = (event: string): void => {
      assert.ok(false, event);
    };
    const log = { info: never, warn: never, error: never };
    const hearts = [{ loop: "registry", heart: createHeartbeat(() => 0) }];
    await keepSayingAlive({ log, hearts, standsStillAfterMs: 1 }, AbortSignal.abort());
  });
});
