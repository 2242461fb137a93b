import { approveSome } from "../load.ts";
import type { Scenario } from "../scenario.ts";

/** The failover itself (some 3 s), a hold of 2 s that ran out, and 2 s to reconnect. */
const REMOVED_WITHIN_MS = 12_000;

/** The replica that takes over has not seen the last writes. */
export const FAILOVER: readonly Scenario[] = [
  {
    name: "Sentinel fails over to a replica that lags behind",
    stores: ["redis"],
    removedWithinMs: REMOVED_WITHIN_MS,
    behindSentinel: true,
    losesData: true,
    async run(world, random) {
      const { lag, failOver } = world.sentinel();
      await world.startWorker();
      const approved = approveSome(world, random, { perRegistry: 3, withinMs: 3_000 });
      await lag(random.int(300, 1_000));
      await failOver();
      world.struck();
      await approved;
    },
  },
];
