import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { processUsage, type ProcessUsage } from "../bench/process-usage.ts";
import { eventually } from "../eventually.ts";
import type { Confinement } from "./confinement.ts";
import type { PlayedImage } from "./play-dockerfile.ts";

/** A role of the image, as a process. */
export type ImageProcess = {
  /** From the start of the program to the first answer that it can work. */
  readonly readyAfterMs: number;
  /** Real user ids, as the kernel has them. */
  usage(): Promise<ProcessUsage>;
  output(): string;
  /** The image's own health check, beside the process. */
  healthCheck(): { readonly code: number | null; readonly said: string };
  /** SIGTERM, as `docker stop`. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
};

const READY_WITHIN_MS = 20_000;
/** Compose waits as long before it kills. */
const STOP_WITHIN_MS = 15_000;

/** Starts the image's command with these settings and waits until it is ready. */
export async function startImage(
  { folder, node, args, healthCheck, environment }: PlayedImage,
  { before }: Confinement,
  settings: Readonly<Record<string, string>>,
): Promise<ImageProcess> {
  const env = { PATH: process.env["PATH"], ...environment, ...settings };
  const startedAt = performance.now();
  const [program = node, ...rest] = [...before, node, ...args];
  const child = spawn(program, rest, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  const output = (): string => lines.join("\n");
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    process.off("exit", endWithUs);
    const from = performance.now();
    if (!hasEnded()) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
      await gone;
      clearTimeout(late);
    }
    return { code: child.exitCode, tookMs: performance.now() - from };
  };
  const readyz = `http://127.0.0.1:${settings["OPERATIONS_PORT"] ?? ""}/readyz`;
  try {
    await eventually(
      "the image's process is ready",
      async () => {
        if (hasEnded()) throw new Error("It ended instead of starting.");
        const signal = AbortSignal.timeout(2_000);
        const answer = await fetch(readyz, { signal }).catch(() => undefined);
        await answer?.body?.cancel();
        return answer?.ok === true ? true : undefined;
      },
      READY_WITHIN_MS,
    );
  } catch (cause) {
    await stop();
    throw new Error(`The image's process did not start:\n${output()}`, { cause });
  }
  return {
    readyAfterMs: performance.now() - startedAt,
    // Whatever stands before it execs, so that the child is the program itself.
    usage: () => processUsage(child.pid ?? 0),
    output,
    healthCheck() {
      const options = { cwd: folder, env, encoding: "utf8", timeout: 10_000 } as const;
      const { status, stdout } = spawnSync(node, healthCheck, options);
      return { code: status, said: stdout };
    },
    stop,
  };
}

/** What it uses once that has stopped changing, after at most 20 s. */
export async function usageAtRest(running: ImageProcess): Promise<ProcessUsage> {
  let steady = { since: performance.now(), residentMb: 0 };
  return eventually(
    "its memory stands still",
    async () => {
      const usage = await running.usage();
      if (Math.abs(usage.residentMb - steady.residentMb) > 1) {
        steady = { since: performance.now(), residentMb: usage.residentMb };
      }
      return performance.now() - steady.since > 3_000 ? usage : undefined;
    },
    20_000,
  );
}
