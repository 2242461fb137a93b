import { person, address } from "../../unit/builders.ts";
import { BASELINE, FORBIDDEN, FOREIGN, type FaultWorld } from "../fault-world.ts";
import { approveSome } from "../load.ts";
import { BOTH_STORES, type Scenario } from "../scenario.ts";
import { lasting, until, untilOpen } from "../waits.ts";

/** A lie that comes in the middle of a round makes it give up: its hold of 2 s runs out, and again in the next. */
const REMOVED_WITHIN_MS = 7_000;
const HOUR_MS = 3_600_000;
const LONG_MS = 6_000;

const common = { stores: BOTH_STORES, removedWithinMs: REMOVED_WITHIN_MS } as const;

/** Somebody can write to the store and can't write to the worker's policy. */
export const LYING_STORE: readonly Scenario[] = [
  {
    ...common,
    name: "leases that nobody may have approved are written into the store",
    async run(world, random) {
      await world.startWorker();
      await approveSome(world, random);
      const [first, second, third] = [...world.registries, ...world.registries];
      if (second === undefined || third === undefined) throw new Error("There are registries.");
      const at = new Date();
      const since = Date.now();
      await world.approvals.plant(first, { approvals: [] });
      await world.approvals.plant(second, {
        approvals: [{ approver: person(4), at, atMostMs: undefined }],
      });
      // The requester is an approver, too, and approved by nobody else.
      const self = {
        requester: person(2),
        approvals: [{ approver: person(2), at, atMostMs: undefined }],
      };
      await world.approvals.plant(third, self);
      const forbidden = address(FORBIDDEN.replace(/\.240.*/, ".244"));
      await world.approvals.plant(first, { address: forbidden });
      await world.approvals.plant(second, { durationMs: 9 * HOUR_MS });
      await world.approvals.plant(third, { endsBy: new Date(at.getTime() + 24 * HOUR_MS) });
      await world.approvals.plant(world.stranger, {});
      for (const registry of [first, second, third, world.stranger]) {
        await untilLookedAt(world, registry, since);
      }
      world.struck();
    },
  },
  {
    ...common,
    name: "a rule of the baseline is written into the store as ours",
    run: (world, random) => markAsOurs(world, BASELINE, () => approveSome(world, random)),
  },
  {
    ...common,
    name: "a foreign rule is written into the store as ours",
    run: (world, random) => markAsOurs(world, FOREIGN, () => approveSome(world, random)),
  },
  {
    ...common,
    name: "a foreign rule is written into the store and into the ledger as ours",
    async run(world, random) {
      await world.startWorker();
      const [registry] = world.registries;
      const lease = await world.approvals.approve(registry, LONG_MS);
      await untilOpen(world, lease);
      // What a right to write tags can do: another registry's genuine ledger, and a genuine one with a byte changed.
      const genuine = world.azure.state(registry)?.tags["drawbridge-1"];
      if (genuine === undefined) throw new Error("There is a ledger.");
      const [, other] = world.registries;
      for (const id of other === undefined ? [] : [other]) forge(world, id, genuine);
      forge(world, registry, genuine.slice(0, -1) + (genuine.endsWith("A") ? "B" : "A"));
      await markAsOurs(world, FOREIGN, () => approveSome(world, random));
    },
  },
];

function forge(world: FaultWorld, registry: string, ledger: string): void {
  const tags = { ...world.azure.state(registry)?.tags, "drawbridge-1": ledger };
  world.azure.configure(registry, { tags });
}

async function markAsOurs(
  world: FaultWorld,
  value: string,
  load: () => Promise<void>,
): Promise<void> {
  await world.startWorker();
  await load();
  const since = Date.now();
  for (const registry of world.registries) await world.approvals.claimAsOurs(registry, value);
  for (const registry of world.registries) await untilLookedAt(world, registry, since);
  world.struck();
}

/** A worker has read the registry after it was lied about, and had the time to act on it. */
async function untilLookedAt(world: FaultWorld, registry: string, sinceMs: number): Promise<void> {
  await until(`${registry} is looked at`, () =>
    world.azure
      .journal()
      .some(
        ({ method, path, status, startedAt }) =>
          method === "GET" &&
          status === 200 &&
          path.toLowerCase() === registry &&
          Date.parse(startedAt) > sinceMs,
      ),
  );
  await lasting(world.holdMs / 4);
}
