import { setTimeout as sleep } from "node:timers/promises";

/** A password for Redis that ends, such as an Entra ID token. */
export type RedisToken = {
  /** With Entra ID the object id of the identity. */
  readonly username: string;
  readonly password: string;
  readonly expiresAt: Date;
};

/** Where tokens come from. It may hand out the same one again while that is good. */
export type RedisTokens = (signal: AbortSignal) => Promise<RedisToken>;

const LEAD_MS = 3 * 60_000;
const ASK_WITHIN_MS = 10_000;
const RETRY_AFTER_MS = 1000;
const RETRY_AT_MOST_MS = 30_000;

/**
 * When to replace a token that lives so long: after three quarters of its life and at least 3 minutes before its
 * end (learn.microsoft.com, "Use Microsoft Entra ID for cache authentication"); half way when it lives for less
 * than 6 minutes. Up to a tenth earlier, so that not all hosts ask at once.
 */
export function renewAfterMs(lifeMs: number, random: number): number {
  const lead = Math.max(lifeMs / 4, Math.min(LEAD_MS, lifeMs / 2));
  return Math.max((lifeMs - lead) * (1 - random / 10), 0);
}

/**
 * Gives `use` a new token in time, for ever, until what is returned is called. What fails is told to `onError` and
 * tried again, after 1 second first and 30 at most.
 */
export function renewTokens(
  first: RedisToken,
  tokens: RedisTokens,
  use: (token: RedisToken) => Promise<void>,
  onError: (error: unknown) => void,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const wait = (ms: number) => sleep(ms, undefined, { signal, ref: false });

  const renewed = async (old: RedisToken): Promise<RedisToken> => {
    for (let retryMs = RETRY_AFTER_MS; ; retryMs = Math.min(2 * retryMs, RETRY_AT_MOST_MS)) {
      try {
        const token = await tokens(AbortSignal.any([signal, AbortSignal.timeout(ASK_WITHIN_MS)]));
        signal.throwIfAborted();
        if (token.password !== old.password) await use(token);
        return token;
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
      await wait(retryMs * (1 - Math.random() / 4));
    }
  };
  const run = async (): Promise<never> => {
    for (let token = first; ; token = await renewed(token)) {
      const lifeMs = token.expiresAt.getTime() - Date.now();
      // A source that hands out what is almost over is not asked more than once in a while.
      await wait(Math.max(renewAfterMs(lifeMs, Math.random()), RETRY_AFTER_MS / 2));
    }
  };
  run().catch((error: unknown) => {
    if (!signal.aborted) onError(error);
  });
  return () => {
    stopped.abort();
  };
}
