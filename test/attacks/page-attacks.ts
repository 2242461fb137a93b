import { randomBytes } from "node:crypto";
import type { Attack } from "./attack.ts";
import { LINK_ATTACKS } from "./link-attacks.ts";
import { aLink, sent, type Target } from "./link-target.ts";
import { inWords, visitRaw } from "./raw-visit.ts";

type Visit = (target: Target) => string;

function visits(expected: string, rows: Readonly<Record<string, Visit>>): readonly Attack[] {
  return Object.entries(rows).map(([attack, visit]) => ({
    door: "page",
    attack,
    expected,
    async prepare(world) {
      const target = await aLink(world);
      return async () => inWords(await visitRaw(target.port, visit(target)));
    },
  }));
}

const post = (target: Target, ...headers: string[]): string =>
  sent(`POST ${target.path}`, target, headers);
const get = (target: Target, ...headers: string[]): string =>
  sent(`GET ${target.path}`, target, headers);
const at = (path: string, target: Target): string => sent(`GET ${path}`, target);

const LOOKING = visits("200, Use this address?", {
  "a look, as a preview takes it": (link) => get(link),
  "a look that wants to be a post": (link) => get(link, "x-http-method-override: POST"),
  "a look with a place to go to next": (link) => at(`${link.path}?next=https://evil.example`, link),
  "a look for a part that a cache may keep": (link) =>
    get(link, "range: bytes=0-9", "if-none-match: *"),
  "an upgrade to a websocket": (link) =>
    sent(`GET ${link.path}`, link, ["upgrade: websocket", "connection: upgrade"]),
});
const METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"].map((method) => [
  `the method ${method}`,
  (link: Target) => sent(`${method} ${link.path}`, link),
]);
const ELSEWHERE = visits("403, Nothing was recorded", {
  "a post of another site": (link) => post(link, "origin: https://evil.example"),
  "a post of a page without an origin": (link) => post(link, "origin: null"),
  "a post of our name over another port": (link) => post(link, "origin: http://127.0.0.1:1"),
  "a post that a browser calls cross-site": (link) => post(link, "sec-fetch-site: cross-site"),
  "a post that a browser calls same-site": (link) => post(link, "sec-fetch-site: same-site"),
  "a post that comes from no site at all": (link) => post(link, "sec-fetch-site: none"),
  "a form of another site, as text": (link) =>
    post(link, "origin: https://evil.example", "content-type: text/plain"),
});
const HOSTS = [
  ...visits("421, empty", {
    "another host name": (link) => post(link, "host: evil.example"),
    "another host name, ours as forwarded": (link) =>
      post(
        link,
        "host: evil.example",
        `x-forwarded-host: ${link.host}`,
        `forwarded: host=${link.host}`,
      ),
    "our host name in front of another": (link) => post(link, "host: 127.0.0.1.evil.example"),
  }),
  ...visits("400, empty", {
    "two host names": (link) => post(link, `host: ${link.host}`, "host: evil.example"),
    "our host name as a user of another": (link) => post(link, `host: ${link.host}@evil.example`),
    "a host that is none": (link) => post(link, `host: ${link.host}.evil.example`),
    "a host with numbers that no address has": (link) => post(link, "host: 999.999.999.999"),
    "a host with a path": (link) => post(link, `host: ${link.host}/api/messages?`),
    "no host name": (link) => post(link, "host:"),
    "a target that names another host": (link) =>
      sent(`POST http://evil.example${link.path}`, link),
    "a target that names our host": (link) => sent(`POST http://${link.host}${link.path}`, link),
    "a target that is a star": (link) => sent("OPTIONS *", link),
  }),
];
const PATHS = [
  ...visits("404, empty", {
    "a path of another host": (link) => at(`//evil.example${link.path}`, link),
    "a slash at the end": (link) => at(`${link.path}/`, link),
    "a path that climbs": (link) => at("/p/%2e%2e/%2e%2e/etc/passwd", link),
    "a broken escape": (link) => at("/p/%", link),
    "seven thousand characters": (link) => at(`/p/${"A".repeat(7_000)}`, link),
    "another page": (link) => at("/metrics", link),
  }),
  ...visits("404, This link does not work", {
    "a path that climbs, escaped": (link) => at("/p/..%2f..%2fetc%2fpasswd", link),
    "a null byte": (link) => at(`${link.path}%00`, link),
    "a header in the path": (link) => at(`${link.path}%0d%0aset-cookie:%20a=b`, link),
    "a secret with one character changed": (link) =>
      sent(`POST ${link.path.slice(0, -2)}${link.path.endsWith("AA") ? "BA" : "AA"}`, link),
    "a secret of nobody": (link) =>
      sent(`POST /p/${link.id}.${randomBytes(32).toString("base64url")}`, link),
    "a request of nobody with a good secret": (link) =>
      sent(`POST /p/R7K2000000ZZ.${link.secret}`, link),
    "no secret, and the good one as a cookie": (link) =>
      sent(`POST /p/${link.id}`, link, [`cookie: secret=${link.secret}`]),
  }),
  ...visits("413, empty", {
    "a body of five thousand bytes": (link) =>
      sent(`POST ${link.path}`, link, ["content-length: 5000"], "x".repeat(5_000)),
    "a body of unknown length": (link) =>
      sent(`POST ${link.path}`, link, ["transfer-encoding: chunked"], "1\r\nx\r\n0\r\n\r\n"),
  }),
  ...visits("400, empty, by the parser", {
    "two lengths at once": (link) =>
      sent(
        `POST ${link.path}`,
        link,
        ["content-length: 1", "transfer-encoding: chunked"],
        "0\r\n\r\n",
      ),
  }),
  ...visits("431, empty, by the parser", {
    "twenty thousand characters": (link) => at(`/p/${"A".repeat(20_000)}`, link),
  }),
  ...visits("closed", {
    "a tunnel to somewhere": (link) => sent("CONNECT evil.example:443", link),
  }),
];

/** The page behind one-time links, over the wire. */
export const PAGE_ATTACKS: readonly Attack[] = [
  ...LOOKING,
  ...visits("405, empty", Object.fromEntries(METHODS) as Readonly<Record<string, Visit>>),
  ...ELSEWHERE,
  ...HOSTS,
  ...PATHS,
  ...LINK_ATTACKS,
];
