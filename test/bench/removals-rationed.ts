import { setTimeout as sleep } from "node:timers/promises";
import { ARM_BUCKETS } from "../../src/adapters/azure/call-budget.ts";
import { auditEntries } from "./audit-entries.ts";
import { quantile, scaled, type Benchmark, type RunOptions } from "./benchmark.ts";
import { fleetOf, writeFleet, type Fleet } from "./leases.ts";
import { removalsSince } from "./removals.ts";
import { startSurroundings } from "./surroundings.ts";
import { sweptOnce } from "./swept-once.ts";

const REGISTRIES = 500;
/** Of two registries that are due at the same time the first by its id is claimed first, and these ids are so. */
const [RATIONED, OTHER] = [1, 0];
/** In another subscription, where there is enough for all of them. */
const OTHER_REGISTRIES = 8;
const LEASES_PER_REGISTRY = 5;
const LATENCY_MS = 50;
const WITHIN_MS = 180_000;
/** A read of each registry, its limit of rules, its virtual network rules. */
const READS_OF_A_SWEEP = 3;
const READS_OF_A_REMOVAL = 2;

/** Many removals when Azure answers so many calls a second and no more. */
export const removalsRationed: Benchmark = {
  name: "rationed",
  title: "2,500 leases on 500 registries of one subscription, as fast as Azure allows",
  run,
};

async function run(options: RunOptions) {
  const { azure, store, startWorker, stop } = await startSurroundings();
  try {
    const registries = scaled(REGISTRIES, options, 8);
    const { reads, writes } = ARM_BUCKETS;
    const { fleet: first, other: firstOther } = fleetsOf(registries, new Date());
    await azure.seed([...first.seeds, ...firstOther.seeds]);
    await azure.setLatency(LATENCY_MS);
    await azure.throttle({});
    const both = [...first.registries, ...firstOther.registries];
    await startWorker(both, "off");
    await sweptOnce(store, both, WITHIN_MS);
    options.say("the worker has looked at every registry");

    // Its looks have drained the buckets, and they have to fill again.
    const drained = Math.min(reads.capacity, registries * READS_OF_A_SWEEP);
    const refillMs = (1_000 * drained) / reads.perSecond;
    const endsAt = new Date(Date.now() + 3_000 + refillMs);
    const { fleet, other } = fleetsOf(registries, endsAt);
    await writeFleet(store, fleet);
    await writeFleet(store, other);
    await sleep(endsAt.getTime() - Date.now());
    const leases = fleet.leases.length + other.leases.length;
    await auditEntries(store, "lease.ended", leases, WITHIN_MS);

    const { lastMs, latenessMs } = await removalsSince(azure, fleet, endsAt);
    const others = await removalsSince(azure, other, endsAt);
    options.say(`the worker took ${(lastMs / 1_000).toFixed(1)} s`);
    const refused = (await azure.calls()).filter(({ status }) => status === 429).length;
    const bucketMs =
      1_000 *
      Math.max(
        0,
        (registries - writes.capacity) / writes.perSecond,
        (registries * READS_OF_A_REMOVAL - 1 - reads.capacity) / reads.perSecond,
      );
    // Scaled down, the buckets hold more than is asked of them, and there is nothing to compare with.
    const asked = options.scale === 1 ? { target: { bound: "at most", value: 1.1 } as const } : {};
    return {
      setting: [
        `${REGISTRIES} registries with ${LEASES_PER_REGISTRY} leases each in one subscription, ending in the same second, and the emulator's token buckets on: for each subscription ${reads.capacity} reads and ${reads.perSecond} more each second, ${writes.capacity} writes and ${writes.perSecond} more each second, as Azure documents them. The buckets' own time is what the calls need beyond what full buckets hold. ${OTHER_REGISTRIES} registries of another subscription end in the same second, and its buckets have enough.`,
      ],
      figures: [
        { what: "the worker, until the last rule was gone", value: lastMs / 1_000, unit: "s" },
        { what: "the buckets' own time", value: bucketMs / 1_000, unit: "s" },
        { what: "the worker ÷ the buckets", value: lastMs / bucketMs, unit: "", ...asked },
        { what: "p99 lateness of a removal", value: quantile(latenessMs, 0.99) / 1_000, unit: "s" },
        {
          what: "until the last rule of the other subscription was gone",
          value: others.lastMs / 1_000,
          unit: "s",
        },
        { what: "calls that Azure refused (429)", value: refused, unit: "" },
      ],
      tables: [],
    } as const;
  } finally {
    await stop();
  }
}

/** The one that is rationed, and a few registries that are not. */
function fleetsOf(
  registries: number,
  endsAt: Date,
): { readonly fleet: Fleet; readonly other: Fleet } {
  const shared = { leasesPerRegistry: LEASES_PER_REGISTRY, endsAt };
  return {
    fleet: fleetOf({ ...shared, registries, subscriptions: [RATIONED] }),
    other: fleetOf({
      ...shared,
      registries: OTHER_REGISTRIES,
      from: registries,
      subscriptions: [OTHER],
    }),
  };
}
