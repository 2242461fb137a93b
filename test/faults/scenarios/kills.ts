import type { InterceptedRequest } from "../../emulators/azure/interception.ts";
import type { FaultWorld } from "../fault-world.ts";
import type { Point, Reached } from "../gates.ts";
import { approveSome } from "../load.ts";
import type { Random } from "../random.ts";
import { BOTH_STORES, type Scenario } from "../scenario.ts";
import { lasting } from "../waits.ts";

type Doing = "adding" | "removing";

/** Where a worker dies: at a point of its loop, or while Azure has its PATCH in hand. */
type Place =
  | { readonly point: Point; readonly delayedTurn?: true }
  | { readonly patch: "lost" | "applied" | "lands-later" };

const KILLED_WITHIN_MS = 20_000;
/** A later look than this at an old turn makes the worker read again (application/change-rules.ts). */
const TURN_TAKES_MS = 400;
const LANDS_AFTER_MS = [0, 2_500] as const;

/** Two dead holders, each taken over after its hold of 2 s; the start of a process, and the rounds themselves. */
const REMOVED_WITHIN_MS = 9_000;

const PLACES: readonly (readonly [name: string, place: Place])[] = [
  ["after the claim", { point: "claimed" }],
  ["before the intention is written", { point: "intending" }],
  ["with the intention written", { point: "intended" }],
  ["when its turn has come", { point: "turn" }],
  ["after the second read, before the PATCH", { point: "applying", delayedTurn: true }],
  ["with a PATCH that never reaches Azure", { patch: "lost" }],
  ["with a PATCH that lands later", { patch: "lands-later" }],
  ["with a PATCH that is applied and not answered", { patch: "applied" }],
  ["before it reads back", { point: "applied" }],
  ["before the last write of the round", { point: "releasing" }],
  ["after the last write of the round", { point: "released" }],
];

/** SIGKILL at every point of the loop that can be told from outside, once while adding and once while removing. */
export const KILLS: readonly Scenario[] = PLACES.map(([name, place]) => ({
  name: `a worker is killed ${name}`,
  stores: BOTH_STORES,
  removedWithinMs: REMOVED_WITHIN_MS,
  async run(world, random) {
    await world.startWorker();
    const whenAdding = killAt(world, random, place, "adding");
    await approveSome(world, random);
    await whenAdding.killed;
    const whenRemoving = killAt(world, random, place, "removing");
    await world.startWorker();
    await whenRemoving.killed;
    await world.startWorker();
    // What is on its way lands before anybody says that all is settled.
    await Promise.all([whenAdding.over, whenRemoving.over]);
  },
}));

type Killing = {
  /** Resolves when the worker was killed there; rejects when none comes by. */
  readonly killed: Promise<unknown>;
  /** Resolves when its PATCH has landed, too, if that was to be later. */
  readonly over: Promise<unknown>;
};

function killAt(world: FaultWorld, random: Random, place: Place, doing: Doing): Killing {
  const killed = Promise.withResolvers<unknown>();
  const landed = Promise.withResolvers<unknown>();
  const kill = async (pid: number): Promise<void> => {
    victim = pid;
    await world.kill(pid);
    world.struck();
    killed.resolve(pid);
    if (!("patch" in place) || place.patch !== "lands-later") landed.resolve(pid);
  };
  let victim: number | undefined;
  let patching: Reached | undefined;
  let isLanding = false;
  const unhookGates = world.gates.hook(async (reached) => {
    if (victim !== undefined || !reached[doing]) return;
    if ("patch" in place) {
      if (reached.point === "applying") patching = reached;
    } else if (reached.point === "turn" && place.delayedTurn) {
      await lasting(TURN_TAKES_MS);
    } else if (reached.point === place.point) await kill(reached.pid);
  });
  const landsAfterMs = random.int(...LANDS_AFTER_MS);
  const unhookAzure = world.azure.intercept(async (request) => {
    if (!("patch" in place) || patching === undefined) return undefined;
    if (isLanding && isPatchOf(request, patching, "applied")) landed.resolve(patching.pid);
    const phase = place.patch === "applied" ? "applied" : "received";
    if (victim !== undefined || !isPatchOf(request, patching, phase)) return undefined;
    await kill(patching.pid);
    if (place.patch === "lands-later") {
      await lasting(landsAfterMs);
      isLanding = true;
    }
    return place.patch === "lost" ? "drop" : undefined;
  });
  const late = setTimeout(() => {
    killed.reject(new Error(`No worker came by to be killed while ${doing}.`));
  }, KILLED_WITHIN_MS);
  const over = Promise.all([killed.promise, landed.promise]).finally(() => {
    clearTimeout(late);
    unhookGates();
    unhookAzure();
  });
  // Whoever waits for `killed` is told first.
  over.catch(() => undefined);
  return { killed: killed.promise, over };
}

function isPatchOf(
  { phase, method, path }: InterceptedRequest,
  { registry }: Reached,
  wanted: InterceptedRequest["phase"],
): boolean {
  return phase === wanted && method === "PATCH" && path.toLowerCase() === registry;
}
