import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { programOnPath, type DebianPrograms } from "./debian-programs.ts";
import { freePort } from "./free-port.ts";

/** A Redis of our own: a child process on 127.0.0.1 that keeps its data in a folder of its own. */
export type RedisServer = {
  readonly url: string;
  /** Of the child that runs now, or ran last. */
  readonly pid: number;
  readonly port: number;
  /** Goes with `stop`. */
  readonly dir: string;
  /** SIGKILL, as a machine that dies: the folder stays. */
  readonly crash: () => Promise<void>;
  /** After a crash: at the same port, with what the folder has. Throws when it does not come up in time. */
  readonly restart: () => Promise<void>;
  /** Ends the child and removes its folder. Doing it again does nothing. */
  readonly stop: () => Promise<void>;
};

/** How long a server may take to answer its first PING, in ms; it usually takes 30. */
const READY_WITHIN_MS = 10_000;

/** A Redis server, under either of its names. */
export const REDIS: DebianPrograms = {
  tests: "the tests on Redis",
  packages: ["redis-server"],
  missing: () => (redisServerOnPath() === undefined ? ["redis-server"] : []),
};

/** Valkey beside it: where Debian does not have it (12 without backports), its tests are skipped. */
export const VALKEY: DebianPrograms = {
  tests: "the tests on Valkey",
  packages: ["valkey-server"],
  missing: () => (valkeyServerOnPath() === undefined ? ["valkey-server"] : []),
};

/** Valkey's server, whichever server comes first. */
export function valkeyServerOnPath(): string | undefined {
  return programOnPath("valkey-server");
}

/** The first `redis-server` or `valkey-server` on PATH that this user may run. */
export function redisServerOnPath(): string | undefined {
  return programOnPath("redis-server", "valkey-server");
}

/**
 * Starts a server that writes every commit to the disk before it answers, on a free port, and waits until it
 * answers. It does not outlive this process when that ends in order. Throws when there is none on PATH, or when it
 * does not come up in time. `environment` is added to ours.
 */
export async function startRedisServer(
  environment: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  const program = redisServerOnPath();
  if (program === undefined) throw new Error("No redis-server or valkey-server on PATH.");
  const dir = await mkdtemp(join(tmpdir(), "drawbridge-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const endWithUs = (): void => {
    child?.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  const crash = async (): Promise<void> => {
    if (child !== undefined) await end(child);
  };
  const start = async (): Promise<void> => {
    child = spawn(program, [...settings(dir, port)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    const output = outputOf(child);
    try {
      await ready(child, port);
    } catch (error) {
      throw new Error(`${program} did not start:\n${output()}`, { cause: error });
    }
  };
  const stop = async (): Promise<void> => {
    process.off("exit", endWithUs);
    await crash();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    get pid() {
      if (child?.pid === undefined) throw new Error("A running child has a pid.");
      return child.pid;
    },
    port,
    dir,
    crash,
    restart: start,
    stop,
  };
}

function settings(dir: string, port: number): readonly string[] {
  return [
    ["--port", String(port)],
    ["--bind", "127.0.0.1"],
    ["--dir", dir],
    ["--appendonly", "yes"],
    ["--appendfsync", "always"],
    ["--save", ""],
    ["--maxmemory-policy", "noeviction"],
  ].flat();
}

async function ready(child: ChildProcess, port: number): Promise<void> {
  const failed = once(child, "error").then(([error]: unknown[]) => {
    throw error instanceof Error ? error : new Error("The server could not be started.");
  });
  const signal = AbortSignal.timeout(READY_WITHIN_MS);
  const answering = async (): Promise<void> => {
    while (!(await answersPing(port))) {
      if (child.exitCode !== null) throw new Error(`It exited with ${String(child.exitCode)}.`);
      await sleep(20, undefined, { signal });
    }
  };
  await Promise.race([failed, answering()]);
  // A child that is up emits no error later but one of kill(), which end() handles by itself.
  failed.catch(() => undefined);
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port, timeout: 500 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (reply) => {
      finish(reply.toString().startsWith("+PONG"));
    });
    socket.once("timeout", () => {
      finish(false);
    });
    socket.once("error", () => {
      finish(false);
    });
    socket.once("close", () => {
      finish(false);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  // SIGKILL, since a stopped or busy child would not see a polite one; the folder goes anyway.
  child.kill("SIGKILL");
  await exited;
}

function outputOf(child: ChildProcess): () => string {
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-4000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return () => text;
}
