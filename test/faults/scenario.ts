import type { ChosenStore } from "../world/store-choice.ts";
import type { FaultWorld } from "./fault-world.ts";
import type { Random } from "./random.ts";

/** One way in which things go wrong, and what must hold all the same. */
export type Scenario = {
  /** What happens, in a few words; with a store and a seed it names a run that can be repeated. */
  readonly name: string;
  readonly stores: readonly ChosenStore["kind"][];
  /** How long after its end a rule of ours may still be there, by Azure's own history. */
  readonly removedWithinMs: number;
  /** Sets a worker's clock: skipped where there is no faketime. */
  readonly needs?: "faketime";
  /** The store is a Redis behind Sentinel, with a replica. */
  readonly behindSentinel?: true;
  /** 2 when left out. */
  readonly holdSeconds?: number;
  /** The store loses what it had acknowledged: what was approved may then never open, or end early. */
  readonly losesData?: true;
  /** Brings about what happens. It says `world.struck` for each blow that fell: a run without one is broken. */
  readonly run: (world: FaultWorld, random: Random) => Promise<void>;
};

/** Both. */
export const BOTH_STORES = ["sqlite", "redis"] as const satisfies readonly ChosenStore["kind"][];
