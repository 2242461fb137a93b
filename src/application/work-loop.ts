import type { Log } from "./ports.ts";
import { UnreadableRecord, type Idle } from "./store.ts";

/** What a loop over one wake list needs. */
export type WorkLoop<Claim> = {
  /** For the log. */
  readonly name: string;
  readonly claim: (signal: AbortSignal) => Promise<Claim | Idle>;
  /** `onLight` says that hardly anything is left to do: it does not keep another key from being begun any more. */
  readonly work: (claim: Claim, signal: AbortSignal, onLight: () => void) => Promise<void>;
  /** Hints that something may be due. */
  readonly onWake: (listener: () => void) => () => void;
  /** How many keys at once; those with hardly anything left to do come on top, `light` of them at the most. */
  readonly parallel: number;
  readonly light?: number;
  /** Called each time the list was looked at: the loop is alive. */
  readonly onBeat?: () => void;
  readonly log: Log;
};

/** The longest sleep: hints are only hints. */
const LONGEST_SLEEP_MS = 5_000;
const AFTER_FAILURE_MS = 500;
/** In a rush, further keys are claimed before the last claim was answered: each waits for the store's disk. */
const CLAIMS_AT_ONCE = 4;
/** So many claims in a row that found something make a rush, and each as many more another claim at once. */
const RUSH_AFTER = 4;

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
  const most = loop.parallel + (loop.light ?? 0);
  let heavy = 0;
  let claims = 0;
  let foundInARow = 0;
  let sleepMs = 0;
  const changed = openBell(stop);
  const due = openBell(stop);
  const silence = loop.onWake(due.ring);

  const claimAndWork = async (lighten: () => void): Promise<void> => {
    claims += 1;
    const next = await attempt(loop, "claim", () => claimReadable(loop, abort));
    claims -= 1;
    if (next !== undefined) loop.onBeat?.();
    const found = next?.kind === "claimed" || next?.kind === "unreadable";
    foundInARow = found ? foundInARow + 1 : 0;
    sleepMs = next === undefined ? AFTER_FAILURE_MS : next.kind === "idle" ? untilNext(next) : 0;
    changed.ring();
    if (next?.kind === "claimed")
      await attempt(loop, "work", () => loop.work(next, abort, lighten));
  };
  try {
    while (!stop.aborted) {
      const atOnce = Math.min(1 + Math.floor(foundInARow / RUSH_AFTER), CLAIMS_AT_ONCE);
      if (heavy >= loop.parallel || running.size >= most || claims >= atOnce) {
        await changed.wait(LONGEST_SLEEP_MS);
        continue;
      }
      if (sleepMs > 0) {
        const ms = sleepMs;
        sleepMs = 0;
        await due.wait(ms);
        continue;
      }
      heavy += 1;
      let isHeavy = true;
      const lighten = (): void => {
        if (!isHeavy) return;
        isHeavy = false;
        heavy -= 1;
        changed.ring();
      };
      const task = claimAndWork(lighten).then(() => {
        running.delete(task);
        lighten();
        changed.ring();
      });
      running.add(task);
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

function untilNext({ now, nextAt }: Idle): number {
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
