import { createWaitingLine } from "../../application/waiting-line.ts";

/** At most so many calls within any stretch of so many ms. */
type Limit = { readonly calls: number; readonly withinMs: number };

/** Keeps the bot's calls within what Teams allows, before Teams has to say so. */
export type SendPace = {
  /**
   * Resolves when a call on this conversation may go out; rejects with the signal's reason, and the turn goes to the
   * next. What somebody waits for (`urgent`) goes before cards that only follow.
   */
  turn(conversation: string, urgent: boolean, signal: AbortSignal): Promise<void>;
  /** Teams said 429: nothing goes to this conversation before this many ms are over. */
  rest(conversation: string, ms: number): void;
};

/**
 * What Teams allows a bot in one conversation, and an app in one tenant (learn.microsoft.com, "Rate limiting for
 * bots"). A thread counts as its channel.
 */
const TEAMS_LIMITS = {
  conversation: [
    { calls: 7, withinMs: 1_000 },
    { calls: 8, withinMs: 2_000 },
    { calls: 60, withinMs: 30_000 },
    { calls: 1_800, withinMs: 3_600_000 },
  ],
  app: [{ calls: 50, withinMs: 1_000 }],
  // Ours: the rest is for what somebody waits for.
  following: [{ calls: 35, withinMs: 1_000 }],
} as const satisfies Readonly<Record<string, readonly Limit[]>>;

/** Teams counts when a call arrives, which is later than it was sent, and not always by as much. */
const SLACK_MS = 250;
const REMEMBERED_CONVERSATIONS = 1_000;

type Limits = Readonly<Record<"conversation" | "app" | "following", readonly Limit[]>>;
type Call = { readonly conversation: string; readonly urgent: boolean };

/**
 * Counts calls in sliding stretches of time, for each conversation and for the app. Of what is equally urgent the first
 * comes first; a conversation that has to wait holds up no other.
 */
export function createSendPace(
  monotonicMs: () => number,
  limits: Limits = TEAMS_LIMITS,
  slackMs = SLACK_MS,
): SendPace {
  const app = createCallLog(limits.app, slackMs);
  const following = createCallLog(limits.following, slackMs);
  const logs = new Map<string, CallLog>();
  const line = createWaitingLine<Call>();
  let timer: NodeJS.Timeout | undefined;

  const logOf = (conversation: string): CallLog => {
    const known = logs.get(conversation);
    if (known !== undefined) return known;
    if (logs.size >= REMEMBERED_CONVERSATIONS) forgetQuiet(logs, monotonicMs());
    const log = createCallLog(limits.conversation, slackMs);
    logs.set(conversation, log);
    return log;
  };

  /** Lets go whoever may, and comes back when the next one might. */
  const serve = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const now = monotonicMs();
    let nextAt = Infinity;
    const held = new Set<string>();
    const urgentFirst = line
      .waiting()
      .toSorted((a, b) => Number(b.who.urgent) - Number(a.who.urgent));
    for (const entry of urgentFirst) {
      const { conversation, urgent } = entry.who;
      if (held.has(conversation)) continue;
      const log = logOf(conversation);
      const freeAt = Math.max(
        log.freeAt(now),
        app.freeAt(now),
        urgent ? now : following.freeAt(now),
      );
      if (freeAt > now) {
        held.add(conversation);
        nextAt = Math.min(nextAt, freeAt);
        continue;
      }
      log.add(now);
      app.add(now);
      if (!urgent) following.add(now);
      line.letGo(entry);
    }
    if (nextAt < Infinity) timer = setTimeout(serve, Math.ceil(nextAt - now));
  };

  return {
    turn: (id, urgent, signal) => line.join({ conversation: channelOf(id), urgent }, signal, serve),
    rest(id, ms) {
      logOf(channelOf(id)).restUntil(monotonicMs() + ms);
    },
  };
}

function channelOf(conversation: string): string {
  return conversation.replace(/;messageid=.*$/, "");
}

type CallLog = {
  /** When the next call may go out: now, or later. */
  freeAt(now: number): number;
  add(now: number): void;
  restUntil(at: number): void;
  isQuiet(now: number): boolean;
};

function createCallLog(limits: readonly Limit[], slackMs: number): CallLog {
  const stretches = limits.map(({ calls, withinMs }) => ({ calls, withinMs: withinMs + slackMs }));
  const longestMs = Math.max(...stretches.map(({ withinMs }) => withinMs));
  const most = Math.max(...stretches.map(({ calls }) => calls));
  let times: number[] = [];
  let restsUntil = 0;
  return {
    freeAt(now) {
      const frees = stretches.map(({ calls, withinMs }) => {
        const first = times.at(-calls);
        return first === undefined ? now : first + withinMs;
      });
      return Math.max(now, restsUntil, ...frees);
    },
    add(now) {
      times.push(now);
      if (times.length > 2 * most) times = times.slice(-most);
    },
    restUntil(at) {
      restsUntil = Math.max(restsUntil, at);
    },
    isQuiet: (now) => now >= restsUntil && (times.at(-1) ?? 0) + longestMs < now,
  };
}

function forgetQuiet(logs: Map<string, CallLog>, now: number): void {
  for (const [conversation, log] of logs) if (log.isQuiet(now)) logs.delete(conversation);
}
