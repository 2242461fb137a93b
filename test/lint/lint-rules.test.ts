import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { describe, it } from "node:test";
import { ESLint } from "eslint";

const root = fileURLToPath(new URL("../..", import.meta.url));
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: "test/lint/eslint.config.mjs",
});

async function complaints(filePath: string, code: string): Promise<string> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).map(({ message }) => message).join("\n");
}

describe("the lint rules", () => {
  it("keep the wall clock and chance out of domain and application", async () => {
    for (const file of ["src/domain/lease.ts", "src/application/requests/ask.ts"]) {
      const code =
        "export const a = new Date();\nexport const b = Date.now();\nexport const c = Math.random();\n";
      const said = await complaints(file, code);
      assert.equal(said.split("The store tells the time").length - 1, 2, said);
      assert.match(said, /Randomness is an argument/);
    }
  });

  it("keep the environment where a program begins", async () => {
    const code = 'export const home = process.env["HOME"];\n';
    assert.match(await complaints("src/app.ts", code), /Settings are read where a program begins/);
    assert.doesNotMatch(await complaints("src/main.ts", code), /Settings are read/);
  });

  it("find a promise that nobody waits for", async () => {
    const code = "export function start(): void {\n  Promise.resolve(1);\n}\n";
    assert.match(await complaints("src/app.ts", code), /Promises must be awaited/);
  });
});
