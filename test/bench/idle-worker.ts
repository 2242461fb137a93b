import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { commitNow, fleetOf, inChunks, writeFleet, type Fleet } from "./leases.ts";
import { scaled, type Benchmark, type RunOptions } from "./benchmark.ts";
import { redisCommands } from "./redis-commands.ts";
import { callsSince } from "./removals.ts";
import { sweptOnce } from "./swept-once.ts";
import { WORKER_STARTED_WITH } from "./worker-process.ts";
import { startSurroundings, type Surroundings } from "./surroundings.ts";

const REGISTRIES = 1_000;
const LEASES_PER_REGISTRY = 100;
const SUBSCRIPTIONS = 50;
/** How often a worker looks at a registry on which nothing happens. */
const RECHECK_MS = 300_000;
const TOGETHER_MS = 10_000;
const MEASURED_MS = 60_000;
const SWEPT_WITHIN_MS = 300_000;
const HOURS_MS = 3_600_000;

/** What the product costs while nothing happens. */
export const idleWorker: Benchmark = {
  name: "idle",
  title: "100,000 open leases, and nothing happens",
  run,
};

async function run(options: RunOptions) {
  const surroundings = await startSurroundings();
  const { azure, redis, store, startWorker } = surroundings;
  const inspector = new Redis(redis.url);
  try {
    const registries = scaled(REGISTRIES, options, 10);
    const fleet = fleetOf({
      registries,
      leasesPerRegistry: scaled(LEASES_PER_REGISTRY, options, 10),
      subscriptions: [...Array(SUBSCRIPTIONS).keys()],
      endsAt: new Date(Date.now() + 6 * HOURS_MS),
    });
    await azure.seed(fleet.seeds);
    await writeFleet(store, fleet);
    options.say(`${fleet.leases.length} leases are there`);
    const worker = await startWorker(fleet.registries, "off");
    await sweptOnce(store, fleet.registries, SWEPT_WITHIN_MS);
    // What a first look finds out is new; only from the second one on nothing happens.
    const once = new Date();
    await wakeAll(surroundings, fleet, () => once);
    await sweptOnce(store, fleet.registries, SWEPT_WITHIN_MS, once);
    await spreadRechecks(surroundings, fleet);
    options.say("the worker has looked at every registry twice");

    const measuredMs = Math.max(2_500, MEASURED_MS * options.scale);
    const since = new Date();
    const before = { ...(await worker.usage()), commands: await redisCommands(inspector) };
    await sleep(measuredMs);
    const after = { ...(await worker.usage()), commands: await redisCommands(inspector) };
    const seconds = (Date.now() - since.getTime()) / 1_000;
    const rechecks = (await callsSince(azure, since)).reads;

    const commands = after.commands - before.commands;
    const cpu = (after.cpuMs - before.cpuMs) / 1_000 / seconds;
    return {
      setting: [
        `${LEASES_PER_REGISTRY} leases on each of ${REGISTRIES} registries, hours from their end. The worker has looked at every registry twice; their next looks are spread over five minutes, those of ten seconds together, as they are after a while, and it is watched for ${String(MEASURED_MS / 1_000)} s. Commands are those that clients send; what a script calls is not one. The worker is compiled, as in the image, and runs with ${WORKER_STARTED_WITH}.`,
      ],
      figures: [
        { what: "registries looked at again", value: rechecks / seconds, unit: "/s" },
        {
          what: "time of a processor",
          value: 100 * cpu,
          unit: "%",
          target: { bound: "at most", value: 3 },
        },
        {
          what: "time of a processor for each look",
          value: (after.cpuMs - before.cpuMs) / rechecks,
          unit: "ms",
        },
        { what: "Redis commands", value: commands / seconds, unit: "/s" },
        {
          what: "Redis commands beyond three for each look",
          value: (commands - 3 * rechecks) / seconds,
          unit: "/s",
          target: { bound: "at most", value: 2 },
        },
        {
          what: "memory of the worker",
          value: after.residentMb,
          unit: "MB",
          target: { bound: "at most", value: 180 },
        },
        { what: "the most it had, at its start", value: after.peakResidentMb, unit: "MB" },
      ],
      tables: [],
    } as const;
  } finally {
    inspector.disconnect();
    await surroundings.stop();
  }
}

/**
 * As the worker itself spreads them, which has those of ten seconds together. By the contract a wake only ever moves
 * towards now, so this can only bring looks forward.
 */
async function spreadRechecks(surroundings: Surroundings, fleet: Fleet): Promise<void> {
  const now = Date.now();
  await wakeAll(surroundings, fleet, (n) => {
    const at = now + n * (RECHECK_MS / REGISTRIES);
    return new Date(Math.ceil(at / TOGETHER_MS) * TOGETHER_MS);
  });
}

async function wakeAll(
  { store }: Surroundings,
  { registries }: Fleet,
  timeOf: (n: number) => Date,
): Promise<void> {
  const wakes = registries.map((key, n) => ({
    list: "registry" as const,
    key,
    at: timeOf(n),
  }));
  for (const wake of inChunks(wakes, 250)) await commitNow(store, { wake });
}
