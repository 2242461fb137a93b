import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { findingsOfCompose } from "./compose-findings.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const COMPOSE = read("deployment/compose.yaml");
const VARIABLES = read("deployment/compose.env.example");
const SETTINGS = new Set(
  [...read(".env.example").matchAll(/^(?:# )?([A-Za-z_0-9]+)=/gm)].map(([, name = ""]) => name),
);

/** Of one server and its database 0. */
function redisRights(): readonly string[] {
  const block = /ACL SETUSER drawbridge reset on >PASSWORD ([\s\S]*?)\n```/.exec(
    read("docs/redis.md"),
  );
  return (block?.[1] ?? "")
    .split(/[\s\\]+/)
    .filter((word) => word !== "" && word !== "+select" && !word.startsWith("+cluster"));
}

function findingsOf(text: string, variables = VARIABLES): readonly string[] {
  const version = /"version": "(.*)"/.exec(read("package.json"))?.[1] ?? "";
  const surroundings = { variables, settings: SETTINGS, version, redisRights: redisRights() };
  return findingsOfCompose(text, surroundings);
}

/** With this instead of that, which is there. */
function planted(that: string, instead: string): string {
  assert.ok(COMPOSE.includes(that), that);
  return COMPOSE.replace(that, instead);
}

describe("deployment/compose.yaml", () => {
  it("has nothing that a linter or we find wrong", () => {
    assert.deepEqual(findingsOf(COMPOSE), []);
  });

  for (const [mistake, that, instead, finding] of [
    [
      "what the schema does not know",
      "read_only: true\n  cap",
      "readonly: true\n  cap",
      /invalid-schema/,
    ],
    ["no tag", "valkey/valkey:8.1-bookworm", "valkey/valkey", /explicit-tag/],
    ["a tag that moves", "valkey:8.1-bookworm", "valkey:latest", /explicit-tag/],
    ["another version than ours", "drawbridge:0.1.0", "drawbridge:0.0.9", /bot: .*not version/],
    ["two services on one port", "127.0.0.1:3980", "127.0.0.1:3979", /duplicate-exported/],
    ["a port open to everybody", '"127.0.0.1:3979:', '"3979:', /bot: 3979:3979 is open/],
    [
      "Redis published",
      "working_dir: /data",
      'ports: ["127.0.0.1:6379:6379"]',
      /redis: .*published/,
    ],
    ["a file system that can be written to", "  read_only: true\n  cap", "  cap", /bot: its file/],
    ["a policy that can be written to", "      read_only: true\n  tmpfs", "  tmpfs", /bot: \/etc/],
    ["capabilities", "    - ALL", "    - NET_RAW", /worker: it has capabilities/],
    [
      "more privileges to gain",
      "- no-new-privileges:true",
      "- label:disable",
      /worker: it may gain/,
    ],
    ["a privileged container", "init: true", "init: true\n  privileged: true", /bot: it is privil/],
    ["a missed signal", "  init: true", "  init: false", /bot: a signal/],
    ["unlimited memory", "  mem_limit: 512m\n", "", /bot: its memory/],
    [
      "no coming back",
      "restart: unless-stopped",
      "restart: no-thanks",
      /bot: it does not come back/,
    ],
    ["too short a stop", "stop_grace_period: 15s", "stop_grace_period: 5s", /bot: it is killed/],
    [
      "a password in the file",
      "${LEDGER_KEY:?openssl rand -base64 32}",
      "abc",
      /worker: LEDGER_KEY/,
    ],
    ["a setting that there is not", "LOG_LEVEL: $", "LOGLEVEL: $", /bot: LOGLEVEL is no setting/],
    [
      "the worker's key at the bot",
      "MicrosoftAppId: ${",
      "LEDGER_KEY: ${",
      /bot: LEDGER_KEY is not/,
    ],
    ["a variable of no example", "${PUBLIC_URL:-}", "${PUBLIC:-}", /PUBLIC: in no example/],
    ["an example that nothing takes", "${PUBLIC_URL:-}", '""', /PUBLIC_URL: nothing takes it/],
    ["a store that forgets", "appendfsync always", "appendfsync everysec", /appendfsync always/],
    ["a store that evicts", "noeviction", "allkeys-lru", /noeviction/],
    ["a store for anybody", "user default off", "protected-mode no", /redis: takes anybody/],
    ["more rights on the store", "+info", "+info +flushall", /redis: \+flushall/],
    ["fewer rights on the store", " +evalsha", "", /redis: \+evalsha/],
    ["a store with a way out", "internal: true", "internal: false", /redis: can be reached/],
  ] as const) {
    it(`would not pass with ${mistake}`, () => {
      const findings = findingsOf(planted(that, instead));
      assert.ok(
        findings.some((one) => finding.test(one)),
        `${String(finding)} is not in: ${findings.join("; ")}`,
      );
    });
  }
});
