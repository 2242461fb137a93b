/** At most so many calls within any stretch of so many milliseconds. */
export interface CallLimit {
  readonly calls: number;
  readonly withinMs: number;
}

/** What Teams allows; calls that were refused do not count. */
export interface ConnectorLimits {
  /** Of messages that are sent or updated in one conversation; a thread counts as its channel. */
  readonly conversation: readonly CallLimit[];
  /** Of all calls of the bot. */
  readonly app: readonly CallLimit[];
}

/** Source: learn.microsoft.com, "Optimize your bot with rate limiting in Teams". */
export const TEAMS_LIMITS: ConnectorLimits = {
  conversation: [
    { calls: 7, withinMs: 1_000 },
    { calls: 8, withinMs: 2_000 },
    { calls: 60, withinMs: 30_000 },
    { calls: 1_800, withinMs: 3_600_000 },
  ],
  app: [{ calls: 50, withinMs: 1_000 }],
};

/** For what is not about limits. */
export const NO_LIMITS: ConnectorLimits = { conversation: [], app: [] };

/** Counts calls. */
export interface CallCounter {
  /** Milliseconds until such a call would be taken; undefined, and it counts, when that is now. */
  refusal(conversationId: string | undefined): number | undefined;
}

/** Nothing was called yet; `monotonicMs` dates calls. */
export function createCallCounter(limits: ConnectorLimits, monotonicMs: () => number): CallCounter {
  const app: number[] = [];
  const conversations = new Map<string, number[]>();
  return {
    refusal(conversationId) {
      const now = monotonicMs();
      const channel = conversationId?.replace(/;messageid=.*$/, "");
      const own = channel === undefined ? [] : (conversations.get(channel) ?? []);
      const waitMs = Math.max(
        waitOf(app, limits.app, now),
        channel === undefined ? 0 : waitOf(own, limits.conversation, now),
      );
      if (waitMs > 0) return waitMs;
      app.push(now);
      if (channel !== undefined) conversations.set(channel, [...own, now]);
      return undefined;
    },
  };
}

function waitOf(calls: readonly number[], limits: readonly CallLimit[], now: number): number {
  const waits = limits.map((limit) => {
    const first = calls.at(-limit.calls);
    return first === undefined ? 0 : first + limit.withinMs - now;
  });
  return Math.max(0, ...waits);
}
