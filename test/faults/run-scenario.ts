import { inspect } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApprovedLease } from "./approvals.ts";
import type { ChosenStore } from "../world/store-choice.ts";
import { startFaultWorld, type FaultWorld } from "./fault-world.ts";
import { judge, type Verdict } from "./judge.ts";
import { randomOf } from "./random.ts";
import type { Scenario } from "./scenario.ts";

/** One run, by what it can be repeated with. */
export type Run = {
  readonly scenario: Scenario;
  readonly kind: ChosenStore["kind"];
  readonly seed: number;
};

/** What a run came to; `output` is what the workers printed, there when something is to be complained of. */
export type RunResult = Run & { readonly verdict: Verdict; readonly output: string };

const DEFAULT_HOLD_SECONDS = 2;
const SETTLE_WITHIN_MS = 50_000;
const LOST_AFTER_MS = 6_000;
const LOOK_EVERY_MS = 25;
/** Long enough for a write that was under way to land and be seen. */
const QUIET_MS = 1_000;
const RUN_WITHIN_MS = 150_000;

/** Runs a scenario once, lets everything settle, and judges it. A run that broke is one to complain of, too. */
export async function runScenario({ scenario, kind, seed }: Run): Promise<RunResult> {
  const world = await startFaultWorld(kind, {
    holdSeconds: scenario.holdSeconds ?? DEFAULT_HOLD_SECONDS,
    behindSentinel: scenario.behindSentinel === true,
  });
  const broken: string[] = [];
  try {
    const random = randomOf(`${scenario.name} ${kind} ${String(seed)}`);
    await withinTime(
      scenario.run(world, random).then(() => settle(world, scenario)),
      world,
    );
    const codes = await world.stopWorkers();
    broken.push(...codes.map((code) => `a worker ended with ${String(code)}`));
  } catch (error) {
    broken.push(`the run broke: ${inspect(error)}`);
  } finally {
    await world.stop();
  }
  const { azure, approvals } = world;
  const verdict = judge(
    {
      history: azure.history(),
      journal: azure.journal(),
      approved: approvals.approved(),
      planted: approvals.planted(),
      strikes: world.strikes(),
      slowStartsMs: world.slowStartsMs(),
    },
    scenario,
  );
  broken.push(...world.errors().map((error) => inspect(error)));
  const complaints = [...broken, ...verdict.complaints];
  const output = complaints.length === 0 ? "" : world.output();
  return { scenario, kind, seed, verdict: { ...verdict, complaints }, output };
}

/** How a run is called, and what to type to have it again. */
export function titleOf({ scenario, kind, seed }: Run): string {
  return `${scenario.name} (${kind}, seed ${String(seed)})`;
}

/** Ends every fault and waits until nothing of ours is left; whether that came about is for the judge to say. */
async function settle(world: FaultWorld, { losesData }: Scenario): Promise<void> {
  const { azure, approvals } = world;
  azure.clearFaults();
  if (world.workers().length === 0) await world.startWorker();
  const own = approvals.approved().filter(({ borrowed }) => !borrowed);
  // Whoever wanted a lease that is still not there by then has lost it with the store.
  const lostAfter = performance.now() + LOST_AFTER_MS;
  const openedAtMs = new Map<ApprovedLease, number>();
  const isOver = (lease: ApprovedLease): boolean => {
    const { registry, address, durationMs } = lease;
    const since = openedAtMs.get(lease) ?? firstSeenAtMs(world, lease);
    if (since === undefined) return losesData === true && performance.now() > lostAfter;
    openedAtMs.set(lease, since);
    // Not before its end: what a late write took away may yet be put back.
    return Date.now() > since + durationMs && !azure.state(registry)?.rules.includes(address);
  };
  const giveUpAt = performance.now() + SETTLE_WITHIN_MS;
  while (!own.every(isOver) && performance.now() < giveUpAt) await sleep(LOOK_EVERY_MS);
  await sleep(QUIET_MS);
}

function firstSeenAtMs(
  { azure }: FaultWorld,
  { registry, address }: ApprovedLease,
): number | undefined {
  return azure
    .history()
    .find((entry) => entry.registry.toLowerCase() === registry && entry.rules.includes(address))
    ?.atMs;
}

async function withinTime(run: Promise<void>, world: FaultWorld): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => {
      reject(new Error(`Not within ${String(RUN_WITHIN_MS)} ms.`));
    }, RUN_WITHIN_MS);
  });
  try {
    await Promise.race([run, timeout]);
  } finally {
    clearTimeout(late);
    for (const { pid } of world.workers()) world.resume(pid);
  }
}
