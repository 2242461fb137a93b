import type { ApprovedLease } from "../approvals.ts";
import type { FaultWorld } from "../fault-world.ts";
import type { Point, Reached } from "../gates.ts";
import { approveSome } from "../load.ts";
import { BOTH_STORES, type Scenario } from "../scenario.ts";
import { lasting, until, untilGone, untilOpen } from "../waits.ts";

/** Long enough that the next holder opens and closes a lease before the paused one's intention is looked at again. */
const HOLD_SECONDS = 3;
/** An intention is looked at again two holds after it was written (application/change-rules.ts). */
const LOOKED_AT_AGAIN_MS = 2 * HOLD_SECONDS * 1_000;
/** Taken over after one hold, brought back by the late write, looked at two holds after the intention. */
const REMOVED_WITHIN_MS = LOOKED_AT_AGAIN_MS + 4_000;
const SHORT_MS = 700;
const LONG_MS = 6_000;
const ADDED_BY_OTHERS = "192.0.2.77";

const common = {
  stores: BOTH_STORES,
  removedWithinMs: REMOVED_WITHIN_MS,
  holdSeconds: HOLD_SECONDS,
} as const;

/** A worker is stopped (SIGSTOP) past its hold, another one takes over, and then the first goes on (SIGCONT). */
export const LATE_WRITES: readonly Scenario[] = [
  {
    ...common,
    name: "a paused worker's PATCH that adds lands after the lease",
    async run(world, random) {
      const late = await paused(world, "adding");
      await world.startWorker();
      await approveSome(world, random, { perRegistry: 1 });
      await untilOpen(world, late.lease);
      await untilClosedAndWritten(world, late.lease);
      await lasting(random.int(0, 200));
      await late.land();
    },
  },
  {
    ...common,
    name: "a paused worker's PATCH that removes lands on a newer lease",
    async run(world, random) {
      const late = await paused(world, "removing");
      await world.startWorker();
      const newer = await world.approvals.approve(late.lease.registry, LONG_MS);
      await approveSome(world, random, { perRegistry: 1 });
      await untilOpen(world, newer);
      world.azure.external({
        id: late.lease.registry,
        does: { kind: "add", rule: ADDED_BY_OTHERS },
        byType: "Application",
      });
      await lasting(random.int(0, 200));
      await late.land();
    },
  },
  pausedAt("a worker is paused right before its PATCH", "applying"),
  pausedAt("a worker is paused before the last write of its round", "releasing"),
];

/** Stopped at the point until another worker has opened and closed leases on the same registry. */
function pausedAt(name: string, point: Point): Scenario {
  return {
    ...common,
    name,
    async run(world, random) {
      const doing = random.pick(["adding", "removing"] as const);
      const [first] = world.registries;
      const { promise: atPoint, resolve } = Promise.withResolvers<Reached>();
      const { promise: goOn, resolve: release } = Promise.withResolvers<undefined>();
      let stopped: Reached | undefined;
      const unhook = world.gates.hook(async (reached) => {
        if (stopped !== undefined || !isAt(reached, point, doing, first)) return;
        stopped = reached;
        resolve(reached);
        await goOn;
      });
      await world.startWorker();
      const lease = await world.approvals.approve(first, SHORT_MS);
      const { pid } = await atPoint;
      world.pause(pid);
      world.struck();
      await world.startWorker();
      const newer = await world.approvals.approve(first, LONG_MS);
      await approveSome(world, random, { perRegistry: 1 });
      await untilOpen(world, newer);
      await untilGone(world, lease);
      unhook();
      world.resume(pid);
      release(undefined);
    },
  };
}

function isAt(reached: Reached, point: Point, doing: "adding" | "removing", registry: string) {
  return reached.point === point && reached[doing] && reached.registry === registry;
}

/** The rule is gone, and the round that removed it is over: nobody is at work on the registry any more. */
async function untilClosedAndWritten(world: FaultWorld, lease: ApprovedLease): Promise<void> {
  let written = false;
  const unhook = world.gates.hook(({ point, registry }) => {
    const isGone = world.azure.state(registry)?.rules.includes(lease.address) === false;
    if (point === "released" && registry === lease.registry && isGone) written = true;
  });
  await until(`the removal of ${lease.address} is written down`, () => written);
  unhook();
}

type Late = {
  readonly lease: ApprovedLease;
  /** Lets the PATCH take effect, and the worker go on. */
  readonly land: () => Promise<void>;
};

/** A worker that is stopped while its PATCH on the first registry is under way and not yet applied. */
async function paused(world: FaultWorld, doing: "adding" | "removing"): Promise<Late> {
  const [first] = world.registries;
  const { promise: underWay, resolve } = Promise.withResolvers<number>();
  const { promise: landing, resolve: letLand } = Promise.withResolvers<undefined>();
  let [patching, intendedAt]: [Reached | undefined, number] = [undefined, 0];
  let held = false;
  const unhook = world.gates.hook((reached) => {
    if (isAt(reached, "intended", doing, first)) intendedAt = performance.now();
    if (isAt(reached, "applying", doing, first)) patching = reached;
  });
  const unhookAzure = world.azure.intercept(async ({ phase, method, path }) => {
    const isIt = phase === "received" && method === "PATCH" && path.toLowerCase() === first;
    if (!isIt || patching === undefined || held) return undefined;
    held = true;
    world.pause(patching.pid);
    resolve(patching.pid);
    await landing;
    return undefined;
  });
  await world.startWorker();
  const lease = await world.approvals.approve(first, SHORT_MS);
  const pid = await underWay;
  unhook();
  return {
    lease,
    async land() {
      const before = world.azure.history().length;
      letLand(undefined);
      await until("the late PATCH is applied", () => world.azure.history().length > before);
      const landedAfterMs = performance.now() - intendedAt;
      world.struck();
      unhookAzure();
      world.resume(pid);
      // Later than anybody looks for it by itself before the next periodic look: a new worker looks at everything.
      if (landedAfterMs > LOOKED_AT_AGAIN_MS) await world.startWorker();
    },
  };
}
