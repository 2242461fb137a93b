import { basename } from "node:path";
import { redisServerOnPath } from "../redis-server.ts";
import {
  privateRedisStore,
  redisStoreAt,
  sqliteStore,
  type ChosenStore,
} from "../world/store-choice.ts";
import { DEMO_PREFIX } from "./reset.ts";

/** Redis if there is one, else SQLite; and in words which it is and what that means. */
export async function chooseStore(
  redisUrl: string | undefined,
): Promise<{ readonly store: ChosenStore; readonly words: string }> {
  if (redisUrl !== undefined && redisUrl !== "") {
    return {
      store: redisStoreAt(redisUrl, DEMO_PREFIX),
      words: `Redis, the one of REDIS_URL (keys under {${DEMO_PREFIX}} stay there; \`npm run demo -- --reset\` removes them).`,
    };
  }
  const program = redisServerOnPath();
  if (program !== undefined) {
    return {
      store: await privateRedisStore(),
      words: `Redis, a private ${basename(program)} from your PATH that writes every commit to the disk (appendfsync always).`,
    };
  }
  return {
    store: await sqliteStore(),
    words:
      "SQLite: durable on this host, several processes on this host, no replication. Use Redis for more than one host.",
  };
}
