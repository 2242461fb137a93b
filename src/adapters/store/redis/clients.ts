import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { connect, hangUp, redisConnection, type Login } from "./connection.ts";
import { masterOf, nameOf } from "./locate-master.ts";
import type { Locate } from "./master-connector.ts";
import { identityOf } from "./server-socket.ts";
import type { Endpoint, RedisServer } from "./server-url.ts";
import type { RedisToken } from "./token-renewal.ts";

/** The two connections of one store, both to the master that has its keys. */
export type Clients = {
  /** Takes every command but those of pub/sub. */
  readonly commands: Redis;
  /** A connection of its own, since a subscribed connection takes no other commands. */
  readonly subscriber: Redis;
  /** Connects both, or leaves nothing behind and throws StoreUnavailable. */
  readonly connect: (signal: AbortSignal) => Promise<void>;
  /** Uses these from now on: for the connections that there are, and for those to come. */
  readonly signIn: (token: RedisToken) => Promise<void>;
  /** Ends both for good. */
  readonly close: () => Promise<void>;
};

/** How often to hear whether the sentinels have made another server the master, in ms. */
const FOLLOW_EVERY_MS = 2000;

/** Connections to this server, for keys with this hash tag. Nothing is connected yet. */
export function redisClients(
  server: RedisServer,
  tag: string,
  onError: (error: unknown) => void,
): Clients {
  const { username, password } = server;
  const login: Login = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
  const endpoints = server.kind === "standalone" ? [server.endpoint] : server.endpoints;
  const identity = server.tls ? identityOf(endpoints) : undefined;
  const locate = masterOf(server, tag, identity, login);
  let at: Endpoint | undefined;
  const where = { identity, login, db: server.kind === "standalone" ? server.db : 0 };
  const commands = redisConnection(
    { ...where, locate: async (signal) => (at = await locate(signal)) },
    onError,
  );
  const subscriber = redisConnection({ ...where, locate }, onError);
  // It may listen to a host that is gone, which it would not notice by itself, or that is no master any more.
  commands.on("close", () => {
    reconnect(subscriber);
  });
  const closing = new AbortController();
  return {
    commands,
    subscriber,
    connect: async (signal) => {
      try {
        await connect(commands, signal);
        await connect(subscriber, signal);
      } catch (error) {
        await Promise.all([hangUp(commands), hangUp(subscriber)]);
        throw error;
      }
      if (server.kind === "sentinel") {
        void follow(commands, locate, () => at, onError, closing.signal);
      }
    },
    signIn: async (token) => {
      const next = { username: token.username, password: token.password };
      for (const part of [login, commands.options, subscriber.options]) Object.assign(part, next);
      if (commands.status === "ready") await commands.auth(token.username, token.password);
      // While subscribed a connection takes no AUTH (redis.io, "Redis Pub/Sub", RESP2).
      reconnect(subscriber);
    },
    close: async () => {
      closing.abort();
      await Promise.all([hangUp(commands), hangUp(subscriber)]);
    },
  };
}

function reconnect(redis: Redis): void {
  if (redis.status === "ready") redis.disconnect(true);
}

/** A master that was cut off from its sentinels serves us on, and all that we write there will be thrown away. */
async function follow(
  redis: Redis,
  locate: Locate,
  current: () => Endpoint | undefined,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await sleep(FOLLOW_EVERY_MS, undefined, { signal, ref: false });
      const master = await locate(signal);
      const here = current();
      if (here !== undefined && nameOf(here) !== nameOf(master)) reconnect(redis);
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
    }
  }
}
