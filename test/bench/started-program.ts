import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { eventually } from "../eventually.ts";
import { processUsage, type ProcessUsage } from "./process-usage.ts";

/** A program of ours as a process of its own. */
export type StartedProgram = {
  /** What told that it is ready: the first line like `ready`, or what that answered. */
  readonly said: string;
  readonly usage: () => Promise<ProcessUsage>;
  readonly stop: () => Promise<void>;
};

const READY_WITHIN_MS = 30_000;

/**
 * Starts it and waits until it is ready: for a line like that, or for an answer that is not undefined. What it prints goes to a file, since reading it would be
 * work of this process.
 */
export async function startProgram(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  logFile: string,
  ready: RegExp | (() => Promise<string | undefined>),
): Promise<StartedProgram> {
  const log = await open(logFile, "w");
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env["PATH"], ...settings },
    stdio: ["ignore", log.fd, log.fd],
  });
  await log.close();
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  const stop = async (): Promise<void> => {
    process.off("exit", endWithUs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  try {
    const said = await eventually(
      `${args.join(" ")} is ready`,
      async () => {
        if (child.exitCode !== null) throw new Error("It ended instead of starting.");
        if (typeof ready === "function") return ready();
        return (await readFile(logFile, "utf8")).split("\n").find((line) => ready.test(line));
      },
      READY_WITHIN_MS,
    );
    // A child that is ready has a pid.
    const pid = child.pid ?? 0;
    return { said, usage: () => processUsage(pid), stop };
  } catch (cause) {
    await stop();
    const printed = (await readFile(logFile, "utf8")).slice(-4_000);
    throw new Error(`It did not start:\n${printed}`, { cause });
  }
}
