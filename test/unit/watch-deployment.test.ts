import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { METRICS, type MetricSpec } from "../../src/adapters/web/metric-list.ts";
import { isNearlyFull } from "../../src/domain/slots.ts";
import { complaintsAbout } from "../metrics/metric-uses.ts";

const read = (file: string): string =>
  readFileSync(new URL(`../../deployment/${file}`, import.meta.url), "utf8");

const rule = z.strictObject({
  alert: z.string().regex(/^Drawbridge[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z.string().regex(/^\d+[smh]$/),
  labels: z.strictObject({ severity: z.enum(["critical", "warning", "info"]) }),
  annotations: z.strictObject({
    summary: z.string().min(20),
    description: z.string().min(20),
    what_to_do: z.string().min(20),
  }),
});
const rules = z
  .strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) })
  .parse(parse(read("prometheus-rules.yaml"), { strict: true, uniqueKeys: true }))
  .groups.flatMap((group) => group.rules);

const panel = z.looseObject({
  id: z.int(),
  type: z.string(),
  title: z.string().min(3),
  description: z.string().optional(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.looseObject({ expr: z.string(), refId: z.string() })).default([]),
});
const dashboard = z
  .looseObject({
    title: z.literal("Drawbridge"),
    uid: z.string(),
    panels: z.array(panel),
    templating: z.looseObject({ list: z.array(z.looseObject({ name: z.string() })) }),
  })
  .parse(JSON.parse(read("grafana-dashboard.json")));
const panels = dashboard.panels.filter(({ type }) => type !== "row");

const uses = (expression: string, { name }: MetricSpec): boolean =>
  new RegExp(`\\b${name}\\b|\\b${name}_(bucket|sum|count)\\b`).test(expression);

describe("the alert rules", () => {
  it("ask for metrics and labels that there are, each in its form", () => {
    for (const { alert, expr } of rules) assert.deepEqual(complaintsAbout(expr), [], alert);
  });

  it("call a registry nearly full when the product does", () => {
    const { expr = "" } = rules.find(({ alert }) => alert === "DrawbridgeSlotsNearlyFull") ?? {};
    const share = Number(/ >= (0\.\d+)$/.exec(expr)?.[1]);
    const limit = 200;
    assert.ok(isNearlyFull({ used: share * limit, limit }));
    assert.ok(!isNearlyFull({ used: share * limit - 1, limit }));
  });

  it("are there for everything that somebody has to act on, once each", () => {
    const names = rules.map(({ alert }) => alert);
    assert.equal(new Set(names).size, names.length);
    for (const key of [
      ...(["overdue", "expiryLag", "loopSilent", "pendingOldest", "slotsUsed"] as const),
      ...(["armThrottled", "armFailures", "rules", "notAsSent", "storeUp", "failures"] as const),
    ]) {
      assert.ok(
        rules.some(({ expr }) => uses(expr, METRICS[key])),
        key,
      );
    }
    assert.match(rules.find(({ expr }) => expr.includes("slots"))?.expr ?? "", />= 0\.9$/);
    assert.ok(rules.some(({ expr }) => /^absent\(.*loop="registry"/.test(expr)));
  });

  it("name in their texts only labels that their expressions leave", () => {
    for (const { alert, expr, annotations } of rules) {
      for (const text of Object.values(annotations)) {
        for (const [, label = ""] of text.matchAll(/\$labels\.([a-z_]+)/g)) {
          const leaves = new RegExp(`by \\([^)]*\\b${label}\\b[^)]*\\)`).test(expr);
          const isPlain = !/\b(sum|max|min|count|absent)\b/.test(expr);
          assert.ok(leaves || isPlain, `${alert}: ${label}`);
        }
      }
    }
  });
});

describe("the dashboard", () => {
  it("asks for metrics and labels that there are, each in its form", () => {
    for (const { title, targets } of panels) {
      assert.ok(targets.length > 0, title);
      for (const { expr } of targets) {
        assert.deepEqual(complaintsAbout(expr.replaceAll("$__rate_interval", "5m")), [], title);
      }
    }
  });

  it("shows every metric there is, in panels that explain themselves and do not overlap", () => {
    const all = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");
    for (const spec of Object.values(METRICS)) assert.ok(uses(all, spec), spec.name);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, i) => `${String(x + (i % w))},${String(y + Math.floor(i / w))}`,
      ),
    );
    assert.equal(new Set(cells).size, cells.length, "two panels in one place");
    assert.ok(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24));
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
    for (const { title, description = "" } of panels) assert.ok(description.length >= 14, title);
    const names = dashboard.templating.list.map(({ name }) => name);
    assert.deepEqual(names, ["datasource", "registry"]);
  });
});

describe("what is said of an expression", () => {
  it("names each mistake", () => {
    const mistakes: Readonly<Record<string, RegExp>> = {
      "max(drawbridge_overdue_lease)": /no such metric/,
      'drawbridge_leases{who="x"}': /has no label who/,
      "sum by (reason) (drawbridge_leases)": /nothing has a label reason/,
      "rate(drawbridge_leases[5m])": /is a gauge/,
      drawbridge_arm_throttled_total: /is a counter/,
      "rate(drawbridge_expiry_lag_seconds[5m])": /no such metric/,
      "max(drawbridge_leases": /brackets/,
      "up == 0": /nothing of ours/,
    };
    for (const [expression, complaint] of Object.entries(mistakes)) {
      assert.match(complaintsAbout(expression).join(), complaint, expression);
    }
    assert.deepEqual(complaintsAbout('drawbridge_leases{registry="a"} offset 1h > 0'), []);
  });
});
