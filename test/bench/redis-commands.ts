import type { Redis } from "ioredis";

/** What reaches Redis as a command of its own and never from inside a script of ours; INFO is the asking itself. */
const FROM_CLIENTS =
  /^cmdstat_(?:evalsha|eval|script|ping|hello|subscribe|client)\b[^:]*:calls=(\d+)/gm;

/** How many commands clients have sent so far. Without scripts' own calls, which the server counts as commands too. */
export async function redisCommands(redis: Redis): Promise<number> {
  const stats = await redis.info("commandstats");
  return [...stats.matchAll(FROM_CLIENTS)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
