import assert from "node:assert/strict";
import { it } from "node:test";
import { UnreadableRecord, type Idle } from "../../src/application/store.ts";
import { workLoop } from "../../src/application/work-loop.ts";

type Claim = { readonly kind: "claimed"; readonly key: string };

it("a loop over a wake list goes on at once to what it can work on, and says what it can't", async () => {
  const stop = new AbortController();
  const due = ["?1", "?2", "?3", "warehouse"];
  const worked: string[] = [];
  const said: string[] = [];
  const say = (event: string): void => {
    said.push(event);
  };
  const started = performance.now();
  await workLoop<Claim>(
    {
      name: "registry",
      claim: () => {
        const key = due.shift();
        const idle: Idle = { kind: "idle", now: new Date(0), nextAt: undefined };
        if (key?.startsWith("?")) return Promise.reject(new UnreadableRecord(key));
        return Promise.resolve(key === undefined ? idle : { kind: "claimed", key });
      },
      work: ({ key }) => {
        worked.push(key);
        stop.abort();
        return Promise.resolve();
      },
      onWake: () => () => undefined,
      parallel: 1,
      log: { info: say, warn: say, error: say },
    },
    stop.signal,
    new AbortController().signal,
  );
  assert.deepEqual(worked, ["warehouse"]);
  assert.deepEqual(said, Array<string>(3).fill("loop.unreadable-key"));
  // After a claim that failed for any other reason it waits half a second.
  assert.ok(performance.now() - started < 400);
});

it("a loop claims one key at a time, and in a rush some of the next before the last claim was answered", async () => {
  const stop = new AbortController();
  let due = 40;
  let claims = 0;
  let idle = 0;
  const atOnce: number[] = [];
  await workLoop<Claim>(
    {
      name: "registry",
      claim: async () => {
        claims += 1;
        atOnce.push(claims);
        await new Promise((resolve) => setImmediate(resolve));
        claims -= 1;
        due -= 1;
        if (due >= 0) return { kind: "claimed", key: String(due) };
        idle += 1;
        if (idle === 4) stop.abort();
        return { kind: "idle", now: new Date(0), nextAt: new Date(1) };
      },
      work: () => Promise.resolve(),
      onWake: () => () => undefined,
      parallel: 16,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    stop.signal,
    new AbortController().signal,
  );
  assert.deepEqual(atOnce.slice(0, 4), [1, 1, 1, 1]);
  assert.equal(Math.max(...atOnce), 4);
});

it("a loop begins others beside keys that have hardly anything left to do", async () => {
  assert.deepEqual(await begun(["light", "light too", "heavy", "not yet"], 9), [
    "light",
    "light too",
    "heavy",
  ]);
});

it("a loop has no more of such keys in hand than its limit says", async () => {
  assert.deepEqual(await begun(["light", "light too", "light again"], 1), ["light", "light too"]);
});

/** What a loop for one key at once begins while nothing ends; "light" keys say twice that they are. */
async function begun(due: readonly string[], light: number): Promise<readonly string[]> {
  const stop = new AbortController();
  const end = Promise.withResolvers<undefined>();
  const left = [...due];
  const keys: string[] = [];
  const idle: Idle = { kind: "idle", now: new Date(0), nextAt: undefined };
  const loop = workLoop<Claim>(
    {
      name: "registry",
      claim: () => {
        const key = left.shift();
        return Promise.resolve(key === undefined ? idle : { kind: "claimed", key });
      },
      work: async ({ key }, _signal, onLight) => {
        keys.push(key);
        if (key.startsWith("light")) onLight();
        if (key.startsWith("light")) onLight();
        await end.promise;
      },
      onWake: () => () => undefined,
      parallel: 1,
      light,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    stop.signal,
    new AbortController().signal,
  );
  // Everything here goes on by itself, without a timer, until the loop has enough.
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  end.resolve(undefined);
  await loop;
  return keys;
}
