import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommand } from "../world/product-process.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";
import { AZURE_CLI_OPTIONS, azureCliProblem } from "./azure-cli-options.ts";
import { NOT_RUN_HERE } from "./not-run-here.ts";
import { PAGES, ROOT, textOf } from "./pages.ts";
import { shellLines, wordsOf } from "./shell-lines.ts";

/** Those of docs/commands.md are the commands' own examples: test/e2e/command-help.test.ts runs them. */
const LINES = PAGES.filter((page) => page !== "ARCHITECTURE.md").flatMap((page) =>
  shellLines(page, textOf(page)),
);
const NPM_OWN = ["ci", "test", "start"];

/** The words after `drawbridge`, of each line that calls it in one way or the other. */
const CALLS = new Map(
  LINES.filter(({ page }) => page !== "docs/commands.md").flatMap(({ page, command }) => {
    const [, said] = /^(?:npm run drawbridge -- |drawbridge )(.*?)(?: > \S+)?$/.exec(command) ?? [];
    return said === undefined ? [] : [[said, page] as const];
  }),
);

describe("the commands on the pages", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    await world.start({ DRAWBRIDGE_ROLE: "all" });
    await world.client("robin").install();
  });
  after(async () => {
    await world.stop();
  });

  for (const [said, page] of CALLS) {
    it(`work: drawbridge ${said} (${page})`, async () => {
      const policy = world.settings["DRAWBRIDGE_POLICY"] ?? "";
      const files: Readonly<Record<string, string>> = {
        "policy.yaml": policy,
        FILE: policy,
        "worker.log": fileURLToPath(new URL("../data/checkpoints.log", import.meta.url)),
      };
      const words = wordsOf(said).map((word) => files[word] ?? word);
      const { code, output } = await runCommand(words, world.settings);
      assert.ok(code === 0 || code === 1, output);
    });
  }

  it("call scripts that there are", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const { page, command } of LINES) {
      const [program, verb = "", script = ""] = wordsOf(command);
      if (program !== "npm") continue;
      if (verb === "run") assert.ok(script in scripts, `${page}: ${command}`);
      else assert.ok(NPM_OWN.includes(verb), `${page}: ${command}`);
    }
  });

  it("use of the Azure CLI what was looked up, and nothing is on that list for nothing", () => {
    const used = LINES.filter(({ command }) => command.startsWith("az "));
    const problems = used.flatMap(({ page, command }) => {
      const problem = azureCliProblem(wordsOf(command).slice(1));
      return problem === undefined ? [] : [`${page}: ${problem}`];
    });
    assert.deepEqual(problems, []);
    for (const name of Object.keys(AZURE_CLI_OPTIONS)) {
      assert.ok(
        used.some(({ command }) => command.startsWith(`az ${name}`)),
        name,
      );
    }
  });

  it("are otherwise known, each with why it can't be run here", () => {
    const known = new Set(Object.values(NOT_RUN_HERE).flat());
    const others = LINES.filter(({ command }) => !/^(npm|az|drawbridge) /.test(command));
    const strange = others.filter(({ command }) => !known.has(command));
    assert.deepEqual(strange, []);
    const gone = [...known].filter((line) => !others.some(({ command }) => command === line));
    assert.deepEqual(gone, []);
  });

  it("copy and build from files that there are", () => {
    const made = ["dist", "node_modules"];
    const paths = LINES.flatMap(({ command }) => {
      const words = wordsOf(command).filter((word) => !/^[-/]|^\d+$/.test(word));
      if (/^cp |^install -m /.test(command)) {
        return words.slice(1).filter((word) => word !== "policy.yaml");
      }
      return [...command.matchAll(/(?<![\w/])deployment\/[\w./-]+\w/g)].map(([path]) => path);
    });
    assert.ok(paths.length > 5);
    for (const path of paths) {
      // The operator's own copy of the example.
      if (made.includes(path) || path.endsWith("/mine.bicepparam")) continue;
      const here = path.replace("sweep.*", "sweep.timer");
      assert.ok(existsSync(new URL(here, ROOT)), path);
    }
  });
});
