import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { parseCommand } from "../../src/domain/commands/command.ts";
import { eventually } from "../eventually.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisServer } from "../redis-server.ts";
import { describeWindows } from "./windows.ts";

const DEMO = fileURLToPath(new URL("demo.ts", import.meta.url));
const TOUR_WITHIN_MS = 90_000;

/** The demo as a process; what it printed so far, both streams. */
function startDemo(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { PATH: process.env["PATH"], ...settings },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TOUR_WITHIN_MS,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  const ended = once(child, "close").then(() => child.exitCode);
  const interrupt = (): void => void child.kill("SIGINT");
  return { child, lines, ended, interrupt };
}

it("the tour links to a status page that is there, and says how long the first approved lease took", async () => {
  const startedAt = performance.now();
  const { lines, ended } = startDemo(["--tour"]);
  const said = (pattern: RegExp, withinMs: number): Promise<string> =>
    eventually(
      String(pattern),
      () => lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined),
      withinMs,
    );
  const status = await said(/(http:\S+\/status)$/, 30_000);
  const page = await fetch(status, { signal: AbortSignal.timeout(10_000) });
  assert.match(await page.text(), /<h1/);
  assert.equal(page.status, 200);
  const seconds = Number(await said(/^First approved lease after ([\d.]+) s\.$/, 30_000));
  const passed = (performance.now() - startedAt) / 1_000;
  // It began a moment after it was spawned, and said so as soon as it knew.
  assert.ok(
    seconds > passed / 2 && seconds <= passed + 0.1,
    `${String(seconds)} of ${String(passed)} s`,
  );
  assert.equal(await ended, 0, lines.join("\n"));
  const written = lines.flatMap((line) => /writes to the bot: (.*)$/.exec(line)?.[1] ?? []);
  assert.deepEqual(
    written.map((sentence) => parseCommand(sentence).kind),
    ["allow", "allow"],
  );
  assert.ok(
    lines.every((line) => !line.includes("\u001b")),
    "no colours where no terminal is",
  );
});

it("what to type in the windows is understood, and does what stands beside it", () => {
  const azure = { controlUrl: "http://127.0.0.1:1" };
  const text = describeWindows([], azure, "http://127.0.0.1:2/status");
  const sentences = [...text.matchAll(/\n\n {4}(\S.*)\n\n/g)].map(([, sentence = ""]) => sentence);
  const [asked, ...others] = sentences.map(parseCommand);
  assert.deepEqual(others, [{ kind: "status" }]);
  assert.ok(asked?.kind === "allow", JSON.stringify(asked));
  assert.equal(asked.address, "203.0.113.20");
  assert.equal(asked.registryName, "acrdemomagic");
  assert.match(text, /or wait five minutes\./);
  assert.equal(asked.durationMs, 5 * 60_000);
});

/** As the system knows them. */
function childrenOf(pid = 0): readonly number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.trim().split(/\s+/).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const { times, withinMs } of [
  { times: 1, withinMs: 20_000 },
  { times: 2, withinMs: 3_000 },
]) {
  it(`Ctrl+C in the tour leaves no folder and no process, ${times === 1 ? "once" : "twice"}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "drawbridge-interrupted-"));
    try {
      const { child, lines, ended, interrupt } = startDemo(["--tour"], { TMPDIR: folder });
      const find = (pattern: RegExp): Promise<string> =>
        eventually(
          String(pattern),
          () => lines.map((line) => pattern.exec(line)?.[0]).find((found) => found !== undefined),
          30_000,
        );
      await find(/http:\S+\/status$/);
      const children = childrenOf(child.pid);
      assert.ok(children.length >= 2, "a bot and a worker");
      assert.equal((await readdir(folder)).length, 1, "all of it is in one folder");
      const from = performance.now();
      interrupt();
      await find(/^Stopping; Ctrl\+C again/);
      if (times === 2) {
        // Nobody would wait for these.
        for (const pid of children) process.kill(pid, "SIGSTOP");
        interrupt();
      }
      assert.equal(await ended, 130, lines.join("\n"));
      const tookMs = performance.now() - from;
      assert.ok(tookMs < withinMs, `${tookMs.toFixed(0)} ms`);
      assert.deepEqual(await readdir(folder), []);
      await eventually("its processes are gone", () => !children.some(isAlive) || undefined);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

it("a word that the demo does not know ends it before it does anything", async () => {
  const { lines, ended } = startDemo(["--rest"]);
  assert.equal(await ended, 1);
  assert.match(lines.join("\n"), /Unknown option '--rest'/);
});

describeUnless(redisMissing, "--reset", () => {
  it("removes what demos left in the Redis of REDIS_URL, and nothing else", async () => {
    const server = await startRedisServer();
    const redis = new Redis(server.url);
    try {
      for (let n = 0; n < 1_200; n += 1) await redis.set(`{drawbridge-demo}:lease:${n}`, "1");
      const others = ["{drawbridge}:lease:1", "{drawbridge-demo-2}:fence", "drawbridge-demo"];
      for (const key of others) await redis.set(key, "1");
      const { lines, ended } = startDemo(["--reset"], { REDIS_URL: server.url });
      assert.equal(await ended, 0, lines.join("\n"));
      assert.deepEqual(lines, ["1200 keys of earlier demos removed."]);
      assert.deepEqual((await redis.keys("*")).sort(), others.sort());
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  it("says what is wrong when that Redis is not there", async () => {
    const server = await startRedisServer();
    await server.stop();
    const { lines, ended } = startDemo(["--reset"], { REDIS_URL: server.url });
    assert.equal(await ended, 1);
    assert.match(lines.join("\n"), /could not be reset/);
  });
});
