import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { bicep } from "./bicep-text.ts";

const ROOT = new URL("../../", import.meta.url);
const SOURCE = readdirSync(new URL("src/", ROOT), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(new URL(`src/${file}`, ROOT), "utf8"))
  .join("\n");
const TEXT = bicep("modules/alerts.bicep");

const variables = new Map(
  [...TEXT.matchAll(/^var (\w+) = '(.*)'$/gm)].map(([, name = "", text = ""]) => [name, text]),
);
const rules = [...TEXT.matchAll(/^ {4}name: '([a-z-]+)'\n[\s\S]*?^ {4}query: '(.*)'$/gm)].map(
  ([, name = "", query = ""]) => ({
    name,
    query: query.replaceAll(/\$\{(\w+)\}/g, (whole, variable: string) =>
      (variables.get(variable) ?? whole).replaceAll("${lines}", variables.get("lines") ?? ""),
    ),
  }),
);

/** What the query compares a column with. */
const compared = (query: string, column: string): readonly string[] =>
  [...query.matchAll(new RegExp(`${column} (?:==|contains|startswith) "([^"]+)"`, "g"))].map(
    ([, text = ""]) => text,
  );
/** Lines of `sweep`: "NAME: closed ADDRESS", joined out of parts. */
const isPrinted = (text: string): boolean => {
  const part = text.replace(/^: /, "");
  return SOURCE.includes("`${name}: ${") && SOURCE.includes(part);
};

describe("the alerts of deployment/infra", () => {
  it("are about leases, workers, rules, slots, rights and the dead man's handle", () => {
    assert.deepEqual(
      rules.map(({ name }) => name),
      [
        "leases-overdue",
        "expiry-lag",
        "worker-silent",
        "bot-silent",
        "loop-silent",
        "unknown-rules",
        "slots-full",
        "slots-low",
        "arm-refuses",
        "policy-refused",
        "approver-unreachable",
        "handle-pulled",
        "handle-silent",
      ],
    );
  });

  for (const { name, query } of rules) {
    it(`wait for lines that the product writes: ${name}`, () => {
      const events = compared(query, "event");
      const isSweep = query.includes("JobName");
      assert.equal(events.length > 0, !isSweep, query);
      const said = events.map((event) => {
        const at = SOURCE.search(new RegExp(`log\\.(info|warn|error)\\(\\s*"${event}"`));
        assert.ok(at > 0, `nothing logs ${event}`);
        return SOURCE.slice(at, at + 400);
      });
      // Each column of a line stands beside one of the events.
      for (const [, column = ""] of query.matchAll(/\bline\.(\w+)/g)) {
        if (column === "event") continue;
        assert.ok(
          said.some((text) => new RegExp(`\\b${column}\\b`).test(text)),
          `no ${column} beside ${events.join(", ")}`,
        );
      }
      for (const column of ["kind", "tostring\\(line\\.audit\\.kind\\)"]) {
        for (const kind of compared(query, column)) {
          assert.match(SOURCE, new RegExp(`kind: "${kind}"`), kind);
        }
      }
      for (const finding of compared(query, "tostring\\(line\\.findings\\)")) {
        assert.match(SOURCE, new RegExp(`kind: "${finding}"`), finding);
      }
      for (const failure of compared(query, "tostring\\(line\\.failure\\)")) {
        assert.match(SOURCE, new RegExp(`kind: "${failure}"`), failure);
      }
      for (const loop of compared(query, "tostring\\(line\\.loop\\)")) {
        assert.match(SOURCE, new RegExp(`name: "${loop}",\\n *claim:`), loop);
      }
      if (isSweep) assert.ok(compared(query, "Log").length > 0);
      for (const text of compared(query, "Log"))
        assert.ok(isPrinted(text), `nothing prints ${text}`);
    });
  }

  it("are each explained to operators", () => {
    const page = readFileSync(new URL("docs/operators.md", ROOT), "utf8");
    for (const { name } of rules)
      assert.match(page, new RegExp(`^\\| \`${name}\` +\\|`, "m"), name);
  });
});
