import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { opening, REGISTRY } from "../unit/builders.ts";
import { runCommand } from "../world/product-process.ts";

const soon = AbortSignal.timeout(60_000);
const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const POLICY = pathOf("deployment/policy.example.yaml");

describe("how a command ends", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-command-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("without a word when nobody reads on, and with what it was asked for done", async () => {
    const words = [pathOf("src/cli/drawbridge.ts"), "policy", "check", POLICY];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const told: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => told.push(text));
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await once(child, "close");
    clearTimeout(late);
    assert.deepEqual([child.exitCode, told.join("")], [0, ""]);
  });

  it("not well when revoke-all has left what it can't read", async () => {
    const file = join(folder, "store.sqlite");
    const now = new Date();
    const store = openSqliteStore({ file, now: () => now, auditKeptMs: 3_600_000 });
    const value = opening({ approvedAt: now, openBy: now, endsBy: now });
    await store.commit({ opId: "open", notAfter: now, put: [{ kind: "lease", value }] }, soon);
    await store.close();
    const database = new DatabaseSync(file);
    database.exec(`UPDATE record SET text = replace(text, '"v":1', '"v":2') WHERE kind = 'lease'`);
    database.close();
    const settings = { DRAWBRIDGE_POLICY: POLICY, SQLITE_FILE: file };
    const words = ["revoke-all", "--registry", REGISTRY, "--yes"];
    const { code, stdout, output } = await runCommand(words, settings);
    assert.equal(code, 1, output);
    assert.match(stdout, /ended 0 of 0\.\n1 more can't be read by this version/);
    const { stdout: json } = await runCommand([...words, "--json"], settings);
    assert.equal((JSON.parse(json) as { unreadable: number }).unreadable, 1);
  });
});
