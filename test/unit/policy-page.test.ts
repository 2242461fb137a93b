import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { z } from "zod";
import { parsePolicy } from "../../src/adapters/policy/policy-file.ts";
import { policySchema } from "../../src/adapters/policy/policy-schema.ts";

const PAGE = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");

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

describe("docs/policy.md", () => {
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

  it("has an example that can be used, and shows every key", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";
    assert.equal(parsePolicy(example, "docs/policy.md").registries.length, 1);
    for (const key of keysOf(policySchema, "")) {
      assert.match(example, new RegExp(`\\b${key.split(".").at(-1) ?? ""}:\\s`), key);
    }
  });
});
