import assert from "node:assert/strict";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as pace } from "node:timers/promises";
import { readPolicy } from "../../src/adapters/policy/policy-file.ts";
import { watchPolicy, type WatchedPolicy } from "../../src/adapters/policy/watched-policy.ts";
import { eventually } from "../eventually.ts";
import { registryId } from "../unit/builders.ts";
import { policyText } from "../world/policy-text.ts";

const ONE = policyText({ registries: { acrdemomagic: registryId("acrdemomagic") } });
const TWO = `${ONE}  second:\n    id: ${registryId("second")}\n    requesters: members\n    approvers: platform\n`;
/** Away from what is there at first, back, and away again. */
const TURNS = [
  [TWO, "acrdemomagic+second"],
  [ONE, "acrdemomagic"],
  [TWO, "acrdemomagic+second"],
] as const;
const NEVER_MS = 3_600_000;

describe("a watched policy", () => {
  let folder: string;
  let file: string;
  let watched: WatchedPolicy | undefined;
  let told: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "drawbridge-policy-"));
    file = join(folder, "policy.yaml");
    told = [];
  });
  afterEach(async () => {
    await watched?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function watching(everyMs = NEVER_MS): Promise<void> {
    watched = watchPolicy({
      file,
      first: await readPolicy(file, AbortSignal.timeout(5_000)),
      everyMs,
      onLoaded: (_, { registries }) => told.push(`loaded ${names(registries)}`),
      onRefused: ({ message }) => told.push(message),
      onRestored: () => told.push("restored"),
      onBlind: () => told.push("blind"),
    });
  }
  const names = (registries: readonly { readonly name: string }[]): string =>
    registries.map(({ name }) => name).join("+");
  const toldOf = (what: RegExp): Promise<string> =>
    eventually(String(what), () => told.find((line) => what.test(line)));
  const inForceIs = (expected: string): Promise<true> =>
    eventually(expected, () => (inForce() === expected ? true : undefined));
  const inForce = (): string => names(watched?.present().registries ?? []);

  it("follows a file that another one is renamed over, as editors do", async () => {
    await writeFile(file, ONE);
    await watching();
    // More than once: the first file is not there any more then.
    for (const [text, loaded] of TURNS) {
      await writeFile(join(folder, "policy.yaml~"), text);
      await rename(join(folder, "policy.yaml~"), file);
      await inForceIs(loaded);
    }
  });

  it("stays what it was when an alias in the file names nothing", async () => {
    await writeFile(file, ONE);
    await watching();
    await writeFile(file, TWO.replace("approvers: platform", "approvers: *platform"));
    await toldOf(/\*platform names nothing/);
    assert.equal(inForce(), "acrdemomagic");
  });

  it("follows the link that Kubernetes swaps under a mounted ConfigMap", async () => {
    for (const [version, text] of [
      ["..1", ONE],
      ["..2", TWO],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, "policy.yaml"), text);
    }
    await symlink("..1", join(folder, "..data"));
    await symlink(join("..data", "policy.yaml"), file);
    await watching();
    for (const [text, loaded] of TURNS) {
      await symlink(text === ONE ? "..1" : "..2", join(folder, "..data_tmp"));
      await rename(join(folder, "..data_tmp"), join(folder, "..data"));
      await inForceIs(loaded);
    }
  });

  it("does not read it again for what happens to its neighbours", async () => {
    const largeBytes = 4 * 1_024 * 1_024;
    await writeFile(file, `${ONE}#${"-".repeat(largeBytes)}`);
    await watching();
    await writeFile(file, `${TWO}#${"-".repeat(largeBytes)}`);
    await inForceIs("acrdemomagic+second");
    const before = await bytesRead();
    for (let n = 0; n < 60; n += 1) {
      await appendFile(join(folder, "some.log"), "a line");
      await pace(10);
    }
    assert.ok((await bytesRead()) - before < 2 * largeBytes);
  });

  it("finds by looking what no event tells of", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "drawbridge-mount-"));
    try {
      await writeFile(join(elsewhere, "policy.yaml"), ONE);
      await symlink(join(elsewhere, "policy.yaml"), file);
      await watching(20);
      for (const [text, loaded] of TURNS) {
        await writeFile(join(elsewhere, "policy.yaml"), text);
        await inForceIs(loaded);
      }
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  });

  it("keeps what is in force when the file can't be used, and says once in which lines", async () => {
    await writeFile(file, TWO);
    await watching(20);
    await writeFile(file, TWO.replace("max: 8h", "max: 8x"));
    await toldOf(/policy\.yaml:3: defaults\.duration\.max: expected a duration/);
    await rm(file);
    await toldOf(/Cannot read the policy file/);
    await writeFile(file, TWO);
    await toldOf(/^restored$/);
    assert.deepEqual([told.length, inForce()], [3, "acrdemomagic+second"], told.join("\n"));
  });

  it("says what is wrong once more when it is told to read", async () => {
    await writeFile(file, ONE);
    await watching();
    await writeFile(file, "");
    await toldOf(/policy\.yaml:1/);
    watched?.reload();
    await eventually("told again", () => (told.length === 2 ? true : undefined));
    assert.equal(told[0], told[1]);
  });

  it("never goes by a part of a file that is being written", async () => {
    await writeFile(file, TWO);
    await watching(5);
    // A whole policy by itself, with a registry less: nothing but the time tells that there is more to come.
    let longestMs = 0;
    for (let writes = 0; writes < 40; writes += 1) {
      const since = performance.now();
      await writeFile(file, ONE);
      await writeFile(file, `${TWO}# ${String(writes)}\n`);
      longestMs = Math.max(longestMs, performance.now() - since);
    }
    await toldOf(/^loaded/);
    const parts = told.filter((line) => line !== "loaded acrdemomagic+second");
    // On a machine that stood still the part looked as if it were all.
    assert.ok(parts.length === 0 || longestMs > 150, parts.join("\n"));
  });

  it("refuses a file that is for another tenant", async () => {
    await writeFile(file, ONE);
    await watching();
    await writeFile(
      file,
      TWO.replace(/^tenant: .*$/m, "tenant: 99999999-9999-4999-8999-999999999999"),
    );
    await toldOf(/policy\.yaml: it is for another tenant/);
    assert.equal(inForce(), "acrdemomagic");
  });
});

/** What this process has read from files until now (proc(5), /proc/pid/io, rchar). */
async function bytesRead(): Promise<number> {
  const io = await readFile("/proc/self/io", "utf8");
  return Number(/^rchar: (\d+)$/m.exec(io)?.[1]);
}
