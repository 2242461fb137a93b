import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { describe, it } from "node:test";
import { chosenRuns } from "./choose-runs.ts";
import { runScenario, titleOf } from "./run-scenario.ts";

const SEED = 1;

describe(
  "whatever goes wrong, judged by Azure's history",
  {
    concurrency: 4 * availableParallelism(),
  },
  () => {
    const { runs, notRun } = chosenRuns();
    for (const one of runs) {
      const run = { ...one, seed: SEED };
      it(titleOf(run), async () => {
        const { verdict, output } = await runScenario(run);
        assert.deepEqual(verdict.complaints, [], `${titleOf(run)}\n${output}`);
      });
    }
    for (const { scenario, kind, why } of notRun) {
      it(`${scenario.name} (${kind})`, { skip: why }, () => undefined);
    }
  },
);
