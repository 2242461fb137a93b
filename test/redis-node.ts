import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { redisServerOnPath } from "./redis-server.ts";

/** A Redis child of a topology, on 127.0.0.1 and in a folder of its own. */
export type RedisNode = {
  readonly port: number;
  /** Of the child that runs, or ran last. */
  readonly pid: number;
  /** Goes with `remove`. */
  readonly dir: string;
  /** Connected as the default user; it reconnects by itself. */
  readonly inspector: Redis;
  /** SIGKILL; its folder stays. Doing it again does nothing. */
  readonly kill: () => Promise<void>;
  /** After `kill`: the same settings and the same folder. Resolves when it answers. */
  readonly restart: () => Promise<void>;
  /** Ends the child and removes its folder. */
  readonly remove: () => Promise<void>;
};

/** How to start a node otherwise than usual, and how its inspector connects. */
export type NodeOptions = {
  /** `redis-server` or `valkey-server`; the first of them on PATH unless it is given. */
  readonly program?: string;
  /** A free one unless it is given. */
  readonly port?: number;
  /** The text of its configuration file, which Sentinel writes to. */
  readonly conf?: string;
  readonly db?: number;
  /** The authority of its certificate: it listens through TLS only. */
  readonly ca?: string;
};

const UP_WITHIN_MS = 15_000;

/**
 * Starts a Redis with these settings and waits until it answers. It does not outlive this process when that ends
 * in order.
 */
export async function startRedisNode(
  settings: readonly string[],
  { program = redisServerOnPath(), port = 0, conf = "", ca, db = 0 }: NodeOptions = {},
): Promise<RedisNode> {
  if (program === undefined) throw new Error("No redis-server or valkey-server on PATH.");
  const dir = await mkdtemp(join(tmpdir(), "drawbridge-redis-"));
  const own = port === 0 ? await freePort() : port;
  const file = join(dir, "redis.conf");
  await writeFile(file, conf);
  const listen =
    ca === undefined
      ? ["--port", String(own)]
      : ["--port", "0", "--tls-port", String(own), "--tls-auth-clients", "no"];
  const args = [file, "--dir", dir, "--bind", "127.0.0.1", ...listen, ...settings];
  const access = { host: "127.0.0.1", port: own, db, ...(ca !== undefined && { tls: { ca } }) };
  const inspector = new Redis({
    ...access,
    protocol: 2,
    // A sentinel has no INFO to its liking.
    enableReadyCheck: false,
    retryStrategy: () => 50,
  });
  inspector.on("error", () => undefined);
  let child: ChildProcess | undefined;
  const endWithUs = (): void => {
    child?.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  const kill = async (): Promise<void> => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  const start = async (): Promise<void> => {
    child = spawn(program, args, { stdio: "ignore" });
    await eventually("Redis answers", () => inspector.ping().catch(() => undefined), UP_WITHIN_MS);
  };
  const remove = async (): Promise<void> => {
    process.off("exit", endWithUs);
    inspector.disconnect();
    await kill();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    port: own,
    get pid() {
      if (child?.pid === undefined) throw new Error("A child that answered has a pid.");
      return child.pid;
    },
    dir,
    inspector,
    kill,
    restart: start,
    remove,
  };
}
