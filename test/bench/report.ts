import { format } from "prettier";
import { meetsTarget, type Benchmark, type Figure, type Findings } from "./benchmark.ts";
import type { MachineFacts } from "./machine.ts";

/** Everything that one run found out. */
export type Report = {
  readonly machine: MachineFacts;
  readonly scale: number;
  readonly startedAt: Date;
  readonly measured: readonly {
    readonly benchmark: Benchmark;
    readonly findings: Findings;
    readonly tookMs: number;
  }[];
};

const HEAD = ["what", "measured", "target", ""];

/** For the terminal, as soon as it is known. */
export function asText({ benchmark, findings }: Report["measured"][number]): string {
  const tables = [
    columns(HEAD, findings.figures.map(cellsOf)),
    ...findings.tables.map(({ title, head, rows }) => `${title}\n${columns(head, rows)}`),
  ];
  return `\n${benchmark.title}\n${tables.join("\n\n")}\n`;
}

/** Where the figures come from, and whether they are worth quoting. */
export function originOf({ machine, scale }: Report): string {
  const { cores, processor, memoryGb, system, node, redis } = machine;
  const where = `${String(cores)} cores (${processor}), ${String(memoryGb)} GB, ${system}, Node ${node}, Redis ${redis}.`;
  return scale === 1 ? where : `${where} Scaled down to ${String(scale)}: no figure to quote.`;
}

/** For programs: what the table shows, with the numbers as they were measured. */
export function asJson({ machine, scale, startedAt, measured }: Report): string {
  const benchmarks = measured.map(({ benchmark, findings, tookMs }) => ({
    name: benchmark.name,
    seconds: Math.round(tookMs / 1_000),
    ...findings,
    figures: findings.figures.map((figure) => ({ ...figure, met: meetsTarget(figure) })),
  }));
  return `${JSON.stringify({ machine, scale, startedAt, benchmarks }, undefined, 2)}\n`;
}

/** For docs/benchmarks.md, formatted as the rest of the repository. */
export async function asMarkdown(report: Report): Promise<string> {
  const { startedAt, measured } = report;
  const minutes = measured.reduce((sum, { tookMs }) => sum + tookMs, 0) / 60_000;
  const parts = measured.map(({ benchmark, findings }) =>
    [
      `## ${benchmark.title}`,
      ...findings.setting,
      tableOf(HEAD, findings.figures.map(cellsOf)),
      ...findings.tables.map(({ title, head, rows }) => `${title}:\n\n${tableOf(head, rows)}`),
      `Alone: \`npm run bench -- ${benchmark.name}\``,
    ].join("\n\n"),
  );
  const text = [
    "# Benchmarks",
    `Written by \`npm run bench\`, which takes ${minutes.toFixed(0)} minutes; do not edit. Figures are of one machine and one run: compare the ratios, not the absolute numbers.`,
    `${startedAt.toISOString().slice(0, 10)}. ${originOf(report)}`,
    ...parts,
  ].join("\n\n");
  return format(text, { parser: "markdown", printWidth: 100 });
}

function cellsOf(figure: Figure): readonly string[] {
  const { what, value, unit, target } = figure;
  const withUnit = (number: string): string => (unit === "" ? number : `${number} ${unit}`);
  const asked = target === undefined ? "" : `${target.bound} ${withUnit(String(target.value))}`;
  const met = meetsTarget(figure);
  return [what, withUnit(shown(value)), asked, met === undefined ? "" : met ? "met" : "missed"];
}

function shown(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
