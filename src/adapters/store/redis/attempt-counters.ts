import type { Redis } from "ioredis";
import type { Keys } from "./keys.ts";
import { countAttempt } from "./scripts.ts";

/** What attempts are counted with beside the store: over its connection, under its prefix, with its rights. */
export type AttemptCounters = {
  readonly client: Redis;
  readonly prefix: string;
  /** count-attempt.lua. */
  readonly script: string;
};

/** The counters of one store. */
export function attemptCounters(client: Redis, keys: Keys): AttemptCounters {
  return { client, prefix: keys.limitPrefix, script: countAttempt };
}
