import type { ChosenStore } from "../world/store-choice.ts";
import type { RunResult } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario that was not run on a store, and why. */
export type NotRun = {
  readonly scenario: Scenario;
  readonly kind: ChosenStore["kind"];
  readonly why: string;
};

const STORE_NAMES = { sqlite: "SQLite", redis: "Redis" } as const;

const COLUMNS = [
  "scenario",
  "store",
  "runs",
  "leases",
  "foreign rules read and omitted",
  "foreign rules lost in the window",
  "our rules left open",
  "latest removal after its end, s (bound)",
  "leases applied more than once",
  "planted openings and removals carried out",
  "failed runs",
] as const;

/** One row for each scenario, in the order of the results; then what was not run. */
export function tableOf(results: readonly RunResult[], notRun: readonly NotRun[]): string {
  const groups = Map.groupBy(results, ({ scenario }) => scenario.name);
  const rows = [...groups.values()].map(rowOf);
  const left = notRun.map(({ scenario, kind, why }) => [
    scenario.name,
    STORE_NAMES[kind],
    `not run: ${why}`,
    ...COLUMNS.slice(3).map(() => ""),
  ]);
  return markdown([COLUMNS, COLUMNS.map(() => "---"), ...rows, ...left]);
}

function rowOf(results: readonly RunResult[]): readonly string[] {
  const [first] = results;
  if (first === undefined) throw new Error("A row has a run.");
  const sum = (of: (result: RunResult) => number): string =>
    String(results.reduce((total, result) => total + of(result), 0));
  return [
    first.scenario.name,
    [...new Set(results.map(({ kind }) => STORE_NAMES[kind]))].join(", "),
    String(results.length),
    sum(({ verdict }) => verdict.leases),
    sum(({ verdict }) => verdict.foreignOmitted),
    sum(({ verdict }) => verdict.foreignLost),
    sum(({ verdict }) => verdict.leftOpen),
    latestRemoval(results, first.scenario),
    sum(({ verdict }) => verdict.appliedAgain),
    sum(({ verdict }) => verdict.plantedCarriedOut),
    sum(({ verdict }) => (verdict.complaints.length > 0 ? 1 : 0)),
  ];
}

/** What is beyond the bound is so because of the machine, and then it says by how much; or the run has failed. */
function latestRemoval(results: readonly RunResult[], { removedWithinMs }: Scenario): string {
  const removals = results.flatMap(({ verdict: { latestRemovalMs, slowStartsMs } }) =>
    latestRemovalMs === undefined ? [] : [{ latestRemovalMs, slowStartsMs }],
  );
  const latest = removals.sort((a, b) => b.latestRemovalMs - a.latestRemovalMs).at(0);
  const bound = `(${String(removedWithinMs / 1_000)})`;
  if (latest === undefined) return `- ${bound}`;
  const text = seconds(latest.latestRemovalMs);
  return latest.latestRemovalMs <= removedWithinMs
    ? `${text} ${bound}`
    : `${text} ${bound}, slow starts ${seconds(latest.slowStartsMs)}`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

/** With columns of even width, as the formatter would have it. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, i) =>
      cell === "---" ? "-".repeat(widths[i] ?? 3) : cell.padEnd(widths[i] ?? 0),
    );
    return `| ${cells.join(" | ")} |`;
  };
  return rows.map(line).join("\n");
}
