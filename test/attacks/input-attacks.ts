import { gzipSync } from "node:zlib";
import { APP_ID, PEOPLE } from "../emulators/teams/people.ts";
import { cardInvoke } from "../emulators/teams/teams-activity.ts";
import type { Attack, AttackWorld } from "./attack.ts";
import { activityOf, forgeries, type Forgery } from "./forged-activity.ts";
import { sendRaw, type RawRequest } from "./raw-request.ts";

const KB = 1_024;
const JSON_TYPE = "Content-Type: application/json";
const CLOSE = "Connection: close";

function raw(
  attack: string,
  expected: string,
  request: (world: AttackWorld) => RawRequest,
): Attack {
  const prepare: Attack["prepare"] = (world) => () => sendRaw(world, request(world));
  return { door: "input", attack, expected, prepare };
}

/** With a good token, so that nothing but the size or the shape is wrong. */
function signed({ issuer, connector }: AttackWorld): string {
  const { serviceUrl } = connector;
  return `Authorization: Bearer ${issuer.connectorToken({ appId: APP_ID, serviceUrl })}`;
}

function withBody(
  world: AttackWorld,
  body: string | Buffer,
  ...headers: readonly string[]
): RawRequest {
  const length = `Content-Length: ${String(Buffer.byteLength(body))}`;
  return { headers: [signed(world), JSON_TYPE, length, CLOSE, ...headers], body };
}

function activity(world: AttackWorld, over: Forgery["activity"] = {}): string {
  return JSON.stringify(activityOf(world, { activity: over }));
}

function nested(world: AttackWorld, levels: number): string {
  const value = `${"[".repeat(levels)}${"]".repeat(levels)}`;
  return activity(world).replace(/\}$/, `,"value":${value}}`);
}

/** What is too large, too slow, too deep, or of another shape than the Bot Connector's. */
export const INPUT_ATTACKS: readonly Attack[] = [
  raw("a body of 300 KB", "413, empty", (world) =>
    withBody(world, activity(world, { text: "a".repeat(300 * KB) })),
  ),
  raw("a body of 300 KB that does not say how long it is", "413, empty", (world) => {
    const chunk = "a".repeat(60 * KB);
    const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(5);
    return {
      headers: [signed(world), JSON_TYPE, "Transfer-Encoding: chunked", CLOSE],
      body: `${chunks}0\r\n\r\n`,
    };
  }),
  raw("a body of 1 GB that is announced, and never comes", "413, empty", (world) => ({
    headers: [signed(world), JSON_TYPE, "Content-Length: 1073741824"],
  })),
  raw("100 MB packed into 100 KB", "415, empty", (world) =>
    withBody(
      world,
      gzipSync(activity(world, { text: "a".repeat(100 * KB * KB) })),
      "Content-Encoding: gzip",
    ),
  ),
  raw("a message nested 100 000 levels deep", "400, empty", (world) =>
    withBody(world, nested(world, 100_000)),
  ),
  raw("a message nested 65 levels deep", "400, empty", (world) =>
    withBody(world, nested(world, 65)),
  ),
  raw("broken JSON", "400, empty", (world) => withBody(world, '{"type":"message"')),
  raw("JSON that is no activity", "400, empty", (world) => withBody(world, "[1]")),
  raw("no body", "400, empty", (world) => withBody(world, "")),
  ...["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"].map(
    (type) =>
      raw(`an activity as ${type}`, "415, empty", (world) => {
        const body = activity(world);
        const length = `Content-Length: ${String(Buffer.byteLength(body))}`;
        return { headers: [signed(world), `Content-Type: ${type}`, length, CLOSE], body };
      }),
  ),
  raw("headers that come a line each half second", "408, empty", () => ({
    headers: [JSON_TYPE],
    unfinished: true,
    drip: "X-More: a\r\n",
  })),
  raw("a body that comes a byte each half second", "408, empty", (world) => ({
    headers: [signed(world), JSON_TYPE, "Content-Length: 100000"],
    body: '{"type":"',
    drip: "a",
  })),
  raw("headers of 20 KB", "431, empty", () => ({
    headers: Array.from({ length: 200 }, (_, n) => `X-${String(n)}: ${"a".repeat(95)}`),
  })),
  raw("a second request hidden behind two lengths", "400, empty", (world) => ({
    headers: [signed(world), JSON_TYPE, "Content-Length: 4", "Transfer-Encoding: chunked"],
    body: "0\r\n\r\nPOST /api/messages HTTP/1.1\r\nHost: x\r\n\r\n",
  })),
  raw("two different lengths", "400, empty", (world) => ({
    headers: [signed(world), JSON_TYPE, "Content-Length: 4", "Content-Length: 5"],
    body: "null",
  })),
  raw("a length in the wrong form of chunked", "400, empty", (world) => ({
    headers: [signed(world), JSON_TYPE, "Transfer-Encoding: chunked, identity"],
    body: "0\r\n\r\n",
  })),
  raw("another path of the same door", "404, empty", (world) => ({
    ...withBody(world, activity(world)),
    path: "/api/messages/../admin",
  })),
  ...forgeries("input", "403, empty, logged once: text too long", {
    "a text of 70 KB": () => ({ activity: { text: "allow ".repeat(12 * KB) } }),
  }),
  {
    door: "input",
    attack: "a card input that is longer than the card lets anybody type",
    expected: "200: This card is not one that I understand.",
    leaves: "answer",
    prepare: (world) => async () => {
      const invoke = cardInvoke("ask", {
        ...{ form: "R7K2M9QX4T1A", registry: "acrdemomagic", duration: "4h" },
        ...{ address: "203.0.113.66", reason: "a".repeat(401) },
      });
      const { httpStatus, body } = await world
        .clientOf(PEOPLE.robin)
        .post({ text: undefined, textFormat: undefined, ...invoke });
      const [, said] = /"message":"([^"]*)"/.exec(JSON.stringify(body)) ?? [];
      return `${String(httpStatus)}: ${said ?? JSON.stringify(body)}`;
    },
  },
];
