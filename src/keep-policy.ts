import { watchPolicy } from "./adapters/policy/watched-policy.ts";
import type { Metrics } from "./adapters/web/metrics.ts";
import { announcePolicy, type PolicyLoad } from "./application/policy/announce-policy.ts";
import { pause, within } from "./application/deadline.ts";
import type { Ids, Log } from "./application/ports.ts";
import type { Store } from "./application/store.ts";
import type { Config } from "./config.ts";
import type { Policy } from "./domain/policy.ts";

/** What keeping to the policy file needs. */
type Deps = {
  readonly store: Store;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "setPolicy">;
};

/** The policy that is in force in this process, kept to its file. */
export type KeptPolicy = {
  readonly present: () => Policy;
  /** Has the file read now. */
  readonly reload: () => void;
  readonly stop: () => Promise<void>;
};

const ANNOUNCE_WITHIN_MS = 20_000;
const RETRY_MS = 5_000;

/**
 * Keeps the policy to its file, and tells of each load in the log, the metrics and the store, in their order. What
 * the store could not be told is told later: the file is in force at once.
 */
export function keepPolicy(
  { policyFile: file, role }: Pick<Config, "policyFile" | "role">,
  first: Policy,
  { store, ids, log, metrics }: Deps,
): KeptPolicy {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const untold: PolicyLoad[] = [];
  let telling: Promise<void> = Promise.resolve();

  const tellAll = async (): Promise<void> => {
    for (let [load] = untold; load !== undefined && !isStopping(); [load] = untold) {
      try {
        const soon = within(ANNOUNCE_WITHIN_MS, stopping.signal);
        await announcePolicy({ store, ids, role }, load, soon);
        untold.shift();
      } catch (error) {
        if (isStopping()) return;
        log.warn("policy.not-announced", { policy: load.after.digest, error });
        await pause(RETRY_MS, stopping.signal);
      }
    }
  };
  const tell = (load: PolicyLoad): void => {
    metrics.setPolicy({ digest: load.after.digest, refused: false });
    untold.push(load);
    telling = telling.then(tellAll);
  };

  const watched = watchPolicy({
    file,
    first,
    onLoaded(before, after) {
      log.info("policy.loaded", { policy: after.digest, before: before.digest });
      tell({ before, after });
    },
    onRefused({ message }) {
      const { digest } = watched.present();
      log.error("policy.refused", { problems: message.split("\n"), kept: digest });
      metrics.setPolicy({ digest, refused: true });
    },
    onRestored() {
      const { digest } = watched.present();
      log.info("policy.restored", { policy: digest });
      metrics.setPolicy({ digest, refused: false });
    },
    onBlind(error) {
      log.warn("policy.not-watched", { error });
    },
  });
  tell({ before: undefined, after: first });
  return {
    present: watched.present,
    reload: watched.reload,
    async stop() {
      stopping.abort();
      await watched.stop();
      await telling;
    },
  };
}
