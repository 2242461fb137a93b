import type { Store } from "../../src/application/store.ts";
import type { ProductProcess } from "../world/product-process.ts";
import type { World } from "../world/world.ts";

/**
 * One row of the attack suite. After `prepare` the world is let come to rest; then the attempt is made, and what may
 * not change must be as it was, or the row says what did.
 */
export type Attack = {
  /** What is attacked: "token", "activity", "page" … */
  readonly door: string;
  /** What the attacker does, in a few words; with the door it names the row. */
  readonly attack: string;
  /** What the attempt is to see, word for word. */
  readonly expected: string;
  /**
   * What may be left behind. `nothing` (the default): no turn of the bot was run, no record, wake or audit entry
   * changed, no call went to Teams, no write to Azure. `answer`: turns and calls to Teams may have been made, since
   * somebody was told no; the store and Azure are as they were.
   */
  readonly leaves?: "nothing" | "answer";
  /** Brings about what the attack needs, and returns the attempt, which says what it saw. */
  readonly prepare: (world: AttackWorld) => Attempt | Promise<Attempt>;
};

/** Makes the attempt once; what it resolves to is compared with `expected`. */
export type Attempt = () => Promise<string>;

/** The world with the product at work in it, as both roles; everybody of `PEOPLE` has the app. */
export type AttackWorld = World & {
  readonly product: ProductProcess;
  /** A second way into the product's store. */
  readonly records: Store;
};
