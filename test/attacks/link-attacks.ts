import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { parseRequestId } from "../../src/domain/ids.ts";
import { freePort } from "../free-port.ts";
import type { Attack, AttackWorld } from "./attack.ts";
import { aLink, newLink, sent, type Target } from "./link-target.ts";
import { inWords, visitRaw } from "./raw-visit.ts";

const post = (target: Target): string => sent(`POST ${target.path}`, target);

/** Whom the page sees, by what stands in front of it; forged headers say 203.0.113.66. */
function seesThrough(
  profile: string,
  expected: string,
  headers: readonly string[],
  how = "a forged address",
): Attack {
  return {
    door: "page",
    attack: `${how}, behind ${profile}`,
    expected,
    async prepare(world) {
      const port = await freePort();
      const host = `127.0.0.1:${String(port)}`;
      const other = await world.start({
        ...{ DRAWBRIDGE_ROLE: "bot", CLIENT_ADDRESS: profile, PORT: String(port) },
        ...{ PUBLIC_URL: `http://${host}`, OPERATIONS_PORT: "0", FRONT_DOOR_ID: randomUUID() },
      });
      const { path } = await aLink(world);
      return async () => {
        const all = [...FORGED, ...headers, `host: ${host}`, "connection: close"].join("\r\n");
        const answer = await visitRaw(port, `GET ${path} HTTP/1.1\r\n${all}\r\n\r\n`);
        await other.stop();
        const [, seen] = /Address: (\S+)/.exec(answer?.body ?? "") ?? [];
        return seen === undefined ? inWords(answer) : `sees ${seen}`;
      };
    },
  };
}
const FORGED = [
  "x-real-ip: 203.0.113.66",
  "forwarded: for=203.0.113.66",
  "client-ip: 203.0.113.66",
];
const PROFILES = [
  seesThrough("direct", "sees 127.0.0.1", ["x-forwarded-for: 203.0.113.66"]),
  seesThrough("container-apps", "sees 203.0.113.9", ["x-forwarded-for: 203.0.113.66, 203.0.113.9"]),
  seesThrough(
    "container-apps",
    "sees 10.0.0.1",
    ["x-forwarded-for: 203.0.113.66, 10.0.0.1"],
    "an address forged from within",
  ),
  seesThrough("app-service", "sees 203.0.113.9", [
    "x-forwarded-for: 203.0.113.66:80, 203.0.113.9:50412",
  ]),
  seesThrough("front-door", "421, empty", [
    "x-azure-fdid: 55ce4ed1-4b06-4bf1-b40e-4638452104da",
    "x-azure-socketip: 203.0.113.66",
  ]),
];

const soon = AbortSignal.timeout(600_000);
const SPENT: readonly Attack[] = [
  {
    door: "page",
    attack: "a link that was used before",
    expected: "409, This link was used already",
    async prepare(world) {
      const target = await newLink(world, "dana");
      const first = await visitRaw(target.port, post(target));
      assert.equal(first?.status, 200);
      return async () => inWords(await visitRaw(target.port, post(target)));
    },
  },
  {
    door: "page",
    attack: "a link that somebody has asked for anew",
    expected: "410, This link is over",
    async prepare(world) {
      const old = await newLink(world, "dana");
      await newLink(world, "dana");
      return async () => inWords(await visitRaw(old.port, post(old)));
    },
  },
  {
    door: "page",
    attack: "a link whose ten minutes are over",
    expected: "410, This link is over",
    async prepare(world) {
      const target = await newLink(world, "dana");
      const id = parseRequestId(target.id);
      assert.ok(id !== undefined);
      const { now, value } = await world.records.request(id, soon);
      assert.ok(value?.status === "proving");
      const over = { ...value, version: value.version + 1, lapsesAt: now };
      const put = [{ kind: "request", value: over }] as const;
      const notAfter = new Date(now.getTime() + 5_000);
      await world.records.commit({ opId: randomUUID(), notAfter, put }, soon);
      return async () => inWords(await visitRaw(target.port, post(target)));
    },
  },
];

const TRACES: readonly Attack[] = [
  {
    door: "page",
    attack: "a look into the store, and into the log, for the secret of a link",
    expected: "not there",
    async prepare(world) {
      const target = await aLink(world);
      return () => Promise.resolve(whereIs(world, target));
    },
  },
];

function whereIs(world: AttackWorld, { secret, path }: Target): string {
  const database = new DatabaseSync(world.settings["SQLITE_FILE"] ?? "", { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const texts = tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM "${String(name)}"`)
      .all()
      .map((row) => JSON.stringify(row)),
  );
  database.close();
  assert.equal(Buffer.from(secret, "base64url").length, 32, "256 bits");
  const log = world.product.output();
  const found = [
    ...(texts.some((text) => text.includes(secret)) ? ["in the store"] : []),
    ...(log.includes(secret) || log.includes(path) || log.includes("/p/") ? ["in the log"] : []),
  ];
  return found.length === 0 ? "not there" : found.join(", ");
}

/** Links that do not count any more, who they are used by, and where they can be found. */
export const LINK_ATTACKS: readonly Attack[] = [...PROFILES, ...SPENT, ...TRACES];
