import { cp, mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { FaultWorld } from "../fault-world.ts";
import { approveSome } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { lasting, untilGone, untilOpen } from "../waits.ts";

/** A worker that starts looks at every registry of the policy; an entry of the ledger outlasts its lease by 15 s. */
const REMOVED_WITHIN_MS = 25_000;
const KEPT_SHARE = 0.8;

const common = {
  stores: ["redis"],
  removedWithinMs: REMOVED_WITHIN_MS,
  losesData: true,
} as const;

/** Redis loses what it had acknowledged, all of it or the last of it; rules of ours must go at their ends all the same. */
export const LOST_DATA: readonly Scenario[] = [
  {
    ...common,
    name: "Redis loses everything",
    async run(world, random) {
      await world.startWorker();
      await approveSome(world, random, { leastMs: 2_000 });
      await lasting(random.int(300, 1_500));
      await emptied(world);
      world.struck();
      // As after `drawbridge sweep`: what starts looks at every registry.
      await world.startWorker();
    },
  },
  {
    ...common,
    name: "Redis loses the last fifth of its log",
    async run(world, random) {
      await world.startWorker();
      await approveSome(world, random, { perRegistry: 3, leastMs: 2_000 });
      await lasting(random.int(300, 1_500));
      await world.redis().crash();
      await cutLog(world.redis().dir);
      await world.redis().restart();
      world.struck();
      await world.startWorker();
    },
  },
  {
    ...common,
    name: "Redis is restored from a snapshot in which the lease had not begun",
    async run(world, random) {
      const lease = await world.approvals.approve(world.registries[0], random.int(500, 1_500));
      const snapshot = await mkdtemp(join(tmpdir(), "drawbridge-snapshot-"));
      world.endsWith(() => rm(snapshot, { recursive: true, force: true }));
      await cp(world.redis().dir, snapshot, { recursive: true });
      const worker = await world.startWorker();
      await untilOpen(world, lease);
      await untilGone(world, lease);
      await world.kill(worker.pid);
      await world.redis().crash();
      await rm(world.redis().dir, { recursive: true, force: true });
      await cp(snapshot, world.redis().dir, { recursive: true });
      await world.redis().restart();
      world.struck();
      // What was opened and closed once must not open again: that is `applied more than once`.
      await world.startWorker();
      await approveSome(world, random);
    },
  },
];

async function emptied(world: FaultWorld): Promise<void> {
  const redis = new Redis(world.redis().url, { lazyConnect: true, commandTimeout: 5_000 });
  await redis.connect();
  await redis.flushall();
  redis.disconnect();
}

/** The newest incremental file of the append-only log, cut where it may hurt. */
async function cutLog(dir: string): Promise<void> {
  const folder = join(dir, "appendonlydir");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".incr.aof")).sort();
  const file = join(folder, names.at(-1) ?? "");
  const { size } = await stat(file);
  await truncate(file, Math.floor(size * KEPT_SHARE));
}
