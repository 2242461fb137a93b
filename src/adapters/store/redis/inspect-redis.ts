import type { Redis } from "ioredis";
import { StoreUnavailable } from "../../../application/store.ts";
import { redisClients } from "./clients.ts";
import { answered } from "./connection.ts";
import { keysUnder } from "./keys.ts";
import type { RedisStoreOptions } from "./redis-store.ts";
import { parseServerUrl } from "./server-url.ts";

/** What a server says of how it keeps data; `undefined` where our user may not ask, or it does not say. */
export type RedisReport = {
  /** "Redis 7.0.15", "Valkey 8.0.1". */
  readonly version: string | undefined;
  readonly appendOnly: boolean | undefined;
  readonly appendFsync: string | undefined;
  readonly evictionPolicy: string | undefined;
};

/** Looks at the master that has our keys. Throws StoreUnavailable when it can't be reached. */
export async function inspectRedis(
  { url, tokens, prefix, onError }: Omit<RedisStoreOptions, "auditKeptMs">,
  signal: AbortSignal,
): Promise<RedisReport> {
  const clients = redisClients(parseServerUrl(url), keysUnder(prefix).fence, onError);
  try {
    if (tokens !== undefined) await clients.signIn(await answered(tokens(signal), signal));
    await clients.connect(signal);
    const { commands } = clients;
    const info = await ifAllowed(commands.info(), signal);
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info ?? "")?.[1];
    const valkey = field("valkey_version");
    const redis = field("redis_version");
    const aof = field("aof_enabled");
    return {
      version: valkey === undefined ? redis && `Redis ${redis}` : `Valkey ${valkey}`,
      appendOnly: aof === undefined ? undefined : aof === "1",
      appendFsync: await setting(commands, "appendfsync", signal),
      evictionPolicy:
        field("maxmemory_policy") ?? (await setting(commands, "maxmemory-policy", signal)),
    };
  } finally {
    await clients.close();
  }
}

async function setting(
  redis: Redis,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const reply: unknown = await ifAllowed(redis.config("GET", name), signal);
  const value: unknown = Array.isArray(reply) ? reply[1] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The least rights that the product takes do not include looking at settings (docs/redis.md). */
async function ifAllowed<T>(command: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await answered(command, signal);
  } catch (error) {
    const cause = error instanceof StoreUnavailable ? error.cause : error;
    // Managed ones say that there is no such command.
    const refused = cause instanceof Error && /^(?:NOPERM|ERR unknown)/.test(cause.message);
    if (refused) return undefined;
    throw error;
  }
}
