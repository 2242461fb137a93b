import { METRICS, type MetricSpec } from "../../src/adapters/web/metric-list.ts";

const SPECS: readonly MetricSpec[] = Object.values(METRICS);
/** Labels that Prometheus or a histogram adds. */
const ADDED = new Set(["le", "instance", "job"]);
/** A selector: a name of ours, and what it is narrowed down to. */
const SELECTOR = /\b(drawbridge_[a-z0-9_]+)(?:\{([^}]*)\})?/g;

/** What is wrong with how an expression uses our metrics: unknown names, labels that they don't have, wrong forms. */
export function complaintsAbout(expression: string): readonly string[] {
  const complaints: string[] = [];
  const used = [...expression.matchAll(SELECTOR)].map(([, name = "", matchers = ""]) => {
    const spec = specOf(name);
    if (spec === undefined) complaints.push(`no such metric: ${name}`);
    for (const [, label = ""] of matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)) {
      if (!hasLabel(spec, label)) complaints.push(`${name} has no label ${label}`);
    }
    return { name, spec };
  });
  for (const [, labels = ""] of expression.matchAll(/\bby \(([^)]*)\)/g)) {
    for (const label of labels.split(",").map((one) => one.trim())) {
      if (!used.some(({ spec }) => hasLabel(spec, label)))
        complaints.push(`nothing has a label ${label}`);
    }
  }
  for (const { name, spec } of used) {
    if (spec === undefined) continue;
    const rated = new RegExp(`(rate|increase)\\(${name}(\\{[^}]*\\})?\\[`).test(expression);
    if (rated !== (spec.kind !== "gauge")) complaints.push(`${name} is a ${spec.kind}`);
  }
  if (used.length === 0) complaints.push("it asks for nothing of ours");
  if (opened(expression) !== 0) complaints.push("its brackets do not match");
  return complaints;
}

function specOf(name: string): MetricSpec | undefined {
  const family = name.replace(/_(bucket|sum|count)$/, "");
  const histogram = SPECS.find((one) => one.name === family && one.kind === "histogram");
  if (histogram !== undefined) return name === family ? undefined : histogram;
  return SPECS.find((one) => one.name === name);
}

function hasLabel(spec: MetricSpec | undefined, label: string): boolean {
  return spec !== undefined && (spec.labels.includes(label) || ADDED.has(label));
}

function opened(text: string): number {
  const count = (one: string): number => text.split(one).length - 1;
  return count("(") - count(")") + count("{") - count("}") + count("[") - count("]");
}
