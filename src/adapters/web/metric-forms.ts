import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { MetricSpec } from "./metric-list.ts";

/** A gauge of the list, in this registry of metrics. */
export function gaugeOf<L extends string>(spec: MetricSpec<L>, registry: Registry): Gauge<L> {
  return new Gauge(configOf(spec, registry));
}

/** A counter of the list; without labels it begins at 0, so that its first step is seen. */
export function counterOf<L extends string>(spec: MetricSpec<L>, registry: Registry): Counter<L> {
  return new Counter(configOf(spec, registry));
}

/** A histogram of the list. */
export function histogramOf<L extends string>(
  spec: MetricSpec<L>,
  registry: Registry,
): Histogram<L> {
  return new Histogram({ ...configOf(spec, registry), buckets: [...(spec.buckets ?? [])] });
}

function configOf<L extends string>({ name, help, labels }: MetricSpec<L>, registry: Registry) {
  return { name, help, labelNames: [...labels], registers: [registry] };
}
