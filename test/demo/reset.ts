import { Redis } from "ioredis";

/** Under which the demo keeps everything in a Redis that somebody runs. */
export const DEMO_PREFIX = "drawbridge-demo";

const COMMAND_WITHIN_MS = 5_000;
const KEYS_AT_ONCE = 500;

/** Removes what demos left in that Redis, and nothing else; resolves with the number of keys. */
export async function removeDemoKeys(redisUrl: string): Promise<number> {
  const redis = new Redis(redisUrl, {
    commandTimeout: COMMAND_WITHIN_MS,
    connectTimeout: COMMAND_WITHIN_MS,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  // Every failure is one of a command, or of connecting; both are thrown below.
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    let removed = 0;
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(
        cursor,
        "MATCH",
        `{${DEMO_PREFIX}}:*`,
        "COUNT",
        KEYS_AT_ONCE,
      );
      if (keys.length > 0) removed += await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== "0");
    return removed;
  } finally {
    redis.disconnect();
  }
}
