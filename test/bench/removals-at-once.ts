import { setTimeout as sleep } from "node:timers/promises";
import { auditEntries } from "./audit-entries.ts";
import { closeRegistry, createArmClient } from "./arm-client.ts";
import { quantile, scaled, type Benchmark, type RunOptions } from "./benchmark.ts";
import { startBullmqRemovals } from "./bullmq-removals.ts";
import { inParallel } from "./in-parallel.ts";
import { fleetOf, writeFleet, type Fleet, type FleetChoices } from "./leases.ts";
import { callsSince, removalsSince, restoreRules } from "./removals.ts";
import { startSurroundings, type Surroundings } from "./surroundings.ts";
import { sweptOnce } from "./swept-once.ts";

const REGISTRIES = 2_000;
const LEASES_PER_REGISTRY = 5;
/** So many that the worker's care for Azure's limits does not come into it: rationed-removals is about that. */
const SUBSCRIPTIONS = 50;
const LATENCY_MS = 50;
/** As many calls as the worker has under way at once. */
const AT_ONCE = 16;
const WITHIN_MS = 180_000;

/** All leases of a large installation ending in the same second. */
export const removalsAtOnce: Benchmark = {
  name: "removals",
  title: "10,000 leases on 2,000 registries ending in the same second",
  run,
};

async function run(options: RunOptions) {
  const surroundings = await startSurroundings();
  try {
    const { azure } = surroundings;
    const choices = {
      registries: scaled(REGISTRIES, options, 20),
      leasesPerRegistry: LEASES_PER_REGISTRY,
      subscriptions: [...Array(SUBSCRIPTIONS).keys()],
    };
    const fleet = fleetOf({ ...choices, endsAt: new Date() });
    await azure.seed(fleet.seeds);
    await azure.setLatency(LATENCY_MS);

    const before = await bareLoop(surroundings, fleet);
    options.say(`a bare loop took ${(before.lastMs / 1_000).toFixed(1)} s`);
    await restoreRules(azure, fleet);

    const ours = await workersRemovals(surroundings, choices);
    options.say(`the worker took ${(ours.lastMs / 1_000).toFixed(1)} s`);
    await restoreRules(azure, fleet);

    const bullmq = await bullmqsRemovals(surroundings, fleet);
    options.say(`BullMQ took ${(bullmq.lastMs / 1_000).toFixed(1)} s`);
    await restoreRules(azure, fleet);
    const after = await bareLoop(surroundings, fleet);
    options.say(`the bare loop again: ${(after.lastMs / 1_000).toFixed(1)} s`);

    const bareMs = (before.lastMs + after.lastMs) / 2;
    const p99 = (latenessMs: readonly number[]): number => quantile(latenessMs, 0.99);
    return {
      setting: [
        "The leases were written into the store, so there is no ledger of them and it is switched off here; with it, one write of tags for each registry follows in a quiet round after the removals.",
        `Each registry has ${LEASES_PER_REGISTRY} leases and one rule of somebody else's; they are spread over ${SUBSCRIPTIONS} subscriptions, so that nobody's limits are met. Every call takes ${LATENCY_MS} ms and what the emulator needs; worker, emulator and Redis are processes of their own on this machine.`,
        `The bare loop does with Azure's SDK what the worker was counted to do (a read, a PATCH, a read back for each registry), ${AT_ONCE} registries at a time, and writes nothing down; it runs before and after, and the mean counts. BullMQ has one deduplicated delayed job for each registry, which makes the same calls and writes nothing down either. Lateness is from the end of a lease to the PATCH that removed its rule, by the emulator's history.`,
      ],
      figures: [
        { what: "the worker, until the last rule was gone", value: ours.lastMs / 1_000, unit: "s" },
        { what: "a bare loop over the same calls", value: bareMs / 1_000, unit: "s" },
        {
          what: "the worker ÷ the bare loop",
          value: ours.lastMs / bareMs,
          unit: "",
          target: { bound: "at most", value: 1.15 },
        },
        { what: "p99 lateness of a removal", value: p99(ours.latenessMs) / 1_000, unit: "s" },
        { what: "p99 lateness with BullMQ", value: p99(bullmq.latenessMs) / 1_000, unit: "s" },
        {
          what: "p99 lateness ÷ that of BullMQ",
          value: p99(ours.latenessMs) / p99(bullmq.latenessMs),
          unit: "",
          target: { bound: "at most", value: 1 },
        },
        {
          what: "calls of the worker for each registry; the bare loop makes 3",
          value: ours.callsEach,
          unit: "",
        },
        {
          what: "memory of the worker afterwards",
          value: ours.residentMb,
          unit: "MB",
          target: { bound: "at most", value: 180 },
        },
        {
          what: "time of a processor that the worker used for each registry",
          value: ours.cpuMs / choices.registries,
          unit: "ms",
        },
        {
          what: "time of a processor that the bare loop used for each registry",
          value: (before.cpuMs + after.cpuMs) / 2 / choices.registries,
          unit: "ms",
        },
      ],
      tables: [],
    } as const;
  } finally {
    await surroundings.stop();
  }
}

async function bareLoop({ azure }: Surroundings, fleet: Fleet) {
  const arm = createArmClient(azure.settings);
  const ours = new Set<string>(fleet.leases.map(({ address }) => address));
  // Connections and token, which a worker has by then.
  await inParallel(AT_ONCE, fleet.registries.slice(0, AT_ONCE), async (registry) => {
    await arm.readRules(registry);
  });
  const since = new Date();
  const used = process.cpuUsage();
  await inParallel(AT_ONCE, fleet.registries, (registry) => closeRegistry(arm, registry, ours));
  const { user, system } = process.cpuUsage(used);
  const removals = await removalsSince(azure, fleet, since);
  return { ...removals, cpuMs: (user + system) / 1_000 };
}

async function workersRemovals(surroundings: Surroundings, choices: Omit<FleetChoices, "endsAt">) {
  const { azure, store, startWorker } = surroundings;
  const { registries } = fleetOf({ ...choices, endsAt: new Date() });
  const worker = await startWorker(registries, "off");
  await sweptOnce(store, registries, WITHIN_MS);
  const endsAt = new Date(Date.now() + 3_000 + choices.registries * 5);
  const fleet = fleetOf({ ...choices, endsAt });
  const { leases } = fleet;
  await writeFleet(store, fleet);
  await sleep(endsAt.getTime() - Date.now());
  const usedBefore = (await worker.usage()).cpuMs;
  await auditEntries(store, "lease.ended", leases.length, WITHIN_MS);
  const { cpuMs, residentMb } = await worker.usage();
  await worker.stop();

  const calls = await callsSince(azure, endsAt);
  return {
    ...(await removalsSince(azure, fleet, endsAt)),
    cpuMs: cpuMs - usedBefore,
    residentMb,
    callsEach: (calls.reads + calls.patches) / registries.length,
  };
}

async function bullmqsRemovals({ azure }: Surroundings, fleet: Fleet) {
  const endsAt = new Date(Date.now() + 3_000 + fleet.leases.length * 0.7);
  const removals = await startBullmqRemovals(azure, fleet, endsAt, AT_ONCE);
  try {
    if (Date.now() > endsAt.getTime()) throw new Error("The jobs were due before all were added.");
    await sleep(endsAt.getTime() - Date.now());
    await removals.done(WITHIN_MS);
    return await removalsSince(azure, fleet, endsAt);
  } finally {
    await removals.stop();
  }
}
