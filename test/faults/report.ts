import { writeFile } from "node:fs/promises";
import type { RunResult } from "./run-scenario.ts";
import { tableOf, type NotRun } from "./table.ts";

const FILE = new URL("../../docs/faults.md", import.meta.url);

/** Writes docs/faults.md. */
export async function writeReport(
  results: readonly RunResult[],
  notRun: readonly NotRun[],
): Promise<void> {
  const leases = results.reduce((sum, { verdict }) => sum + verdict.leases, 0);
  const text = `# When things go wrong

Written by \`npm run test:faults -- --long\`; what it does is in \`test/faults/scenarios\`.

Each run has an Azure emulator, a store, three registries with a foreign rule and a baseline rule each, several leases
of seconds, and workers that are processes of their own with a hold of 2 or 3 s. It is judged by the emulator's
history alone: every interval of a rule against its lease, and every PATCH against its sender's last read. All
columns from "foreign rules read and omitted" on must be 0, but for those lost in the window between a read and the
PATCH made from it, which Azure gives nobody a way to close, and for the latest removal, which must be within the
bound. A lease's end is when its rule was first there plus its duration. A run also fails when a lease never opened or
was closed before its time, when something was added that nobody approved, when the fault did not happen, and when a
worker did not stop in order. Where the machine was so busy that processes took more than a second to start, the run's
bound is later by that.

On SQLite the clock of the host is the clock of the store, so a worker's clock can't be wrong against it; and there
is no network between a worker and a file.

A run is repeated with \`npm run test:faults -- --scenario "…" --store redis --seed 7\`. Seeds count from 1.

${String(results.length)} runs, ${String(leases)} leases.

${tableOf(results, notRun)}
`;
  await writeFile(FILE, text);
}
