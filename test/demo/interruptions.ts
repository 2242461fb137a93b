import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a process ends that a person at the terminal has ended. */
export const INTERRUPTED = 130;

/** What Ctrl+C does to the demo. */
export type Interruptions = {
  /** Resolves at the first one: then everything is stopped in order. */
  readonly told: Promise<typeof INTERRUPTED>;
  /** Removes what is left of the folder for temporary files. */
  readonly end: () => void;
};

/**
 * From now on all temporary files of this process are in one folder, so that it can be removed in one go: a second
 * Ctrl+C does that and ends the process at once, whose children go with it.
 */
export function hearInterruptions(say: (line: string) => void): Interruptions {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-demo-"));
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  const end = (): void => {
    // Somebody who was killed a moment ago may still have written.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  };
  const told = new Promise<typeof INTERRUPTED>((resolve) => {
    let times = 0;
    const hear = (): void => {
      times += 1;
      if (times === 1) {
        say("\nStopping; Ctrl+C again ends everything at once.");
        resolve(INTERRUPTED);
        return;
      }
      // After those that end the children: they were there before.
      process.once("exit", end);
      process.exit(INTERRUPTED);
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, hear);
  });
  return { told, end };
}
