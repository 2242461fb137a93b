import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pause, within } from "../../application/deadline.ts";
import type { Policy } from "../../domain/policy.ts";
import { parsePolicy, PolicyError, readPolicyText } from "./policy-file.ts";

/** The policy that is in force in this process. */
export type WatchedPolicy = {
  /** The last good one: a file that can't be used never takes its place. */
  readonly present: () => Policy;
  /** Has the file read now, and what is wrong with it told once more. */
  readonly reload: () => void;
  readonly stop: () => Promise<void>;
};

/** What to watch, and whom to tell. */
export type PolicyWatch = {
  readonly file: string;
  readonly first: Policy;
  readonly onLoaded: (before: Policy, after: Policy) => void;
  /** The message has a line for each problem. The same text is refused once. */
  readonly onRefused: (error: PolicyError) => void;
  /** The file says again what is in force. */
  readonly onRestored: () => void;
  /** The file system tells of no change: they are found by looking now and then. */
  readonly onBlind: (error: unknown) => void;
  /** How long a change stays unseen at the most where the file system tells of none, as network mounts do. */
  readonly everyMs?: number;
};

const EVERY_MS = 30_000;
/** A text counts once it was the same for this long: a writer may be in the middle of it. */
const SETTLED_MS = 200;
const READS_UNTIL_SETTLED = 50;
const READ_WITHIN_MS = 5_000;

/** The text and when it was written, or why there is none. */
type Found = { readonly text: string; readonly written: string } | PolicyError;

/**
 * Keeps to the file for as long as it is not stopped. It watches the file's folder and not the file: editors put
 * another file in its place, Kubernetes a link to another folder. Whether it changed is told by the whole text, at the
 * latest after `everyMs`, since times and sizes of mounted files say little.
 */
export function watchPolicy(options: PolicyWatch): WatchedPolicy {
  const { file, first, everyMs = EVERY_MS } = options;
  const stopping = new AbortController();
  const state = { present: first, refused: false, judged: undefined as Found | undefined };
  // What changed between the first reading and now has no event.
  let woken = AbortSignal.abort();
  let wake = (): void => undefined;

  let readAtMs = performance.now();

  const sleepUntilWoken = async (): Promise<void> => {
    const dueInMs = Math.max(0, readAtMs + everyMs - performance.now());
    await pause(dueInMs, AbortSignal.any([stopping.signal, woken]));
    // One look for all that happens together: the folder may be a busy one.
    if (woken.aborted) await pause(SETTLED_MS, stopping.signal);
    // What happens from here on has the file looked at once more.
    const next = new AbortController();
    woken = next.signal;
    wake = () => {
      next.abort();
    };
  };
  const judge = (found: Found): void => {
    state.judged = found;
    const policy = usable(found, file, state.present);
    if (policy instanceof PolicyError) {
      state.refused = true;
      options.onRefused(policy);
      return;
    }
    const { present: before, refused } = state;
    state.present = policy;
    state.refused = false;
    if (policy.digest !== before.digest) options.onLoaded(before, policy);
    else if (refused) options.onRestored();
  };
  const keepLooking = async (): Promise<void> => {
    let watcher: FSWatcher | undefined;
    const deaf = (error: unknown): void => {
      watcher?.close();
      watcher = undefined;
      options.onBlind(error);
    };
    while (!stopping.signal.aborted) {
      await sleepUntilWoken();
      try {
        watcher ??= watch(dirname(file), { persistent: false }, () => {
          wake();
        }).on("error", deaf);
      } catch (error) {
        deaf(error);
      }
      const isDue = performance.now() >= readAtMs + everyMs;
      if (!isDue && (await isUntouched(file, state.judged))) continue;
      readAtMs = performance.now();
      const found = await settled(file, state.judged, stopping.signal);
      if (found !== undefined) judge(found);
    }
    watcher?.close();
  };

  const ended = keepLooking();
  return {
    present: () => state.present,
    reload: () => {
      state.judged = undefined;
      wake();
    },
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** What the file says once it stays the same; `undefined` when that was judged before, or does not come about. */
async function settled(
  file: string,
  judged: Found | undefined,
  stopping: AbortSignal,
): Promise<Found | undefined> {
  let found = await read(file, stopping);
  for (let reads = 0; reads < READS_UNTIL_SETTLED && !isSame(found, judged); reads += 1) {
    await pause(SETTLED_MS, stopping);
    const next = await read(file, stopping);
    if (stopping.aborted) return undefined;
    if (isSame(next, found) && writtenAt(next) === writtenAt(found)) return next;
    found = next;
  }
  return undefined;
}

/**
 * Whether what happened in the folder happened to something else. File systems that tell of changes also write down
 * when they were, and what was judged had been the same for longer than that is exact to.
 */
async function isUntouched(file: string, judged: Found | undefined): Promise<boolean> {
  if (judged === undefined || judged instanceof PolicyError) return false;
  return (await writtenOf(file).catch(() => undefined)) === judged.written;
}

async function writtenOf(file: string): Promise<string> {
  const { ino, mtimeNs } = await stat(file, { bigint: true });
  return `${String(ino)} ${String(mtimeNs)}`;
}

async function read(file: string, stopping: AbortSignal): Promise<Found> {
  try {
    const text = await readPolicyText(file, within(READ_WITHIN_MS, stopping));
    return { text, written: await writtenOf(file) };
  } catch (error) {
    if (error instanceof PolicyError) return error;
    // It went between the two, and is looked at again.
    return new PolicyError(`Cannot read the policy file ${file}.`, { cause: error });
  }
}

/** Of a text that comes and goes, two looks could see the same and miss what was in between. */
function writtenAt(found: Found): string {
  return found instanceof PolicyError ? "" : found.written;
}

function isSame(one: Found, other: Found | undefined): boolean {
  return other !== undefined && saidBy(one) === saidBy(other);
}

function saidBy(found: Found): string {
  return found instanceof PolicyError ? found.message : found.text;
}

function usable(found: Found, file: string, present: Policy): Policy | PolicyError {
  try {
    if (found instanceof PolicyError) return found;
    const policy = parsePolicy(found.text, file);
    if (policy.tenant === present.tenant) return policy;
    return new PolicyError(`${file}: it is for another tenant than the one that is served here`);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
}
