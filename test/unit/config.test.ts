import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseEnv } from "node:util";
import { ConfigError, loadConfig } from "../../src/config.ts";

const EXAMPLE = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
const GOOD = {
  DRAWBRIDGE_POLICY: "policy.yaml",
  SQLITE_FILE: "drawbridge.sqlite",
  MicrosoftAppId: "22222222-2222-4222-8222-222222222222",
  MicrosoftAppType: "UserAssignedMSI",
  MicrosoftAppTenantId: "11111111-1111-4111-8111-111111111111",
  LEDGER_KEY: "0123456789abcdef0123456789abcdef",
};

function complaint(environment: Record<string, string | undefined>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return "accepted";
}

describe("settings", () => {
  it("are those of .env.example, which shows the defaults", () => {
    const shown = loadConfig({ ...parseEnv(EXAMPLE), LEDGER_KEY: GOOD.LEDGER_KEY }).config;
    const fewest = loadConfig({
      ...GOOD,
      DRAWBRIDGE_POLICY: "deployment/policy.example.yaml",
    }).config;
    assert.deepEqual(shown, fewest);
  });

  it("that are commented out in .env.example are real ones", () => {
    const names = [...EXAMPLE.matchAll(/^# ([A-Z_]+|MicrosoftAppPassword)=(\S*)$/gm)];
    assert.ok(names.length >= 4);
    const known = ["config", "link-settings"]
      .map((file) => readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), "utf8"))
      .join("");
    for (const [, name = ""] of names) assert.match(known, new RegExp(`^ +${name}:`, "m"));
  });

  it("that are bad are all named at once, and no value is", () => {
    const said = complaint({
      ...GOOD,
      DRAWBRIDGE_POLICY: undefined,
      DRAWBRIDGE_ROLE: "everything-SECRET1",
      MicrosoftAppId: "",
      MicrosoftAppType: "SingelTenant-SECRET2",
      SQLITE_FILE: "SECRET6",
      REDIS_URL: "http://user:SECRET3@host",
      PORT: "SECRET4",
      ARM_ENDPOINT: "http://SECRET5",
      HOLD_SECONDS: "1",
    });
    for (const name of [
      "DRAWBRIDGE_POLICY: is not set",
      "DRAWBRIDGE_ROLE: must be all, bot or worker",
      "MicrosoftAppId: is not set",
      "MicrosoftAppType: must be SingleTenant or UserAssignedMSI",
      "REDIS_URL: starts with none of redis, rediss,",
      "REDIS_URL: set exactly one of REDIS_URL and SQLITE_FILE",
      "PORT: must be a port",
      "ARM_ENDPOINT: must be an https URL",
      "HOLD_SECONDS",
    ]) {
      assert.ok(said.includes(name), `${name} is in:\n${said}`);
    }
    assert.doesNotMatch(said, /SECRET/);
  });

  it("leave no way to run without the check of who is calling", () => {
    assert.match(complaint({ ...GOOD, MicrosoftAppId: "" }), /MicrosoftAppId: is not set/);
    assert.match(complaint({ ...GOOD, MicrosoftAppType: "MultiTenant" }), /MicrosoftAppType/);
  });

  it("of a bot are no business of a worker", () => {
    const { DRAWBRIDGE_POLICY, SQLITE_FILE, LEDGER_KEY } = GOOD;
    const worker = { DRAWBRIDGE_POLICY, SQLITE_FILE, LEDGER_KEY, DRAWBRIDGE_ROLE: "worker" };
    assert.equal(loadConfig(worker).config.bot, undefined);
    for (const role of ["bot", "all"]) {
      const said = complaint({ ...worker, DRAWBRIDGE_ROLE: role });
      for (const name of ["MicrosoftAppId", "MicrosoftAppType", "MicrosoftAppTenantId"]) {
        assert.ok(said.includes(`${name}: is not set`), said);
      }
    }
  });

  it("want a key for the ledger wherever rules are changed, unless there is no ledger", () => {
    const without = { ...GOOD, LEDGER_KEY: "" };
    assert.match(complaint(without), /LEDGER_KEY: is needed unless LEDGER=off/);
    assert.match(complaint({ ...GOOD, LEDGER_KEY: "too short" }), /LEDGER_KEY: must have/);
    assert.match(
      complaint({ ...GOOD, LEDGER_KEY: `${GOOD.LEDGER_KEY},x` }),
      /LEDGER_KEY: must have/,
    );
    const both = { ...GOOD, LEDGER_KEY: `${"n".repeat(32)}, ${GOOD.LEDGER_KEY}` };
    assert.deepEqual(loadConfig(both).secrets.ledgerKeys, ["n".repeat(32), GOOD.LEDGER_KEY]);
    assert.equal(complaint({ ...without, LEDGER: "off" }), "accepted");
    assert.equal(complaint({ ...without, DRAWBRIDGE_ROLE: "bot" }), "accepted");
  });

  it("want one store, and the password that the app type needs", () => {
    assert.match(
      complaint({ ...GOOD, SQLITE_FILE: "" }),
      /exactly one of REDIS_URL and SQLITE_FILE/,
    );
    assert.match(complaint({ ...GOOD, REDIS_URL: "redis://localhost" }), /exactly one/);
    assert.match(complaint({ ...GOOD, MicrosoftAppType: "SingleTenant" }), /MicrosoftAppPassword/);
    assert.match(complaint({ ...GOOD, MicrosoftAppPassword: "x" }), /must not be set/);
  });

  it("of Redis that are in .env.example are understood", () => {
    const urls = [...EXAMPLE.matchAll(/^# REDIS_URL=(\S+)$/gm)].map(([, url]) => url);
    assert.equal(urls.length, 3);
    for (const REDIS_URL of urls) {
      const { config } = loadConfig({ ...GOOD, SQLITE_FILE: "", REDIS_URL });
      const credential = /^# REDIS_CREDENTIAL=(.*)$/m.exec(EXAMPLE)?.[1];
      assert.deepEqual(config.store, { kind: "redis", prefix: "drawbridge", credential });
    }
  });

  it("send a token of Entra ID through TLS only, and instead of a password", () => {
    const entra = { ...GOOD, SQLITE_FILE: "", REDIS_CREDENTIAL: "entra" };
    const { config } = loadConfig({ ...entra, REDIS_URL: "rediss://a.example:10000" });
    assert.deepEqual(config.store, { kind: "redis", prefix: "drawbridge", credential: "entra" });
    assert.match(complaint({ ...entra, REDIS_URL: "redis://a" }), /REDIS_URL: must be rediss/);
    const hasPassword = complaint({ ...entra, REDIS_URL: "rediss://:SECRET@a" });
    assert.match(hasPassword, /REDIS_URL: must have no password/);
    assert.doesNotMatch(hasPassword, /SECRET/);
    assert.match(complaint({ ...GOOD, REDIS_CREDENTIAL: "entra" }), /REDIS_URL: is needed/);
    assert.match(complaint({ ...entra, REDIS_CREDENTIAL: "key" }), /must be password or entra/);
  });

  it("of links want TLS, an origin, and the id of the Front Door in between", () => {
    const of = (over: Record<string, string>): unknown => {
      const given = { ...GOOD, PUBLIC_URL: "https://drawbridge.example/", ...over };
      const said = complaint(given);
      return said === "accepted" ? loadConfig(given).config.links : said;
    };
    const links = { publicUrl: "https://drawbridge.example", ipv4Url: undefined };
    assert.deepEqual(of({}), links);
    const frontDoorId = "55ce4ed1-4b06-4bf1-b40e-4638452104da";
    const behind = { CLIENT_ADDRESS: "front-door", FRONT_DOOR_ID: frontDoorId.toUpperCase() };
    assert.deepEqual(loadConfig({ ...GOOD, ...behind }).config.clientAddress, {
      profile: "front-door",
      frontDoorId,
    });
    assert.match(String(of({ PUBLIC_URL: "http://drawbridge.example" })), /PUBLIC_URL: must be/);
    assert.notEqual(typeof of({ PUBLIC_URL: "http://127.0.0.1:3978" }), "string");
    assert.match(String(of({ PUBLIC_URL: "https://host/path" })), /PUBLIC_URL: .*without a path/);
    assert.match(String(of({ PUBLIC_URL: "", PROOF_IPV4_URL: "https://v4" })), /PUBLIC_URL: is/);
    assert.match(String(of({ CLIENT_ADDRESS: "x-forwarded-for" })), /CLIENT_ADDRESS: must be/);
    assert.match(String(of({ CLIENT_ADDRESS: "front-door" })), /FRONT_DOOR_ID: is needed/);
    assert.equal(loadConfig(GOOD).config.links, undefined);
  });

  it("keep secrets out of what may be logged", () => {
    const { config, secrets } = loadConfig({
      ...GOOD,
      SQLITE_FILE: "",
      REDIS_URL: "rediss://user:hunter2@host:6380",
      MicrosoftAppType: "SingleTenant",
      MicrosoftAppPassword: "hunter3",
      LEDGER_KEY: "hunter4hunter4hunter4hunter4hunter4",
    });
    assert.doesNotMatch(JSON.stringify(config), /hunter/);
    assert.deepEqual(secrets, {
      redisUrl: "rediss://user:hunter2@host:6380",
      appPassword: "hunter3",
      auditKeys: undefined,
      ledgerKeys: ["hunter4hunter4hunter4hunter4hunter4"],
    });
  });
});
