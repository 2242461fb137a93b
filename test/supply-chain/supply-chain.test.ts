import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { dependenciesPage } from "./dependencies-page.ts";
import { findingsOfSupply } from "./supply-findings.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
const MANIFEST = read("package.json");
const LOCK = read("package-lock.json");

describe("what the product is made of", () => {
  it("is pinned, whole, from a registry, runs no script, and has a licence that may be", () => {
    assert.deepEqual(findingsOfSupply(MANIFEST, LOCK), []);
  });

  it("is listed in docs/dependencies.md as it is now (npm run licences)", async () => {
    assert.equal(read("docs/dependencies.md"), await dependenciesPage(MANIFEST, LOCK));
  });

  const zod = /"node_modules\/zod": \{\n[^}]*\}/.exec(LOCK)?.[0] ?? "";
  for (const [mistake, from, to, finding] of [
    ["a range", '"zod": "4.6.7"', '"zod": "^4.6.7"', /dependencies: zod \^4\.6\.7/],
    ["a tag", '"hono": "4.13.19"', '"hono": "latest"', /dependencies: hono latest/],
    ["a place of its own", '"yaml": "2.9.1"', '"yaml": "github:a/b"', /dependencies: yaml github/],
  ] as const) {
    it(`would not pass with ${mistake} in package.json`, () => {
      assert.ok(MANIFEST.includes(from), from);
      assert.match(findingsOfSupply(MANIFEST.replace(from, to), LOCK).join("\n"), finding);
    });
  }

  for (const [mistake, from, to, finding] of [
    ["no digest", /"integrity": "sha512-[^"]*",?/, "", /zod: has no SHA-512/],
    ["a weak digest", /sha512-[^"]*/, "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", /zod: has no SHA-512/],
    [
      "an address without TLS",
      "{",
      '{ "resolved": "http://host/zod/-/zod-4.6.7.tgz",',
      /over https/,
    ],
    ["a repository", "{", '{ "resolved": "git+ssh://git@host/a/b.git",', /over https/],
    ["another package", "{", '{ "name": "evil-zod",', /zod: is another package/],
    ["a script", "{", '{ "hasInstallScript": true,', /zod: wants to run a script/],
    ["a copyleft licence", '"MIT"', '"AGPL-3.0-only"', /zod@4\.6\.7: AGPL-3\.0-only is not/],
    ["both of two licences", '"MIT"', '"MIT AND GPL-2.0"', /zod@4\.6\.7: MIT AND GPL-2\.0 is not/],
    ["no licence", /"license": "MIT",?/, "", /zod@4\.6\.7: states no licence/],
  ] as const) {
    it(`would not pass with ${mistake} in package-lock.json`, () => {
      const planted = zod.replace(from, to).replace(/,(\s*\})/, "$1");
      assert.notEqual(planted, zod);
      assert.match(findingsOfSupply(MANIFEST, LOCK.replace(zod, planted)).join("\n"), finding);
    });
  }

  it("would not pass with a package in the list that has no script any more", () => {
    const without = LOCK.replace(
      /("node_modules\/dtrace-provider"[^}]*)"hasInstallScript": true,/,
      "$1",
    );
    assert.notEqual(without, LOCK);
    const findings = findingsOfSupply(MANIFEST, without);
    assert.deepEqual(findings, ["dtrace-provider: wants to run no script any more"]);
  });
});
