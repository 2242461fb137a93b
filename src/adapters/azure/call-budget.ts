import { createWaitingLine } from "../../application/waiting-line.ts";

/** What a call is for: when there is little left, removals go first and additions last. */
export type Urgency = "removal" | "read" | "addition";

/** One of ARM's token buckets, as far as this process can know it. */
export type BucketSize = {
  /** Calls that may be made at once after a pause. */
  readonly capacity: number;
  readonly perSecond: number;
};

/** Keeps a subscription's calls within what Azure allows, before Azure has to say so. */
export type CallBudget = {
  /** Resolves when it is the caller's turn; rejects with the signal's reason, and the turn goes to the next. */
  turn(urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** A call goes out. */
  sent(): void;
  /** It was answered, or given up; with Azure's own count (`x-ms-ratelimit-remaining-…`), which knows of other callers. */
  answered(remaining: number | undefined): void;
  /** Azure said 429: nobody calls before this many ms are over. */
  learnRetryAfter(ms: number): void;
};

/**
 * ARM's buckets per subscription, service principal and region (learn.microsoft.com, "Understand how Azure Resource
 * Manager throttles requests"). Where Azure's own count is lower, that one counts.
 */
export const ARM_BUCKETS = {
  reads: { capacity: 250, perSecond: 25 },
  writes: { capacity: 200, perSecond: 10 },
} as const satisfies Readonly<Record<string, BucketSize>>;

/** Additions leave this share of the bucket to removals. */
const RESERVED_SHARE = 0.1;
const ORDER: readonly Urgency[] = ["removal", "read", "addition"];

/**
 * A token bucket that is corrected by what Azure says. Within one urgency turns are first come, first served; a
 * registry has one change under way at a time, so a busy one waits in line like every other.
 */
export function createCallBudget(size: BucketSize, monotonicMs: () => number): CallBudget {
  let tokens = size.capacity;
  let inFlight = 0;
  let countedAt = monotonicMs();
  let blockedUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  const line = createWaitingLine<Urgency>();

  const refill = (): void => {
    const now = monotonicMs();
    tokens = Math.min(size.capacity, tokens + ((now - countedAt) / 1_000) * size.perSecond);
    countedAt = now;
  };
  const needed = (urgency: Urgency): number =>
    urgency === "addition" ? 1 + size.capacity * RESERVED_SHARE : 1;

  /** Lets go whoever may, and comes back when the next one might. */
  const serve = (): void => {
    clearTimeout(timer);
    timer = undefined;
    refill();
    for (;;) {
      const waiting = line.waiting();
      const next = ORDER.map((urgency) => waiting.find(({ who }) => who === urgency)).find(
        (one) => one !== undefined,
      );
      if (next === undefined) return;
      const blockedMs = blockedUntil - monotonicMs();
      const missing = needed(next.who) - tokens;
      if (blockedMs > 0 || missing > 0) {
        const untilRefilledMs = (Math.max(0, missing) / size.perSecond) * 1_000;
        timer = setTimeout(serve, Math.ceil(Math.max(blockedMs, untilRefilledMs)));
        return;
      }
      tokens -= 1;
      line.letGo(next);
    }
  };

  return {
    turn: (urgency, signal) => line.join(urgency, signal, serve),
    sent() {
      inFlight += 1;
    },
    answered(remaining) {
      inFlight -= 1;
      if (remaining === undefined) return;
      refill();
      // Calls that are still on their way were not in this count yet.
      tokens = Math.min(tokens, remaining - inFlight);
    },
    learnRetryAfter(ms) {
      blockedUntil = Math.max(blockedUntil, monotonicMs() + ms);
      tokens = 0;
      countedAt = monotonicMs();
      serve();
    },
  };
}
