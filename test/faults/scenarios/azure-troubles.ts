import type { ExternalWrite } from "../../emulators/azure/external-writers.ts";
import type { Fault } from "../../emulators/azure/faults.ts";
import { BASELINE, FOREIGN, type FaultWorld } from "../fault-world.ts";
import { approveSome } from "../load.ts";
import type { Random } from "../random.ts";
import { BOTH_STORES, type Scenario } from "../scenario.ts";
import { lasting } from "../waits.ts";
import { killAnywhere } from "./several-workers.ts";

const FAULTS = 5;
const WRITES = 4;
const KILLS = 2;

/** Two dead holders, and up to three answers in a row that make a registry wait 2, 4 and 8 s, half as much again at worst. */
const REMOVED_WITHIN_MS = 26_000;

/** Azure answers badly, others write, and workers are killed meanwhile. */
export const AZURE_TROUBLES: readonly Scenario[] = [
  {
    name: "Azure fails, throttles, cuts off and dawdles, and workers are killed",
    stores: BOTH_STORES,
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await world.startWorker();
      await world.startWorker();
      for (let fault = 0; fault < FAULTS; fault += 1) world.azure.fault(faultOf(world, random));
      world.struck();
      const killed = killAnywhere(world, random, KILLS);
      await approveSome(world, random, { mostMs: 4_000, withinMs: 2_000 });
      await killed;
    },
  },
  {
    name: "others write whole lists and single rules, and workers are killed",
    stores: BOTH_STORES,
    removedWithinMs: REMOVED_WITHIN_MS,
    async run(world, random) {
      await world.startWorker();
      await world.startWorker();
      const killed = killAnywhere(world, random, KILLS);
      const approved = approveSome(world, random, { leastMs: 2_500, mostMs: 5_000 });
      for (let write = 0; write < WRITES; write += 1) {
        await lasting(random.int(100, 900));
        world.azure.external(writeOf(world, random, write));
        world.struck();
      }
      await approved;
      await killed;
    },
  },
];

function faultOf({ registries }: FaultWorld, random: Random): Fault {
  const path = random.pick(registries);
  const write = { method: "PATCH", path, skip: random.int(0, 1) };
  const any = { path, skip: random.int(0, 5) };
  const faults: readonly [Fault, ...Fault[]] = [
    { match: any, fault: "status", status: random.pick([500, 502, 503]) },
    { match: write, fault: "status", status: 409, code: "Conflict" },
    { match: any, fault: "throttled", retryAfterSeconds: random.int(1, 2) },
    { match: write, fault: "throttled" },
    { match: any, fault: "reset-before" },
    { match: write, fault: "reset-after-apply" },
    { match: write, fault: "reset-mid-body" },
    { match: write, fault: "hang-after-apply" },
    { match: any, fault: "slow", ms: random.int(200, 1_500) },
    { match: write, fault: "long-running", how: { answer: "202-async", afterMs: 700 } },
    { match: { ...any, method: "GET" }, fault: "stale" },
    { match: { ...any, method: "GET" }, fault: "truncated-json" },
  ];
  return random.pick(faults);
}

/** azure-cli reads the list and writes it back with one rule more or less; Terraform writes its own list. */
function writeOf({ registries }: FaultWorld, random: Random, number: number): ExternalWrite {
  const id = random.pick(registries);
  const rule = `192.0.2.${String(100 + number)}`;
  const byCli = { id, byType: "User" } as const;
  const byTerraform = { id, byType: "Application" } as const;
  const writes: readonly [ExternalWrite, ...ExternalWrite[]] = [
    { ...byCli, does: { kind: "add", rule } },
    { ...byCli, does: { kind: "add", rule }, when: "before-next-patch" },
    { ...byCli, does: { kind: "add", rule }, when: "after-next-get" },
    { ...byTerraform, does: { kind: "replace", rules: [FOREIGN, BASELINE, rule] } },
    {
      ...byTerraform,
      does: { kind: "replace", rules: [FOREIGN, BASELINE, rule] },
      when: "before-next-patch",
    },
  ];
  return random.pick(writes);
}
