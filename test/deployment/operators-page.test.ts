import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
const PAGES = [
  "docs/operators.md",
  "docs/terraform-and-bicep.md",
  "deployment/infra/README.md",
  "deployment/teams/README.md",
];

describe("the pages for operators", () => {
  for (const page of PAGES) {
    it(`name scripts and files that there are: ${page}`, () => {
      const { scripts } = JSON.parse(read("package.json")) as {
        readonly scripts: Readonly<Record<string, string>>;
      };
      for (const [said, script = ""] of read(page).matchAll(/npm run ([a-z:]+)/g)) {
        assert.ok(script in scripts, said);
      }
      for (const [path] of read(page).matchAll(/\bdeployment\/(?:infra|teams)\/[\w./-]*\w/g)) {
        // The operator's own, made by copying the example.
        if (!path.endsWith("/mine.bicepparam")) assert.ok(existsSync(new URL(path, ROOT)), path);
      }
    });
  }

  it("have Terraform ignore every tag that the ledger can take", () => {
    const ledger = read("src/domain/ledger.ts");
    const [, most = ""] = /const MOST_TAGS = (\d+);/.exec(ledger) ?? [];
    const [, prefix = ""] = /const LEDGER_TAG_PREFIX = "(.*)";/.exec(ledger) ?? [];
    const ignored = [...read("docs/terraform-and-bicep.md").matchAll(/tags\["([\w-]+)"\]/g)];
    assert.deepEqual(
      ignored.map(([, tag]) => tag),
      Array.from({ length: Number(most) }, (_, index) => `${prefix}${String(index + 1)}`),
    );
    assert.ok(ignored.length > 0);
  });
});
