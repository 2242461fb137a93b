import type { FaultWorld } from "../fault-world.ts";
import { approveSome } from "../load.ts";
import type { Random } from "../random.ts";
import type { Scenario } from "../scenario.ts";
import { startTcpProxy, type ProxyMode, type TcpProxy } from "../tcp-proxy.ts";
import { lasting } from "../waits.ts";

/** Three bad spells of at most 2.5 s, each with a hold of 2 s that ran out and 2 s to reconnect. */
const REMOVED_WITHIN_MS = 16_000;
const SPELLS = 3;
const MODES = ["stall", "drop-replies", "refuse"] as const satisfies readonly ProxyMode[];

/** The network between workers and Redis. A file has none. */
export const CUT_OFF: readonly Scenario[] = [
  {
    name: "one worker is cut off from the store, another one goes on",
    stores: ["redis"],
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await behindProxy(world, async (proxy, through) => {
        await world.startWorker(through);
        await world.startWorker();
        const approved = approveSome(world, random, { perRegistry: 3, withinMs: 3_000 });
        await badSpells(world, random, proxy);
        await approved;
      });
    },
  },
  {
    name: "all workers are cut off from the store, again and again",
    stores: ["redis"],
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await behindProxy(world, async (proxy, through) => {
        await world.startWorker(through);
        await world.startWorker(through);
        const approved = approveSome(world, random, { perRegistry: 3, withinMs: 3_000 });
        await badSpells(world, random, proxy);
        await approved;
      });
    },
  },
];

/** The proxy passes in the end and stays until the workers are stopped, who have no other way. */
async function behindProxy(
  world: FaultWorld,
  run: (proxy: TcpProxy, through: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  const proxy = await startTcpProxy(world.redis().port);
  world.endsWith(() => proxy.close());
  const through = { REDIS_URL: `redis://127.0.0.1:${String(proxy.port)}` };
  await run(proxy, through);
}

async function badSpells(world: FaultWorld, random: Random, proxy: TcpProxy): Promise<void> {
  for (let spell = 0; spell < SPELLS; spell += 1) {
    await lasting(random.int(100, 1_200));
    proxy.setLatency(random.int(0, 100));
    if (random.next() < 0.5) proxy.cut();
    proxy.setMode(random.pick(MODES));
    await lasting(random.int(500, 2_500));
    if (random.next() < 0.5) proxy.cut();
    proxy.setMode("pass");
    world.struck();
  }
  proxy.setLatency(0);
}
