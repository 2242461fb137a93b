import { StoreUnavailable, type Change, type CommitOutcome, type Store } from "./store.ts";

const ATTEMPTS = 3;

/**
 * Commits, and repeats when the store could not say what it did: the operation id makes that safe.
 * Throws StoreUnavailable when the last attempt stays unanswered.
 */
export async function commitSurely(
  store: Store,
  change: Change,
  signal: AbortSignal,
): Promise<CommitOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.commit(change, signal);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || attempt === ATTEMPTS || signal.aborted)
        throw error;
    }
  }
}
