import type { ChosenStore } from "../world/store-choice.ts";
import { redisMissing } from "../needs-redis.ts";
import { faketimeMissing } from "./faketime.ts";
import type { Run } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import type { NotRun } from "./table.ts";

/** Which scenarios to run; everything when left out. */
export type Choice = {
  /** Part of the name. */
  readonly scenario?: string | undefined;
  readonly kind?: string | undefined;
};

/** Each scenario on each of its stores: one to run, or one not to be run and why. */
export function chosenRuns(choice: Choice = {}): {
  readonly runs: readonly Omit<Run, "seed">[];
  readonly notRun: readonly NotRun[];
} {
  const all = SCENARIOS.filter(({ name }) => name.includes(choice.scenario ?? ""))
    .flatMap((scenario) => scenario.stores.map((kind) => ({ scenario, kind })))
    .filter(({ kind }) => choice.kind === undefined || kind === choice.kind);
  const judged = all.map((one) => ({ ...one, why: whyNot(one.scenario, one.kind) }));
  return {
    runs: judged.filter(({ why }) => why === undefined),
    notRun: judged.flatMap(({ why, ...one }) => (why === undefined ? [] : [{ ...one, why }])),
  };
}

function whyNot(scenario: Scenario, kind: ChosenStore["kind"]): string | undefined {
  if (kind === "redis" && redisMissing !== false) return redisMissing;
  if (scenario.needs === "faketime" && faketimeMissing !== false) return faketimeMissing;
  return undefined;
}
