import type { ChosenStore } from "../world/store-choice.ts";
import type { FaultWorld } from "./fault-world.ts";
import type { Random } from "./random.ts";

/** What a scenario can't do without. */
export type Need = "faketime" | "ledger" | "sentinel";

/** One way in which things go wrong, and what must hold all the same. */
export type Scenario = {
  /** What happens, in a few words; with a store and a seed it names a run that can be repeated. */
  readonly name: string;
  readonly stores: readonly ChosenStore["kind"][];
  /** How long after its end a rule of ours may still be there, by Azure's own history. */
  readonly removedWithinMs: number;
  readonly needs?: Need;
  /** 2 when left out. */
  readonly holdSeconds?: number;
  /** The store loses what it had acknowledged: what was approved may then never open, or end early. */
  readonly losesData?: true;
  /** Brings about what happens. It says `world.struck` for each blow that fell: a run without one is broken. */
  readonly run: (world: FaultWorld, random: Random) => Promise<void>;
};

/** Both. */
export const BOTH_STORES = ["sqlite", "redis"] as const satisfies readonly ChosenStore["kind"][];

/** What is there by now; a scenario that needs anything else is listed and not run. */
const BUILT: readonly Need[] = ["faketime"];

/** What the scenario waits for that the product does not do yet; `undefined` when there is nothing. */
export function notBuilt({ needs }: Scenario): Need | undefined {
  return needs === undefined || BUILT.includes(needs) ? undefined : needs;
}
