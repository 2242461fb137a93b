import { existsSync } from "node:fs";
import type { SharedCounters } from "./adapters/web/rate-limits.ts";
import type { Log } from "./application/ports.ts";
import type { Store } from "./application/store.ts";
import type { Config, Secrets } from "./config.ts";

/** What opening the store takes: a part of the settings, so that a command needs no more of them than it uses. */
export type StoreSettings = Pick<Config, "store" | "auditKeptMs" | "azure">;

/**
 * Opens the store of the settings; only the adapter of its kind is loaded. Throws StoreUnavailable when it can't be
 * reached, and leaves nothing open then. An SQLite file that is not there is made, and told in the log.
 */
export async function openStore(
  { store, auditKeptMs, azure }: StoreSettings,
  { redisUrl }: Pick<Secrets, "redisUrl">,
  log: Log,
  signal: AbortSignal,
): Promise<Store & { readonly counters?: SharedCounters }> {
  if (store.kind === "sqlite") {
    // A mistyped path is a store, too, and an empty one: nothing that was opened before is known in it.
    if (!existsSync(store.file)) log.warn("store.created", { file: store.file });
    const { openSqliteStore } = await import("./adapters/store/sqlite/sqlite-store.ts");
    return openSqliteStore({ file: store.file, now: () => new Date(), auditKeptMs });
  }
  if (redisUrl === undefined) throw new Error("REDIS_URL is not set");
  const { openRedisStore } = await import("./adapters/store/redis/redis-store.ts");
  const onError = (error: unknown): void => {
    log.warn("redis.connection", { error });
  };
  const options = { url: redisUrl, prefix: store.prefix, auditKeptMs, onError };
  if (store.credential === "password") return openRedisStore(options, signal);
  const { createRedisTokens } = await import("./adapters/azure/redis-tokens.ts");
  const { azureCredential } = await import("./azure-credential.ts");
  const tokens = createRedisTokens(azureCredential(azure));
  return openRedisStore({ ...options, tokens }, signal);
}
