import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../../src/cli/command-table.ts";
import { runCommand, type Exit } from "../world/product-process.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

/** As a shell splits it: words, and what stands in double quotes as one. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
}

describe("the help of drawbridge", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ store: await sqliteStore() });
    await world.start({ DRAWBRIDGE_ROLE: "all" });
    await world.client("robin").install();
  });
  after(async () => {
    await world.stop();
  });

  /** In the world of the tests, with files of its own in place of those that the examples name. */
  const run = (words: readonly string[]): Promise<Exit> => {
    const policy = world.settings["DRAWBRIDGE_POLICY"] ?? "";
    const files: Readonly<Record<string, string>> = {
      "policy.yaml": policy,
      "worker.log": fileURLToPath(new URL("../data/checkpoints.log", import.meta.url)),
    };
    return runCommand(
      words.map((word) => files[word] ?? word),
      world.settings,
    );
  };

  for (const { name, examples, json, usage } of COMMANDS) {
    it(`of ${name} is the same in each way to ask for it, and its examples work`, async () => {
      const [asked, told] = await Promise.all([
        runCommand(["help", ...name.split(" ")], {}),
        runCommand([...name.split(" "), "--help"], {}),
      ]);
      assert.deepEqual([asked.code, told.code, asked.stderr], [0, 0, ""]);
      assert.equal(asked.stdout, told.stdout);
      assert.match(told.stdout, new RegExp(`^Usage: drawbridge ${name}`));
      assert.ok(usage.every((form) => told.stdout.includes(form)));

      for (const { line } of examples) {
        const words = wordsOf(line);
        const done = await run(words);
        assert.notEqual(done.code, 2, `${line}\n${done.output}`);
        assert.match(done.stdout, /./, line);
        if (words.includes("--format")) continue;
        const answer = await run([...words.filter((word) => word !== "--json"), "--json"]);
        assert.notEqual(answer.code, 2, `${line}\n${answer.output}`);
        for (const each of answer.stdout.trimEnd().split("\n")) {
          const document: unknown = JSON.parse(each);
          assert.ok(typeof document === "object" && document !== null);
          const undocumented = Object.keys(document).filter(
            (member) => !(member in json || "…" in json),
          );
          assert.deepEqual(undocumented, [], line);
        }
      }
    });
  }

  it("guesses what was meant, does nothing from a guess, and keeps stdout for answers", async () => {
    for (const [words, sentence] of [
      [["leasse"], /There is no command "leasse"\. Did you mean "leases"\?/],
      [["dance"], /There is no command "dance"\. drawbridge help lists them\./],
      [["policy", "chek", "FILE"], /Did you mean "policy check"\?/],
      [["policy"], /There is "policy check", "policy try"\./],
      [["help", "leasse"], /Did you mean "leases"\?/],
      [
        ["leases", "--registery", "x"],
        /leases has no option --registery\. Did you mean --registry\?/,
      ],
      [["leases", "--registry"], /--registry <value>' argument missing/],
      [["leases", "now"], /leases does not know what "now" is\./],
      [
        ["rules", "--registry", "acrdemomagik"],
        /no registry "acrdemomagik"\. Did you mean "acrdemomagic"\?/,
      ],
      [["freeze", "--reason", "x"], /Say which: --registry NAME, or --all\./],
      [["freeze", "--all"], /--reason is missing\./],
      [["open", "--registry", "acrdemomagic"], /--address is missing\./],
      [["revoke-all", "--yes"], /--registry is missing\./],
      [[], /^Usage: drawbridge COMMAND/],
    ] as const) {
      const { code, stdout, stderr } = await run(words);
      assert.deepEqual([code, stdout], [2, ""], `${words.join(" ")}\n${stderr}`);
      assert.match(stderr, sentence);
    }
    for (const words of [["help"], ["--help"], ["-h"]]) {
      const { code, stdout } = await runCommand(words, {});
      assert.equal(code, 0);
      for (const { name, summary } of COMMANDS) assert.ok(stdout.includes(summary), name);
    }
  });

  it("is what docs/commands.md says (npm run docs:commands writes it)", async () => {
    const { stdout } = await runCommand(["help", "--markdown"], {});
    const page = await readFile(new URL("../../docs/commands.md", import.meta.url), "utf8");
    assert.equal(page.trimEnd(), stdout);
  });
});
