import { eventually } from "../eventually.ts";
import type { RedisTopology } from "../redis-topologies.ts";
import { lasting } from "./waits.ts";

/** Redis behind Sentinel, with a replica. */
export type FailingOver = {
  /** Lets the replica fall behind for this long, and resolves while it still is. */
  readonly lag: (ms: number) => Promise<void>;
  /** Ends the master; resolves when another one takes writes. */
  readonly failOver: () => Promise<void>;
};

const FAILED_OVER_WITHIN_MS = 20_000;

/** Stops the replica (SIGSTOP) and has Sentinel promote it with what it has. */
export function failingOver({ master, replicas }: RedisTopology): FailingOver {
  const [replica] = replicas;
  if (replica === undefined) throw new Error("A master behind Sentinel has a replica.");
  return {
    async lag(ms) {
      process.kill(replica.pid, "SIGSTOP");
      await lasting(ms);
    },
    async failOver() {
      await master.kill();
      process.kill(replica.pid, "SIGCONT");
      await eventually(
        "the replica is promoted",
        async () => {
          const info = await replica.inspector.info("replication").catch(() => "");
          return info.includes("role:master") || undefined;
        },
        FAILED_OVER_WITHIN_MS,
      );
    },
  };
}
