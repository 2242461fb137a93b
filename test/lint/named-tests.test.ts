import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { ATTACKS } from "../attacks/all.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["attacks", "contract", "deployment", "e2e", "faults", "integration", "unit"];
const DOORS = new Set(ATTACKS.map(({ door }) => door));
/** `integration/lying-store`, with what it is quoted to say: `unit/decision`: "nothing is granted …". */
const NAMED = /`(?<folder>[a-z-]+)\/(?<file>[a-z0-9-]+)`(?:: "(?<says>[^"]+)")?/g;
const ROWS = /attacks: `(?<door>[a-z]+)`(?:, `(?<other>[a-z]+)`)?(?:: "(?<says>[^"]+)")?/g;

/** A name is shortened with "…"; each of its parts has to be there. */
function isSaidIn(text: string, quoted: string): boolean {
  return quoted
    .split("…")
    .map((part) => part.trim())
    .every((part) => text.includes(part));
}

for (const page of ["ARCHITECTURE.md", "SECURITY.md"]) {
  describe(`the tests that ${page} names`, () => {
    const text = readFileSync(join(ROOT, page), "utf8").replaceAll(/\s+/g, " ");

    it("exist, and say what they are quoted to say", () => {
      const named = [...text.matchAll(NAMED)].filter(({ groups }) =>
        FOLDERS.includes(groups?.["folder"] ?? ""),
      );
      assert.ok(named.length > 10);
      for (const { groups, 0: whole } of named) {
        const { folder = "", file = "", says } = groups ?? {};
        const files = globSync(`test/${folder}/${file}*.ts`, { cwd: ROOT }).filter((found) =>
          new RegExp(`^${file}[.-]`).test(basename(found)),
        );
        assert.ok(files.length > 0, `${whole} is no test`);
        const tests = files.map((found) => readFileSync(join(ROOT, found), "utf8")).join("\n");
        if (says !== undefined) assert.ok(isSaidIn(tests, says), `${whole} is not said there`);
      }
    });

    it("that are rows of the attack suite are rows of it", () => {
      for (const { groups, 0: whole } of text.matchAll(ROWS)) {
        const { door, other, says } = groups ?? {};
        for (const each of [door, other]) {
          if (each !== undefined) assert.ok(DOORS.has(each), `${whole}: there is no such door`);
        }
        if (says === undefined) continue;
        const isRow = ATTACKS.some(({ attack }) => isSaidIn(attack, says));
        assert.ok(isRow, `${whole}: there is no such row`);
      }
    });
  });
}
