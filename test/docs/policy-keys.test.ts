import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { policySchema } from "../../src/adapters/policy/policy-schema.ts";
import { textOf } from "./pages.ts";

/** What of a JSON Schema says which keys there are. */
type Keys = {
  readonly properties?: Readonly<Record<string, Keys>>;
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly Keys[];
};

/** Every key of the file by its path; names that people choose (registries, lists of people) are no keys. */
function pathsOf(schema: Keys, at: string): readonly string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, of]) => {
    const path = at === "" ? key : `${at}.${key}`;
    return [path, ...pathsOf(of, path)];
  });
  return [...own, ...(schema.anyOf ?? []).flatMap((of) => pathsOf(of, at))];
}

const written = z.toJSONSchema(policySchema, { io: "input", unrepresentable: "any" }) as Keys;

/** The keys as docs/policy.md names them: of the defaults and of a registry without what they stand under. */
function keysOfTheSchema(): ReadonlySet<string> {
  // A record of registries has one schema for all of them.
  const registry = written.properties?.["registries"]?.additionalProperties as Keys;
  const paths = [...pathsOf(written, ""), ...pathsOf(registry, "")];
  return new Set(paths.map((path) => path.replace(/^defaults\./, "")));
}

describe("docs/policy.md", () => {
  it("has every key of the policy file, and none that is refused", () => {
    const page = textOf("docs/policy.md");
    const rows = [...page.matchAll(/^\| `([a-zA-Z.-]+)` +\|/gm)].map(([, key = ""]) => key);
    assert.equal(new Set(rows).size, rows.length);
    const named = new Set(rows);
    const keys = keysOfTheSchema();
    assert.deepEqual(
      rows.filter((key) => !keys.has(key)),
      [],
      "no such key",
    );
    // A key that only holds others is said by them.
    const holds = (key: string): boolean => rows.some((row) => row.startsWith(`${key}.`));
    assert.deepEqual(
      [...keys].filter((key) => !named.has(key) && !holds(key)),
      [],
      "not on the page",
    );
    assert.ok(keys.size > 30);
  });
});
