// `npm run test:faults`: every scenario once. With `-- --long`: many times, and docs/faults.md is written.
// With --scenario, --store and --seed: that run again.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { chosenRuns } from "./choose-runs.ts";
import { titleOf, type RunResult } from "./run-scenario.ts";
import { runMany } from "./run-many.ts";
import { tableOf } from "./table.ts";
import { writeReport } from "./report.ts";

const { values } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    runs: { type: "string", default: "20" },
    minutes: { type: "string", default: "60" },
    parallel: { type: "string", default: String(2 * availableParallelism()) },
    scenario: { type: "string" },
    store: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
// In order, so that no process outlives this one.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const { long, scenario, store } = values;
const everything = scenario === undefined && store === undefined;

if (everything && !long) {
  const args = ["--test", "test/faults/*.test.ts"];
  process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
} else {
  const { runs, notRun } = chosenRuns({ scenario, kind: store });
  const results = await runMany(runs, {
    runs: long ? Number(values.runs) : 1,
    firstSeed: Number(values.seed),
    parallel: Number(values.parallel),
    withinMs: Number(values.minutes) * 60_000,
    onResult: show,
  });
  console.log(tableOf(results, notRun));
  if (everything) await writeReport(results, notRun);
  const failed = results.filter(({ verdict }) => verdict.complaints.length > 0);
  console.log(`${String(results.length)} runs, ${String(failed.length)} failed`);
  for (const result of failed) console.log(titleOf(result), result.verdict.complaints.join("; "));
  if (failed.length > 0 || results.length === 0) process.exitCode = 1;
}

function show(result: RunResult): void {
  const { complaints } = result.verdict;
  console.log(`${complaints.length === 0 ? "ok" : "NOT OK"} ${titleOf(result)}`);
  if (complaints.length > 0) console.log(`${complaints.join("\n")}\n${result.output}`);
}
