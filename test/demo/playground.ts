import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TeamsPerson } from "../emulators/teams/people.ts";
import { playgroundConfig } from "./playground-config.ts";

/** Whose window to open, and where. */
export interface PlaygroundOptions {
  readonly person: TeamsPerson;
  /** Where the window posts activities: the `url` of a signing gateway. */
  readonly gatewayUrl: string;
  /** A TCP port that is free; the start fails when it is not. */
  readonly port: number;
  /** For configuration and log; made if it is not there. Nothing is written elsewhere. */
  readonly folder: string;
}

/** A running window of one person. */
export interface Playground {
  /** To open in a browser. */
  readonly url: string;
  /** The origin of the `serviceUrl` in all its activities, for the bot's list of connectors. */
  readonly serviceOrigin: string;
  /** Ends the process, by force if it does not listen; resolves when it is gone. */
  stop(): Promise<void>;
}

const START_MS = 30_000;
const PING_EVERY_MS = 100;
const GRACE_MS = 3_000;
const KEPT_LINES = 20;

/**
 * Starts Microsoft 365 Agents Playground 0.2.28 as a child process that listens on 127.0.0.1 only, opens no browser
 * and calls nobody but the bot. Rejects, with what it printed, when it is not ready within 30 seconds.
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { person, gatewayUrl, port, folder } = options;
  await mkdir(folder, { recursive: true });
  const config = join(folder, `playground-${String(port)}.yml`);
  await writeFile(config, playgroundConfig(person));
  const child = spawn(process.execPath, [binary(), ...startArguments(gatewayUrl, port)], {
    cwd: folder,
    env: environment(config, join(folder, `playground-${String(port)}.log`), folder),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  const url = `http://localhost:${String(port)}`;
  try {
    await ready(child, port, AbortSignal.timeout(START_MS));
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { url, serviceOrigin: url, stop: () => stop(child) };
}

/** Resolves once it listens on the port it was given and answers; rejects when it ends first or the signal comes. */
async function ready(child: ChildProcess, port: number, signal: AbortSignal): Promise<void> {
  const printed: string[] = [];
  const gone = new AbortController();
  child.once("error", (error) => {
    gone.abort(error);
  });
  child.once("close", (code) => {
    gone.abort(new Error(`It ended with code ${String(code)}.`));
  });
  const either = AbortSignal.any([signal, gone.signal]);
  const listening = listeningPort(child, printed);
  try {
    const actual = await Promise.race([listening, rejection(either)]);
    if (actual !== port) throw new Error(`Port ${String(port)} is taken; it chose another.`);
    await untilItAnswers(`http://127.0.0.1:${String(port)}/_debug/ping`, either);
  } catch (error) {
    const what = gone.signal.aborted ? String(gone.signal.reason) : String(error);
    const said = printed.map((line) => `\n  ${line}`).join("");
    throw new Error(`The Playground did not start. ${what} It printed:${said}`, { cause: error });
  }
}

/** Keeps the last lines of both streams in `printed`, and keeps reading, so that the child never blocks on a full pipe. */
function listeningPort(child: ChildProcess, printed: string[]): Promise<number> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        printed.push(line);
        if (printed.length > KEPT_LINES) printed.shift();
        const port = /Listening on (\d+)/.exec(line)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
    }
  });
}

/** It prints "Listening" before it has read its configuration, so that line alone says too little. */
async function untilItAnswers(ping: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await fetch(ping, { signal }).catch(() => undefined);
    const text = await answer?.text();
    if (answer?.ok === true && text?.includes("pong") === true) return;
    await sleep(PING_EVERY_MS, undefined, { signal });
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => {
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  // Without a pid it never started; with a code or a signal it is gone.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await gone;
  clearTimeout(force);
}

function binary(): string {
  return fileURLToPath(import.meta.resolve("@microsoft/m365agentsplayground/cli.js"));
}

function startArguments(gatewayUrl: string, port: number): readonly string[] {
  return [
    "start",
    ...["--app-endpoint", gatewayUrl],
    ...["--channel-id", "msteams"],
    ...["--port", String(port)],
    "--disable-telemetry",
  ];
}

/** Nothing of the parent's but PATH: no proxy, no certificate, no secret reaches the child. */
function environment(config: string, log: string, folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: folder,
    NODE_OPTIONS: `--import=${import.meta.resolve("./loopback-only.mjs")}`,
    M365_AGENTS_PLAYGROUND_CONFIG_PATH: config,
    M365_AGENTS_PLAYGROUND_LOGFILE: log,
    TEAMSAPPTESTER_BROWSER: "none",
    // The other half of --disable-telemetry: without it Application Insights still calls two hosts.
    APPLICATION_INSIGHTS_NO_STATSBEAT: "1",
  };
}
