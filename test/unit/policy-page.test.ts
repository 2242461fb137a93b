import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { z } from "zod";
import { parsePolicy } from "../../src/adapters/policy/policy-file.ts";
import { policySchema } from "../../src/adapters/policy/policy-schema.ts";
import { tryPolicy } from "../../src/application/policy/try-policy.ts";
import { parsePersonId } from "../../src/domain/ids.ts";
import { policyPage } from "../policy/policy-page.ts";
import { rowsOf } from "../policy/policy-rows.ts";

const PAGE = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
const EXAMPLE = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";

/** Every key of the file, by its place: "duration.extend.max" in the defaults and in a registry is one. */
function keysOf(schema: unknown, place: string): readonly string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, inner]) => {
      const isRoot = place === "" && (key === "defaults" || key === "registries");
      const at = place === "" ? key : `${place}.${key}`;
      return [at, ...keysOf(inner, isRoot ? "" : at)];
    });
  }
  if (schema instanceof z.ZodRecord) return keysOf(schema.valueType, place);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((one) => keysOf(one, place));
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return keysOf(schema.unwrap(), place);
  }
  return [];
}

/** A file that says no more than it has to. */
const LEAST = `
tenant: 11111111-1111-4111-8111-111111111111
defaults:
  duration: { default: 1h, max: 3h }
  reason: optional
  address: {}
  approval: { timeout: 8h, quorum: 2 }
  limits: { leasesPerPerson: 1, pendingPerPerson: 1, openingsPerHour: 1 }
registries:
  acrdemomagic:
    id: /subscriptions/00000000-0000-4000-8000-00000000abcd/resourceGroups/demos/providers/Microsoft.ContainerRegistry/registries/acrdemomagic
    requesters: members
    approvers: []
`;

/** The columns of a row that is on the page. */
function rowOf(key: string): readonly string[] {
  const row = PAGE.split("\n").find((line) => line.startsWith(`| \`${key}\` `)) ?? "";
  return row.split("|").map((column) => column.trim());
}

describe("docs/policy.md", () => {
  it("has its tables as the schema says them now; npm run docs:policy writes them", async () => {
    assert.equal(PAGE, await policyPage(PAGE));
  });

  it("says what holds of a key that is left out", () => {
    const [registry] = parsePolicy(LEAST, "least.yaml").registries;
    assert.ok(registry);
    const { duration, quorum, approval, address, whenRemovedByOthers, limits } = registry;
    assert.equal(duration.extend.maxMs, duration.maxMs);
    assert.equal(rowOf("duration.extend.max")[3], "`duration.max`");
    assert.deepEqual(quorum, [{ prefix: 32, approvers: 2 }]);
    assert.equal(rowOf("quorum")[3], "`approval.quorum`");
    assert.equal(approval.coolDownMs, 0);
    assert.equal(rowOf("approval.cool-down")[3], "none");
    assert.equal(limits.hoursPerPersonPerDay, Infinity);
    assert.equal(rowOf("limits.hoursPerPersonPerDay")[3], "without end");
    assert.equal(rowOf("address.widest")[3], `\`${String(address.widest)}\``);
    assert.equal(rowOf("when-removed-by-others")[3], `\`${whenRemovedByOthers}\``);
  });

  it("can't be written while a key is not described", () => {
    const nothingSaid = z.strictObject({ within: z.strictObject({ key: z.string() }) });
    assert.throws(() => rowsOf(nothingSaid.shape), /within\.key is not described/);
  });

  it("has a row for every key of the file, and for no other", () => {
    const keys = new Set(keysOf(policySchema, ""));
    const rows = new Set([...PAGE.matchAll(/^\| `([^`]+)` /gm)].map(([, key = ""]) => key));
    // A key that has nothing but parts is explained by them.
    const parts = [...keys].filter((key) => [...keys].some((one) => one.startsWith(`${key}.`)));
    assert.deepEqual(
      [...keys].filter((key) => !rows.has(key) && !parts.includes(key)),
      [],
    );
    assert.deepEqual(
      [...rows].filter((key) => !keys.has(key)),
      [],
    );
    assert.ok(keys.has("duration.extend.approval") && keys.has("approval.escalate.to"));
  });

  it("tries a sentence that both examples would have asked", async () => {
    const [, id = "", text = ""] = /"as (\S+): (allow [^"]+)"/.exec(PAGE) ?? [];
    const by = parsePersonId(id);
    assert.ok(by !== undefined);
    const deployed = new URL("../../deployment/policy.example.yaml", import.meta.url);
    for (const example of [EXAMPLE, await readFile(deployed, "utf8")]) {
      const outcome = tryPolicy(parsePolicy(example, "example.yaml"), {
        by,
        from: undefined,
        text,
      });
      assert.equal(outcome.kind, "asked", JSON.stringify(outcome));
    }
  });

  it("has an example that can be used, and shows every key", () => {
    assert.equal(parsePolicy(EXAMPLE, "docs/policy.md").registries.length, 1);
    for (const key of keysOf(policySchema, "")) {
      assert.match(EXAMPLE, new RegExp(`\\b${key.split(".").at(-1) ?? ""}:\\s`), key);
    }
  });
});
