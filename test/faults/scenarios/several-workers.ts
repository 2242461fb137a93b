import type { FaultWorld } from "../fault-world.ts";
import { approveSome } from "../load.ts";
import type { Random } from "../random.ts";
import { BOTH_STORES, type Scenario } from "../scenario.ts";

const KILLS = 4;
const KILLED_WITHIN_MS = 8_000;
/** Four dead holders at the worst, one after the other on one registry, each taken over after its hold of 2 s. */
const REMOVED_WITHIN_MS = 14_000;

/** Workers beside each other, killed at points of chance and replaced. */
export const SEVERAL_WORKERS: readonly Scenario[] = [2, 3].map((count) => ({
  name: `${String(count)} workers at once, ${String(KILLS)} of them killed anywhere`,
  stores: BOTH_STORES,
  removedWithinMs: REMOVED_WITHIN_MS,
  async run(world, random) {
    for (let started = 0; started < count; started += 1) await world.startWorker();
    const killed = killAnywhere(world, random, KILLS);
    await approveSome(world, random, { perRegistry: 3, withinMs: 2_000 });
    await killed;
  },
}));

/** Kills the worker that comes by, each time after another number of points, and starts one in its place. */
export async function killAnywhere(
  world: FaultWorld,
  random: Random,
  kills: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const after = Array.from({ length: kills }, () => random.int(3, 20));
  const { promise: done, resolve } = Promise.withResolvers<unknown>();
  const started: Promise<unknown>[] = [];
  let points = 0;
  const unhook = world.gates.hook(async ({ pid }) => {
    points += 1;
    const [next] = after;
    const isAlive = world.workers().some((worker) => worker.pid === pid);
    if (next === undefined || points < next || !isAlive) return;
    after.shift();
    points = 0;
    await world.kill(pid);
    world.struck();
    started.push(world.startWorker(settings));
    if (after.length === 0) resolve(undefined);
  });
  // Fewer than hoped for when everything was settled before: what was struck counts.
  const late = setTimeout(resolve, KILLED_WITHIN_MS);
  try {
    await done;
  } finally {
    clearTimeout(late);
    unhook();
    await Promise.all(started);
  }
}
