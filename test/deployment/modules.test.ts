import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bicep, declarations } from "./bicep-text.ts";

const MAIN = bicep("main.bicep");

const modules = [
  ...MAIN.matchAll(/^module (\w+) '(modules\/[\w-]+\.bicep)' = ([\s\S]*?)^[}\]]$/gm),
].map(([, name = "", file = "", body = ""]) => ({ name, file, given: paramsIn(body) }));

/** The names in `params: { … }`, on one line or on several, and at whatever depth it stands. */
function paramsIn(body: string): readonly string[] {
  const [, oneLine] = /^ +params: \{ (.*) \}$/m.exec(body) ?? [];
  if (oneLine !== undefined)
    return [...oneLine.matchAll(/(?:^|, )(\w+):/g)].map(([, one = ""]) => one);
  const [, indent = "", lines = ""] = /^( +)params: \{\n([\s\S]*?)^\1\}/m.exec(body) ?? [];
  return [...lines.matchAll(new RegExp(`^${indent}  (\\w+):`, "gm"))].map(([, one = ""]) => one);
}

// The Bicep compiler would say so; it is not to be had where these tests run.
describe("the modules of deployment/infra", () => {
  it("are all found", () => {
    const written = MAIN.match(/^module /gm)?.length;
    assert.equal(modules.length, written);
    assert.ok(modules.length >= 13, String(modules.length));
  });

  for (const { name, file, given } of modules) {
    it(`get the parameters that they have: ${name}`, () => {
      const params = declarations(bicep(file), "param");
      const known = params.map((param) => param.name);
      const needed = params.filter(({ line }) => !line.includes(" = ")).map((param) => param.name);
      assert.deepEqual(
        given.filter((one) => !known.includes(one)),
        [],
        "unknown",
      );
      assert.deepEqual(
        needed.filter((one) => !given.includes(one)),
        [],
        "not given",
      );
    });
  }

  it("have the outputs that are read of them", () => {
    const reads = [...MAIN.matchAll(/\b(\w+)\.outputs\.(\w+)/g)];
    assert.ok(reads.length > 20, String(reads.length));
    for (const [read, name, output] of reads) {
      const module = modules.find((one) => one.name === name);
      assert.ok(module !== undefined, read);
      const outputs = declarations(bicep(module.file), "output").map((one) => one.name);
      assert.ok(
        outputs.some((one) => one === output),
        read,
      );
    }
  });
});
