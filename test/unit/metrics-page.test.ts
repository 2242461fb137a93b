import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { createMetrics } from "../../src/adapters/web/metrics.ts";
import { METRICS, type MetricSpec } from "../../src/adapters/web/metric-list.ts";
import { metricsPage } from "../metrics/metrics-page.ts";
import { parseMetrics } from "../metrics/parse-metrics.ts";

const specs: readonly MetricSpec[] = Object.values(METRICS);
const UNITS = /_(total|seconds|info)$/;
const PERSONAL = new Set([
  "address",
  "person",
  "requester",
  "approver",
  "name",
  "lease",
  "request",
]);

describe("the list of metrics", () => {
  it("is what a process serves, with its types and help", async () => {
    const { types, help } = parseMetrics(await createMetrics().text());
    assert.deepEqual(
      new Map([...types].toSorted()),
      new Map(specs.map(({ name, kind }) => [name, kind] as const).toSorted()),
    );
    for (const spec of specs) assert.equal(help.get(spec.name), spec.help);
  });

  it("follows Prometheus' conventions and names nobody", () => {
    for (const { name, kind, labels, help, buckets } of specs) {
      assert.match(name, /^drawbridge_[a-z]+(_[a-z]+)*$/);
      assert.equal(name.endsWith("_total"), kind === "counter", name);
      assert.equal(kind === "histogram", buckets !== undefined, name);
      if (kind === "histogram") assert.match(name, /_seconds$/);
      assert.match(help, /^[^\n\\]{20,200}\.$/, name);
      assert.ok(!UNITS.test(name) || !/_(ms|minutes)_/.test(name), name);
      for (const label of labels) assert.ok(!PERSONAL.has(label), `${name}{${label}}`);
    }
  });

  it("is in docs/metrics.md as it is now; npm run metrics writes it", async () => {
    const page = await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8");
    assert.equal(page, await metricsPage());
  });
});

describe("the reader of scrapes", () => {
  it("takes nothing that is not of the format", () => {
    const good = "# HELP a b\n# TYPE a gauge\na 1\n";
    assert.equal(parseMetrics(good).value("a"), 1);
    const labelled = '# TYPE a gauge\na{b="c\\"d",e="f"} 1.5e+3\n';
    assert.equal(parseMetrics(labelled).value("a", { b: 'c"d', e: "f" }), 1500);
    for (const bad of [
      "a 1\n",
      "# TYPE a gauge\na 1",
      "# TYPE a gauge\na one\n",
      "# TYPE a gauge\na{b=c} 1\n",
      "# TYPE a gauge\na 1\na 2\n",
      "# TYPE a gauge\n# TYPE a gauge\n",
      '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_count 1\n',
    ]) {
      assert.throws(() => parseMetrics(bad), bad);
    }
  });
});
