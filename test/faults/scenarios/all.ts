import type { Scenario } from "../scenario.ts";
import { AZURE_TROUBLES } from "./azure-troubles.ts";
import { CLOCKS } from "./clocks.ts";
import { CUT_OFF } from "./cut-off.ts";
import { FAILOVER } from "./failover.ts";
import { KILLS } from "./kills.ts";
import { LATE_WRITES } from "./late-writes.ts";
import { LOST_DATA } from "./lost-data.ts";
import { LYING_STORE } from "./lying-store.ts";
import { SEVERAL_WORKERS } from "./several-workers.ts";
import { STORE_OUTAGES } from "./store-outages.ts";

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  ...KILLS,
  ...LATE_WRITES,
  ...SEVERAL_WORKERS,
  ...STORE_OUTAGES,
  ...CUT_OFF,
  ...AZURE_TROUBLES,
  ...CLOCKS,
  ...LYING_STORE,
  ...LOST_DATA,
  ...FAILOVER,
];
