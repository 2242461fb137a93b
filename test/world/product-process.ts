import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "../eventually.ts";
import { leaksIn } from "./canary.ts";

const MAIN = programPath("main.ts");
const COMMAND = programPath("cli/drawbridge.ts");
const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 12_000;

/** None of them outlives this process when that ends in order. */
const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** The product itself, as a process of its own. */
export type ProductProcess = {
  readonly pid: number;
  /** What it logged so far, one parsed JSON line each. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Everything that it printed, for a failing test. */
  output(): string;
  /** SIGKILL, as a machine that dies; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, as an orchestrator; resolves with the exit code. */
  stop(): Promise<number | null>;
};

/** How a process ended that was meant to. */
export type Exit = {
  readonly code: number | null;
  /** Both streams, as they came. */
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
};

/**
 * Starts the product with exactly these settings, and waits until it says that it is ready. Ending it throws when it
 * printed a secret, a token, a link or a card: so every test that runs it looks for that.
 */
export async function startProduct(
  settings: Readonly<Record<string, string>>,
): Promise<ProductProcess> {
  const { child, lines } = spawnProduct(settings);
  const output = (): string => lines.join("\n");
  // As the product says it: with port 0 it is whichever was free.
  const operationsPort = (): unknown =>
    lines.flatMap(parsed).find(({ event }) => event === "started")?.["operations"];
  try {
    await eventually(
      "the product is ready",
      async () => {
        if (hasEnded(child)) throw new Error("It ended instead of starting.");
        const port = operationsPort();
        if (typeof port !== "number") return undefined;
        const readyz = `http://127.0.0.1:${String(port)}/readyz`;
        const answer = await fetch(readyz, { signal: AbortSignal.timeout(2_000) }).catch(
          () => undefined,
        );
        await answer?.body?.cancel();
        return answer?.ok === true ? true : undefined;
      },
      READY_WITHIN_MS,
    );
  } catch (cause) {
    await end(child, "SIGKILL");
    throw new Error(`The product did not start:\n${output()}`, { cause });
  }
  return {
    // A child that answers on its port has a pid.
    pid: child.pid ?? 0,
    output,
    log: () => lines.flatMap(parsed),
    kill: async () => {
      await end(child, "SIGKILL");
      assertDiscreet(output(), settings);
    },
    stop: async () => {
      const code = await end(child, "SIGTERM");
      assertDiscreet(output(), settings);
      return code;
    },
  };
}

/** Runs the product until it ends by itself, within 20 seconds; throws as the ending of a started one does. */
export function runProduct(settings: Readonly<Record<string, string>>): Promise<Exit> {
  return untilItEnds(spawnProduct(settings), settings);
}

/** Runs `drawbridge` with these arguments, likewise. */
export function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Exit> {
  return untilItEnds(spawnProduct(settings, [COMMAND, ...args]), settings);
}

async function untilItEnds(
  { child, lines, streams }: ReturnType<typeof spawnProduct>,
  settings: Readonly<Record<string, string>>,
): Promise<Exit> {
  const late = setTimeout(() => child.kill("SIGKILL"), READY_WITHIN_MS);
  if (!hasEnded(child)) await once(child, "close");
  clearTimeout(late);
  assertDiscreet(lines.join("\n"), settings);
  const [stdout, stderr] = [streams.stdout.join("\n"), streams.stderr.join("\n")];
  return { code: child.exitCode, output: lines.join("\n"), stdout, stderr };
}

function assertDiscreet(printed: string, settings: Readonly<Record<string, string>>): void {
  const leaks = leaksIn(printed, settings);
  if (leaks.length > 0) throw new Error(`The product printed ${leaks.join(", ")}.`);
}

function programPath(file: string): string {
  return fileURLToPath(new URL(`../../src/${file}`, import.meta.url));
}

function spawnProduct(
  settings: Readonly<Record<string, string>>,
  program: readonly string[] = [MAIN],
): {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly streams: Readonly<Record<"stdout" | "stderr", string[]>>;
} {
  const child = spawn(process.execPath, program, {
    // Nothing of our own environment reaches the product but where programs are.
    env: { PATH: process.env["PATH"], ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  const lines: string[] = [];
  const streams = { stdout: [] as string[], stderr: [] as string[] };
  for (const name of ["stdout", "stderr"] as const) {
    createInterface({ input: child[name] }).on("line", (line) => {
      lines.push(line);
      streams[name].push(line);
    });
  }
  return { child, lines, streams };
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode;
  // Not before everything that it printed is here.
  const gone = once(child, "close");
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await gone;
  clearTimeout(late);
  return child.exitCode;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function parsed(line: string): Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(line);
    // Every line of the product's log is an object.
    return typeof value === "object" && value !== null ? [value as Record<string, unknown>] : [];
  } catch {
    return [];
  }
}
