import type { Log } from "./ports.ts";
import { UnreadableRecord, type Idle } from "./store.ts";

/** What a loop over one wake list needs. */
export type WorkLoop<Claim> = {
  /** For the log. */
  readonly name: string;
  readonly claim: (signal: AbortSignal) => Promise<Claim | Idle>;
  readonly work: (claim: Claim, signal: AbortSignal) => Promise<void>;
  /** Hints that something may be due. */
  readonly onWake: (listener: () => void) => () => void;
  /** How many keys at once. */
  readonly parallel: number;
  /** Called each time the list was looked at: the loop is alive. */
  readonly onBeat?: () => void;
  readonly log: Log;
};

/** The longest sleep: hints are only hints. */
const LONGEST_SLEEP_MS = 5_000;
const AFTER_FAILURE_MS = 500;

/**
 * Claims what is due and works on it until `stop` is aborted; then waits for what it holds. Work that is still
 * running when `abort` is aborted is cut off; its hold runs out and somebody else does it again.
 */
export async function workLoop<Claim extends { readonly kind: "claimed" }>(
  loop: WorkLoop<Claim>,
  stop: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const bell = openBell(stop);
  const silence = loop.onWake(bell.ring);
  try {
    while (!stop.aborted) {
      if (running.size >= loop.parallel) {
        await Promise.race(running);
        continue;
      }
      const next = await attempt(loop, "claim", () => claimReadable(loop, abort));
      if (next !== undefined) loop.onBeat?.();
      if (next === undefined) await bell.wait(AFTER_FAILURE_MS);
      else if (next.kind === "unreadable") continue;
      else if (next.kind === "idle") await bell.wait(sleepMs(next));
      else {
        const task = attempt(loop, "work", () => loop.work(next, abort)).then(() => {
          running.delete(task);
        });
        running.add(task);
      }
    }
  } finally {
    silence();
    await Promise.all(running);
  }
}

/** A key that nobody can work on is held now, so it can't come again at once: the others are not to wait for it. */
async function claimReadable<Claim>(
  { name, claim, log }: WorkLoop<Claim>,
  signal: AbortSignal,
): Promise<Claim | Idle | { readonly kind: "unreadable" }> {
  try {
    return await claim(signal);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    log.error("loop.unreadable-key", { loop: name, error });
    return { kind: "unreadable" };
  }
}

async function attempt<T>(
  { name, log }: Pick<WorkLoop<never>, "name" | "log">,
  doing: "claim" | "work",
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    log.error("loop.failed", { loop: name, doing, error });
    return undefined;
  }
}

function sleepMs({ now, nextAt }: Idle): number {
  const untilNextMs = nextAt === undefined ? LONGEST_SLEEP_MS : nextAt.getTime() - now.getTime();
  return Math.max(0, Math.min(untilNextMs, LONGEST_SLEEP_MS));
}

/** A sleep that a ring ends early, also one that came just before it; and so does stopping. */
function openBell(stop: AbortSignal): { ring: () => void; wait: (ms: number) => Promise<void> } {
  let rung = false;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    rung = true;
    wake?.();
  };
  stop.addEventListener("abort", ring, { once: true });
  return {
    ring,
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = (): void => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      rung = stop.aborted;
    },
  };
}
