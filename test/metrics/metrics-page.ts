import { format } from "prettier";
import { METRICS, type MetricSpec } from "../../src/adapters/web/metric-list.ts";

const HEAD = `# Metrics

Written by \`npm run metrics\` from the list in the code; do not edit.

\`GET /metrics\` on the operations port (3979 unless \`OPERATIONS_PORT\` says otherwise), in Prometheus' text format.
Every process has it, a bot and a worker alike. No label names a person or an address; \`registry\` is the name that the
policy gives it.

\`deployment/prometheus-rules.yaml\` has the alerts and \`deployment/grafana-dashboard.json\` the panels that are made of
these.
`;

const PARTS = [
  [
    "store",
    "Of the store",
    "Every process says the same, so take one of them: `max by (registry) (…)`. Counted at each scrape, within 3 seconds.",
  ],
  [
    "process",
    "Of each process",
    "What it saw itself, since it started: add them up, `sum(rate(…))`. Azure's are a worker's, those of Teams a bot's.",
  ],
] as const;

/** docs/metrics.md as it should be. */
export function metricsPage(): Promise<string> {
  const specs: readonly MetricSpec[] = Object.values(METRICS);
  const parts = PARTS.map(([from, title, words]) => {
    const rows = specs.filter((spec) => spec.from === from).map(rowOf);
    return [
      `## ${title}`,
      words,
      ["| metric | kind | labels | what |", "| - | - | - | - |", ...rows].join("\n"),
    ].join("\n\n");
  });
  return format([HEAD, ...parts].join("\n\n"), { parser: "markdown", printWidth: 100 });
}

function rowOf({ name, kind, labels, help }: MetricSpec): string {
  return `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`;
}
