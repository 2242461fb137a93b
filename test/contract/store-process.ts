// Another process that opens a store and asks of it what it is told to: the child of other-process.ts.
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/application/store.ts";
import type { Asked } from "./other-process.ts";
import { untilDone } from "./samples.ts";

let store: Store | undefined;
let nowMs = 0;

process.on("message", (asked: Asked) => {
  const { id } = asked;
  answer(asked).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});

async function answer(asked: Asked): Promise<unknown> {
  nowMs = asked.nowMs;
  if (asked.method === "open") {
    store = await opened(asked.where);
    return undefined;
  }
  if (store === undefined) throw new Error("No store is open.");
  // Who asks names a method of the port and brings its arguments.
  const methods = store as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  return methods[asked.method]?.(...asked.args, untilDone);
}

function opened(where: Extract<Asked, { method: "open" }>["where"]): Promise<Store> | Store {
  const options = { auditKeptMs: where.auditKeptMs, onError: () => undefined };
  return "file" in where
    ? openSqliteStore({ ...options, file: where.file, now: () => new Date(nowMs) })
    : openRedisStore({ ...options, url: where.url, prefix: where.prefix }, untilDone);
}
