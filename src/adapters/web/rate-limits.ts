import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from "rate-limiter-flexible";

/** Where processes count together. Without it each counts for itself. */
export type SharedCounters = {
  /** An ioredis client that fails fast. */
  readonly client: unknown;
  /** Of every key. */
  readonly prefix: string;
  /** Counts an attempt; takes and returns what rate-limiter-flexible's own script does. */
  readonly script: string;
};

/** How often what may be done. A limit never throws and never fails closed: a store that is away limits nobody more. */
export type RateLimits = {
  /** One more attempt; the ms to wait when that is one too many, else `undefined`. */
  attempt(what: Limited, by: string): Promise<number | undefined>;
};

/** What is limited. */
type Limited = keyof ReturnType<typeof aMinute>;

const MINUTE_S = 60;
/** Many people may be in one conversation, and few of them say something at a time. */
const PEOPLE_AT_ONCE = 5;

/** Attempts in a minute. */
const aMinute = (ofPerson: number) => ({
  /** Posts to the bot from one address that no good token came with. A wrong clock or a rotated key makes a few. */
  refused: 30,
  /** Looks at links and uses of them, from one address: an office with one address opens many. */
  page: 120,
  /** What one person says and clicks. */
  person: ofPerson,
  /** The same of everybody in one conversation. */
  conversation: ofPerson * PEOPLE_AT_ONCE,
  /** Telling somebody that it was too much. */
  told: 1,
});

/**
 * Counts in the shared place while that answers, and by itself while it does not. One person may say and click
 * `activitiesPerMinute` things.
 */
export function createRateLimits(
  activitiesPerMinute: number,
  shared: SharedCounters | undefined,
): RateLimits {
  const limiters = new Map<Limited, RateLimiterAbstract>();
  // Its keys are what Limited says.
  for (const [what, points] of Object.entries(aMinute(activitiesPerMinute)) as [
    Limited,
    number,
  ][]) {
    limiters.set(what, limiter(what, points, shared));
  }
  return {
    async attempt(what, by) {
      try {
        await limiters.get(what)?.consume(by);
        return undefined;
      } catch (error) {
        return error instanceof RateLimiterRes ? error.msBeforeNext : undefined;
      }
    },
  };
}

function limiter(
  what: Limited,
  points: number,
  shared: SharedCounters | undefined,
): RateLimiterAbstract {
  const alone = new RateLimiterMemory({ keyPrefix: what, points, duration: MINUTE_S });
  if (shared === undefined) return alone;
  return new RateLimiterRedis({
    storeClient: shared.client,
    keyPrefix: `${shared.prefix}${what}`,
    points,
    duration: MINUTE_S,
    customIncrTtlLuaScript: shared.script,
    rejectIfRedisNotReady: true,
    insuranceLimiter: alone,
  });
}
