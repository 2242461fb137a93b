import { FAKETIME_LIBRARY } from "../faketime.ts";
import { approveSome } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { killAnywhere } from "./several-workers.ts";

/** One dead holder, as if all clocks were right. */
const REMOVED_WITHIN_MS = 7_000;

/** On Redis only: with SQLite the clock of the host is the clock of the store, so it can't be wrong against it. */
export const CLOCKS: readonly Scenario[] = [
  {
    name: "one worker's clock is an hour ahead, another's an hour behind",
    stores: ["redis"],
    needs: "faketime",
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await world.startWorker(clock("+1h"));
      await world.startWorker(clock("-1h"));
      const killed = killAnywhere(world, random, 1, clock(random.pick(["+1h", "-1h"])));
      await approveSome(world, random, { perRegistry: 3, withinMs: 2_000 });
      await killed;
    },
  },
];

/** The wall clock alone: a host whose clock is wrong measures time as well as any other. */
function clock(shift: string): Readonly<Record<string, string>> {
  return { LD_PRELOAD: FAKETIME_LIBRARY, FAKETIME: shift, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
}
