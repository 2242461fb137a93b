import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { WORKER_STARTED_WITH } from "../bench/worker-process.ts";
import { describeUnless } from "../needs-redis.ts";
import { pairsOf, stagesOf } from "./dockerfile.ts";
import { analyzeMissing, findingsOfUnits } from "./unit-findings.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
const ROLE = "drawbridge@.service";
const UNITS = Object.fromEntries(
  [ROLE, "drawbridge-sweep.service", "drawbridge-sweep.timer"].map((name) => [
    name,
    read(`deployment/${name}`),
  ]),
);

describeUnless(analyzeMissing, "deployment's systemd units", () => {
  it("are understood by systemd, and may do little", () => {
    assert.deepEqual(findingsOfUnits(UNITS), []);
  });

  for (const [mistake, that, instead, finding] of [
    ["a misspelt key", "ProtectSystem=", "ProtectSytem=", /Unknown key.*ProtectSytem/],
    [
      "a value that is none",
      "ProtectProc=invisible",
      "ProtectProc=unseen",
      /Failed to parse.*unseen/,
    ],
    ["a program that is not there", "/usr/bin/node -", "/usr/bin/nodejs24 -", /nodejs24/],
    ["root", "User=drawbridge\nGroup=drawbridge\n", "", /runs as root/],
    ["every system call", /SystemCall.*\n/g, "", /exposure/],
  ] as const) {
    it(`would not pass with ${mistake}`, () => {
      const planted = UNITS[ROLE]?.replaceAll(that, instead) ?? "";
      assert.notEqual(planted, UNITS[ROLE]);
      assert.match(findingsOfUnits({ [ROLE]: planted }).join("\n"), finding);
    });
  }
});

describe("what deployment/ says in several places", () => {
  it("is the same: how Node is started by the image, by the unit, as a worker and by the benchmarks", () => {
    const given = stagesOf(read("deployment/Dockerfile"))
      .at(-1)
      ?.instructions.filter(({ name }) => name === "ENV")
      .flatMap(({ value }) => pairsOf(value));
    const { NODE_OPTIONS, MALLOC_ARENA_MAX } = Object.fromEntries(given ?? []);
    const own = ["--optimize-for-size", "--initial-old-space-size=96"];
    const worker = [NODE_OPTIONS, ...own].join(" ");
    assert.equal(WORKER_STARTED_WITH, `${worker}, MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX ?? ""}`);
    const args = [...own, "dist/main.js"];
    const listed = (quote: string): string =>
      `[${args.map((one) => `${quote}${one}${quote}`).join(", ")}]`;
    const compose = read("deployment/compose.yaml");
    const template = read("deployment/infra/modules/worker-app.bicep");
    assert.ok(compose.includes(`    command: ${listed('"')}\n`));
    assert.ok(template.includes(`          args: ${listed("'")}\n`));
    const unit = UNITS[ROLE] ?? "";
    assert.ok(unit.includes(`ExecStart=/usr/bin/node ${NODE_OPTIONS ?? ""} dist/main.js`));
    assert.ok(unit.includes(`MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX ?? ""}`));
  });

  it("is true of the files and settings that docs/one-host.md names", () => {
    const page = read("docs/one-host.md");
    const files = [...page.matchAll(/\bdeployment\/[\w.@-]+\w/g)].map(([file]) => file);
    assert.ok(files.length > 5);
    for (const file of files) {
      const name = file.endsWith("drawbridge-sweep") ? `${file}.timer` : file;
      assert.ok(existsSync(new URL(name, ROOT)), name);
    }
    const settings = `${read(".env.example")}${read("deployment/compose.env.example")}`;
    for (const [, name = ""] of page.matchAll(/`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`/g)) {
      assert.match(settings, new RegExp(`^(# )?${name}=`, "m"));
    }
    const version = /"version": "(.*)"/.exec(read("package.json"))?.[1] ?? "";
    assert.ok(page.includes(`-t drawbridge:${version} .`));
  });
});
