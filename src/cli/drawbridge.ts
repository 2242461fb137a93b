#!/usr/bin/env node
import { COMMANDS } from "./command-table.ts";
import { runCommand } from "./run-command.ts";
import { progressOn } from "./progress.ts";

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    stopping.abort();
  });
}
// Whoever reads the answer may have seen enough (`drawbridge leases | head`); what was begun is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
const progress = progressOn(process.stderr);
try {
  process.exitCode = await runCommand(COMMANDS, process.argv.slice(2), {
    environment: process.env,
    print: (line) => {
      progress.clear();
      process.stdout.write(`${line}\n`);
    },
    tell: (line) => {
      progress.clear();
      process.stderr.write(`${line}\n`);
    },
    progress: progress.show,
    signal: stopping.signal,
  });
} catch (error) {
  progress.clear();
  process.stderr.write(`${stopping.signal.aborted ? "Stopped." : String(error)}\n`);
  process.exitCode = 1;
} finally {
  progress.clear();
}
