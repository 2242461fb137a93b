import { Redis } from "ioredis";
import { StoreUnavailable } from "../../../application/store.ts";
import { connectorTo, type Locate } from "./master-connector.ts";
import { scripts } from "./scripts.ts";
import type { ServerIdentity } from "./server-socket.ts";

/** Who we are to a server; neither is there for one that asks nobody. */
export type Login = { readonly username?: string; readonly password?: string };

/** Where a connection goes to and as whom. */
export type Where = {
  readonly locate: Locate;
  /** Without it the connection is not encrypted. */
  readonly identity: ServerIdentity | undefined;
  readonly login: Login;
  readonly db?: number;
};

// Not the command's fault, and perhaps not that of the next one on a new connection: the master of our keys is
// another one now, this one lost its cluster, or our password came to its end (redis.io, "Redis cluster
// specification", "Replication", "AUTH"). Neither has executed anything.
const ELSEWHERE = /^(?:MOVED|READONLY|CLUSTERDOWN|MASTERDOWN|NOAUTH) /;

/**
 * A connection that fails fast and never sends a command twice. ioredis by default queues while offline, so that
 * a write happens after its caller was told that it failed, and sends again what was not answered, so that it
 * happens twice (redis/ioredis, README, "Auto-reconnect" and "Offline Queue"). It is not connected yet, and
 * reconnects by itself for ever once it is.
 */
export function redisConnection(
  { locate, identity, login, db = 0 }: Where,
  onError: (error: unknown) => void,
): Redis {
  const redis = new Redis({
    ...failFast(locate, identity),
    ...login,
    db,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1000) + Math.random() * 200,
    reconnectOnError: ({ message }) => ELSEWHERE.test(message),
    scripts,
  });
  redis.on("error", (error: unknown) => {
    onError(withoutArguments(error));
  });
  return redis;
}

/** Asks one server one thing, and hangs up. Throws as `answered` does. */
export async function askOnce<T>(
  { locate, identity, login }: Where,
  question: (redis: Redis) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const redis = new Redis({
    ...failFast(locate, identity),
    ...login,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  // What goes wrong is the cause of what `connect` throws.
  redis.on("error", () => undefined);
  await connect(redis, signal);
  try {
    return await answered(question(redis), signal);
  } finally {
    await hangUp(redis);
  }
}

function failFast(locate: Locate, identity: ServerIdentity | undefined) {
  return {
    Connector: connectorTo(locate, identity),
    // Only says which event of the socket to wait for.
    ...(identity && { tls: {} }),
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 1000,
    socketTimeout: 2000,
  } as const;
}

/** Connects, or leaves nothing behind and throws StoreUnavailable. */
export async function connect(redis: Redis, signal: AbortSignal): Promise<void> {
  let told: unknown;
  const listen = (error: unknown): void => {
    told ??= withoutArguments(error);
  };
  redis.on("error", listen);
  try {
    await answered(redis.connect(), signal);
  } catch (error) {
    await hangUp(redis);
    // ioredis rejects with "Connection is closed.", whatever closed it.
    if (told === undefined || signal.aborted) throw error;
    throw new StoreUnavailable("Redis could not be connected to.", { cause: told });
  } finally {
    redis.off("error", listen);
  }
}

/** Puts a question to the server, within the time of whoever asks; what comes back is to be parsed. */
export type Ask = (question: (redis: Redis) => Promise<unknown>) => Promise<unknown>;

/**
 * Ends the connection for good; when it resolves there is no socket any more, within half a second even when the
 * server is silent. Doing it again does nothing.
 */
export async function hangUp(redis: Redis): Promise<void> {
  if (redis.status === "end") return;
  const hasSocket = ["connecting", "connect", "ready"].includes(redis.status);
  const over = new Promise<void>((resolve) => redis.once("end", resolve));
  redis.disconnect();
  if (hasSocket) await over;
}

/**
 * What is asked in one turn of the event loop goes out in one write: each write of its own costs a system call and
 * wakes Redis (nodejs.org, "Stream", `writable.cork`). Nothing waits for an answer before that.
 */
export function sendTogether({ stream }: Redis): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => {
    stream.uncork();
  });
}

/**
 * The answer of Redis. Throws StoreUnavailable when there was none, or none before the signal, or when the server
 * says that it cannot serve now; what became of the command is unknown then. A server that calls the command
 * itself wrong has found a mistake of ours: that error is passed on as it is.
 */
export async function answered<T>(command: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: abandoned, reject } = Promise.withResolvers<never>();
  const abandon = (): void => {
    const cause: unknown = signal.reason;
    reject(new StoreUnavailable("Redis was not waited for any longer.", { cause }));
  };
  signal.addEventListener("abort", abandon, { once: true });
  if (signal.aborted) abandon();
  try {
    return await Promise.race([command, abandoned]);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const cause = withoutArguments(error);
    if (isOurMistake(cause)) throw cause;
    throw new StoreUnavailable("Redis did not answer.", { cause });
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

// The first word of an error is its code: redis.io, "Redis serialization protocol specification", simple errors.
function isOurMistake(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name !== "ReplyError") return false;
  // A script met a key that has gone ahead to where its slot is moving to.
  if (error.message.includes("non local key")) return false;
  return ["ERR", "WRONGTYPE", "CROSSSLOT"].includes(error.message.split(" ", 1).join());
}

// ioredis hangs the command with its arguments on an error: records, or the password of AUTH, on the way to a log.
function withoutArguments(error: unknown): unknown {
  if (error instanceof Error) Reflect.deleteProperty(error, "command");
  return error;
}
