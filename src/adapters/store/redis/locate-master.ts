import { z } from "zod";
import { askOnce, type Login } from "./connection.ts";
import type { Locate } from "./master-connector.ts";
import type { ServerIdentity } from "./server-socket.ts";
import type { Endpoint, RedisServer } from "./server-url.ts";

/** Long enough for a TLS handshake and an answer; a server that is slower is not waited for. */
const ASK_WITHIN_MS = 1500;

const sentinelReply = z.tuple([z.string(), z.coerce.number<string>()]).nullable();
const node = z.tuple([z.string().nullable(), z.number()], z.unknown());
const slotsReply = z.array(z.tuple([z.number(), z.number(), node], node));

/** Where the master is, as one server says, and who else may know when it is gone. */
type Hint = { readonly master: Endpoint; readonly others: readonly Endpoint[] };

/** Where the server is whose keys carry this hash tag. `login` is read for each question. */
export function masterOf(
  server: RedisServer,
  tag: string,
  identity: ServerIdentity | undefined,
  login: Login,
): Locate {
  switch (server.kind) {
    case "standalone":
      return () => Promise.resolve(server.endpoint);
    case "sentinel":
      return (signal) =>
        mostSay(
          server.endpoints,
          (each, until) => askSentinel(server, each, identity, until),
          signal,
        ).then(({ master }) => master);
    case "cluster": {
      let known: readonly Endpoint[] = [];
      return async (signal) => {
        const asked = distinct([...server.endpoints, ...known]);
        const ask = (each: Endpoint, until: AbortSignal): Promise<Hint | undefined> =>
          askNode(each, tag, identity, login, until);
        const hint = await mostSay(asked, ask, signal);
        known = hint.others;
        return hint.master;
      };
    }
  }
}

/** The sentinels' own word for it: redis.io, "Redis Sentinel client spec". */
async function askSentinel(
  { name, sentinelUsername, sentinelPassword }: RedisServer & { readonly kind: "sentinel" },
  sentinel: Endpoint,
  identity: ServerIdentity | undefined,
  signal: AbortSignal,
): Promise<Hint | undefined> {
  const login = {
    ...(sentinelUsername !== undefined && { username: sentinelUsername }),
    ...(sentinelPassword !== undefined && { password: sentinelPassword }),
  };
  const locate = (): Promise<Endpoint> => Promise.resolve(sentinel);
  const reply = await askOnce(
    { locate, identity, login },
    (redis) => redis.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name),
    signal,
  );
  const address = sentinelReply.parse(reply);
  if (address === null) return undefined;
  return { master: { host: address[0], port: address[1] }, others: [] };
}

/** redis.io, "CLUSTER SLOTS" and "CLUSTER KEYSLOT": the first node of a range is its master. */
async function askNode(
  asked: Endpoint,
  tag: string,
  identity: ServerIdentity | undefined,
  login: Login,
  signal: AbortSignal,
): Promise<Hint | undefined> {
  const locate = (): Promise<Endpoint> => Promise.resolve(asked);
  const [slot, reply] = await askOnce(
    { locate, identity, login },
    (redis) => Promise.all([redis.cluster("KEYSLOT", tag), redis.cluster("SLOTS")]),
    signal,
  );
  const range = slotsReply.parse(reply).find(([from, to]) => from <= slot && slot <= to);
  if (range === undefined) return undefined;
  const [, , ...nodes] = range;
  // A node that does not know its own host leaves it out, or empty.
  const endpoints = nodes.map(([host, port]) => ({
    host: host === "" ? asked.host : (host ?? asked.host),
    port,
  }));
  const [master] = endpoints;
  return master && { master, others: endpoints };
}

/**
 * What most of those who answer say: one that was cut off from the others still names the old master. Resolves
 * when more than half of all agree, else when everybody had the time to answer.
 */
async function mostSay(
  asked: readonly Endpoint[],
  ask: (each: Endpoint, signal: AbortSignal) => Promise<Hint | undefined>,
  signal: AbortSignal,
): Promise<Hint> {
  const decided = new AbortController();
  const until = AbortSignal.any([signal, decided.signal, AbortSignal.timeout(ASK_WITHIN_MS)]);
  const votes = new Map<string, Hint[]>();
  const failures: unknown[] = [];
  const { promise: majority, resolve } = Promise.withResolvers<Hint>();
  const answers = asked.map(async (each) => {
    try {
      const hint = await ask(each, until);
      if (hint === undefined) return;
      const same = [...(votes.get(nameOf(hint.master)) ?? []), hint];
      votes.set(nameOf(hint.master), same);
      if (same.length * 2 > asked.length) resolve(hint);
    } catch (error) {
      failures.push(error);
    }
  });
  const everybody = Promise.all(answers).then(() => {
    const [most] = [...votes.values()].toSorted((a, b) => b.length - a.length);
    if (most?.[0] !== undefined) return most[0];
    throw new AggregateError(failures, "Nobody who was asked knows a Redis master.");
  });
  try {
    return await Promise.race([majority, everybody]);
  } finally {
    decided.abort();
  }
}

function distinct(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...new Map(endpoints.map((each) => [nameOf(each), each])).values()];
}

/** To compare endpoints by. */
export function nameOf({ host, port }: Endpoint): string {
  return `${host}:${String(port)}`;
}
