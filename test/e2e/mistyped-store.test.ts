import assert from "node:assert/strict";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { COMMANDS } from "../../src/cli/command-table.ts";
import { runCommand } from "../world/product-process.ts";
import { sqliteStore } from "../world/store-choice.ts";
import { startWorld, type World } from "../world/world.ts";

/** They work without a store. */
const WITHOUT_STORE = /^policy |--from-ledger/;

describe("a mistyped SQLITE_FILE", () => {
  let world: World;
  let folder: string;
  let mistyped: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-mistyped-"));
    mistyped = join(folder, "drawbrigde.sqlite");
    world = await startWorld({ store: await sqliteStore() });
  });
  after(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const isThere = (): Promise<boolean> =>
    access(mistyped).then(
      () => true,
      () => false,
    );

  for (const { name, examples } of COMMANDS) {
    const line = examples.map((each) => each.line).find((each) => !WITHOUT_STORE.test(each));
    if (line === undefined) continue;
    it(`makes drawbridge ${name} say so, and no store of its own`, async () => {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, said, word = ""]) => said ?? word,
      );
      const settings = { ...world.settings, SQLITE_FILE: mistyped };
      const { code, stdout, output } = await runCommand(words, settings);
      assert.ok(output.includes(`There is no store at ${mistyped} (SQLITE_FILE). Is it the path`));
      // Doctor's answer is what it found; for the others it is called wrongly.
      if (name === "doctor") assert.equal(code, 1, output);
      else assert.deepEqual([code, stdout], [2, ""], output);
      assert.equal(await isThere(), false);
    });
  }

  it("is a new store for a process, which says so when it makes it, and only then", async () => {
    const over = { SQLITE_FILE: mistyped, DRAWBRIDGE_ROLE: "worker" };
    const created = { event: "store.created", level: "warn", file: mistyped };
    const first = await world.start(over);
    const lines = first.log().filter(({ event }) => event === "store.created");
    assert.partialDeepStrictEqual(lines, [created]);
    assert.equal(lines.length, 1);
    await first.stop();
    const second = await world.start(over);
    assert.doesNotMatch(second.output(), /store\.created/);
    await second.stop();
  });
});
