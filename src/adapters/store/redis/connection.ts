import { Redis } from "ioredis";
import { StoreUnavailable } from "../../../application/store.ts";
import { scripts } from "./scripts.ts";

/**
 * A connection that fails fast and never sends a command twice. ioredis by default queues while offline, so that
 * a write happens after its caller was told that it failed, and sends again what was not answered, so that it
 * happens twice (redis/ioredis, README, "Auto-reconnect" and "Offline Queue"). It is not connected yet, and
 * reconnects by itself for ever once it is.
 */
export function redisConnection(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, {
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    commandTimeout: 1000,
    socketTimeout: 2000,
    disconnectTimeout: 500,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 2000) + Math.random() * 200,
    scripts,
  });
  redis.on("error", (error: unknown) => {
    onError(withoutArguments(error));
  });
  return redis;
}

/** Connects, or leaves nothing behind and throws StoreUnavailable. */
export async function connect(redis: Redis, signal: AbortSignal): Promise<void> {
  try {
    await answered(redis.connect(), signal);
  } catch (error) {
    await hangUp(redis);
    throw error;
  }
}

/**
 * Ends the connection for good; when it resolves there is no socket any more, within half a second even when the
 * server is silent. (Ended between two attempts to reconnect, ioredis leaves one timer that does nothing for at
 * most that long.) Doing it again does nothing.
 */
export async function hangUp(redis: Redis): Promise<void> {
  if (redis.status === "end") return;
  const hasSocket = ["connecting", "connect", "ready"].includes(redis.status);
  const over = new Promise<void>((resolve) => redis.once("end", resolve));
  redis.disconnect();
  if (hasSocket) await over;
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
  return ["ERR", "WRONGTYPE", "CROSSSLOT"].includes(error.message.split(" ", 1).join());
}

// ioredis hangs the command with its arguments on an error: records, or the password of AUTH, on the way to a log.
function withoutArguments(error: unknown): unknown {
  if (error instanceof Error) Reflect.deleteProperty(error, "command");
  return error;
}
