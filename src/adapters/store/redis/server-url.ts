/** One `host:port` of a URL. */
export type Endpoint = { readonly host: string; readonly port: number };

/** What a Redis URL says. */
export type RedisServer = {
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
} & (
  | { readonly kind: "standalone"; readonly endpoint: Endpoint; readonly db: number }
  | { readonly kind: "cluster"; readonly endpoints: readonly [Endpoint, ...Endpoint[]] }
  | {
      readonly kind: "sentinel";
      readonly endpoints: readonly [Endpoint, ...Endpoint[]];
      /** What the sentinels call the master. */
      readonly name: string;
      readonly sentinelUsername: string | undefined;
      readonly sentinelPassword: string | undefined;
    }
);

/** What is wrong with the URL, as in "REDIS_URL: has a port …". Quotes nothing of it. */
export class ServerUrlError extends Error {
  override readonly name = "ServerUrlError";
}

const SHAPE =
  /^(?<scheme>[a-z-]+):\/\/(?:(?<login>[^/?#]*)@)?(?<hosts>[^/?#@]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
const ENDPOINT = /^(?:\[(?<six>[0-9a-f:.]+)\]|(?<host>[a-z0-9._-]+))(?::(?<port>[0-9]{1,5}))?$/i;
const DEFAULT_PORT = { standalone: 6379, cluster: 6379, sentinel: 26379 };

/**
 * Reads the one setting that says where Redis is. `rediss` instead of `redis` is TLS, to everything:
 *
 *     redis://[[user]:password@]host[:6379][/database]
 *     redis-cluster://[[user]:password@]host[:6379][,host[:port]…]
 *     redis-sentinel://[[user]:password@]host[:26379][,host[:port]…]/master[?sentinelUsername=…&sentinelPassword=…]
 *
 * A cluster's hosts are where to ask for the others. User and password, percent-encoded, are those of the servers
 * that hold the data; sentinels are asked without a password unless the query has one. Throws
 * ServerUrlError.
 */
export function parseServerUrl(url: string): RedisServer {
  const parts = SHAPE.exec(url)?.groups;
  if (parts === undefined) throw wrong("is not scheme://host:port");
  const { scheme = "", login, hosts = "", path = "", query } = parts;
  const kinds = /^(rediss?)(?:-(cluster|sentinel))?$/.exec(scheme);
  if (kinds === null) {
    throw wrong("starts with none of redis, rediss, redis-cluster, rediss-cluster, redis-sentinel");
  }
  const kind = kinds[2] === "cluster" || kinds[2] === "sentinel" ? kinds[2] : "standalone";
  const [first, ...others] = hosts.split(",").map((text) => endpoint(text, DEFAULT_PORT[kind]));
  if (first === undefined) throw wrong("has no host");
  const common = { tls: kinds[1] === "rediss", ...credentials(login) };
  if (kind !== "sentinel" && query !== undefined) throw wrong("has a query (?…), which is unknown");
  if (kind === "cluster") {
    if (path !== "") throw wrong("has a path, and a cluster has one database only");
    return { kind, ...common, endpoints: [first, ...others] };
  }
  if (kind === "sentinel") {
    const name = decoded(path, "name of the master");
    if (name === "") throw wrong("lacks the name of the master: redis-sentinel://host:port/master");
    return { kind, ...common, endpoints: [first, ...others], name, ...sentinelLogin(query) };
  }
  if (others.length > 0) throw wrong("has several hosts: is it redis-cluster or redis-sentinel?");
  if (!/^[0-9]{0,4}$/.test(path)) throw wrong("has a path that is not the number of a database");
  return { kind, ...common, endpoint: first, db: Number(path) };
}

function endpoint(text: string, defaultPort: number): Endpoint {
  const { six, host = six, port = String(defaultPort) } = ENDPOINT.exec(text)?.groups ?? {};
  // Without its text: a password that was not percent-encoded may have ended up here.
  if (host === undefined) throw wrong("has something that is not host or host:port");
  if (Number(port) < 1 || Number(port) > 65535) throw wrong("has a port outside 1 to 65535");
  return { host, port: Number(port) };
}

function credentials(login: string | undefined) {
  if (login === undefined) return { username: undefined, password: undefined };
  const colon = login.indexOf(":");
  if (colon < 0 || colon === login.length - 1) throw wrong("has a user without a password");
  return {
    username: decoded(login.slice(0, colon), "user") || undefined,
    password: decoded(login.slice(colon + 1), "password"),
  };
}

function sentinelLogin(query = "") {
  const values = new Map<string, string>();
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const [name = "", ...value] = pair.split("=");
    if (name !== "sentinelUsername" && name !== "sentinelPassword") {
      throw wrong("has a query with other names than sentinelUsername and sentinelPassword");
    }
    values.set(name, decoded(value.join("="), name));
  }
  return {
    sentinelUsername: values.get("sentinelUsername"),
    sentinelPassword: values.get("sentinelPassword"),
  };
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`has a ${what} that is not percent-encoded`);
  }
}

function wrong(what: string): ServerUrlError {
  return new ServerUrlError(what);
}
