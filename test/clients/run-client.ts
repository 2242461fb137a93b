import { spawn } from "node:child_process";
import { once } from "node:events";

/** How a client ended, and everything it printed. */
export type ClientExit = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

const RUN_WITHIN_MS = 60_000;

/**
 * Set for every client: whatever it would ask of a host other than this one ends at a port where nobody answers, so
 * that a test can't come to depend on the Internet.
 */
const LOOPBACK_ONLY = {
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "localhost,127.0.0.1",
};

/** Runs a program with nothing of our environment but PATH, and no input; SIGKILL after a minute. */
export async function runClient(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ClientExit> {
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"], LANG: "C.UTF-8", ...LOOPBACK_ONLY, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own: some packages' `az` is a shell script, which would leave its Python behind.
    detached: true,
  });
  const late = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, RUN_WITHIN_MS);
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (printed[name] += text));
  }
  try {
    // Rejects when the program can't be started.
    await once(child, "close");
  } finally {
    clearTimeout(late);
  }
  return { code: child.exitCode, ...printed };
}
