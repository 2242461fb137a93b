import { DatabaseSync } from "node:sqlite";
import { approveSome } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { lasting } from "../waits.ts";

/** Two outages of at most 3 s at the worst moments, each with a hold of 2 s that ran out and 2 s to reconnect. */
const REMOVED_WITHIN_MS = 14_000;
const TIMES = 2;

/** The store is away for a while and has everything it ever acknowledged. */
export const STORE_OUTAGES: readonly Scenario[] = [
  {
    name: "Redis is killed and started again on its files",
    stores: ["redis"],
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await world.startWorker();
      const approved = approveSome(world, random, { withinMs: 2_500 });
      for (let time = 0; time < TIMES + 1; time += 1) {
        await lasting(random.int(200, 1_500));
        await world.redis().crash();
        await lasting(random.int(0, 1_000));
        await world.redis().restart();
        world.struck();
      }
      await approved;
    },
  },
  {
    name: "Redis stands still for seconds",
    stores: ["redis"],
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await world.startWorker();
      const approved = approveSome(world, random, { withinMs: 2_500 });
      for (let time = 0; time < TIMES; time += 1) {
        await lasting(random.int(200, 1_500));
        process.kill(world.redis().pid, "SIGSTOP");
        await lasting(random.int(1_500, 3_000));
        process.kill(world.redis().pid, "SIGCONT");
        world.struck();
      }
      await approved;
    },
  },
  {
    name: "another process locks the file for seconds",
    stores: ["sqlite"],
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await world.startWorker();
      // Before the locks: a store that is locked would hold this process, too.
      await approveSome(world, random, { mostMs: 5_000 });
      for (let time = 0; time < TIMES; time += 1) {
        await lasting(random.int(200, 1_500));
        const other = new DatabaseSync(world.settings["SQLITE_FILE"] ?? "", { timeout: 1_000 });
        other.exec("BEGIN IMMEDIATE");
        await lasting(random.int(1_500, 3_000));
        other.exec("ROLLBACK");
        other.close();
        world.struck();
      }
    },
  },
];
