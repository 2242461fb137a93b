import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/application/store.ts";
import { startRedisServer } from "../redis-server.ts";

/** A store for a product under test: how the product finds it, and a second way in to see what is in it. */
export type ChosenStore = {
  readonly kind: "redis" | "sqlite";
  readonly settings: Readonly<Record<string, string>>;
  open(): Promise<Store>;
  remove(): Promise<void>;
};

const AUDIT_KEPT_MS = 365 * 24 * 3_600_000;

/** An SQLite file in a folder of its own. */
export async function sqliteStore(): Promise<ChosenStore> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-sqlite-"));
  const file = join(folder, "drawbridge.sqlite");
  return {
    kind: "sqlite",
    settings: { SQLITE_FILE: file },
    open: () =>
      Promise.resolve(openSqliteStore({ file, now: () => new Date(), auditKeptMs: AUDIT_KEPT_MS })),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A Redis of our own that writes every commit to the disk, and wants a password that nobody may read anywhere. */
export async function privateRedisStore(): Promise<ChosenStore> {
  const server = await startRedisServer();
  const password = `canary-of-redis-${randomUUID()}`;
  const client = new Redis(server.url);
  await client.config("SET", "requirepass", password);
  client.disconnect();
  const url = server.url.replace("://", `://:${password}@`);
  return { ...redisStoreAt(url), remove: server.stop };
}

/** A Redis that somebody runs; nothing is removed from it. */
export function redisStoreAt(url: string, prefix = "drawbridge"): ChosenStore {
  return {
    kind: "redis",
    settings: { REDIS_URL: url, REDIS_KEY_PREFIX: prefix },
    open: () =>
      openRedisStore(
        { url, prefix, auditKeptMs: AUDIT_KEPT_MS, onError: () => undefined },
        AbortSignal.timeout(5_000),
      ),
    remove: () => Promise.resolve(),
  };
}
