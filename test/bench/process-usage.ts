import { readFile } from "node:fs/promises";

/** What a process has used so far. */
export type ProcessUsage = {
  /** Of all its threads, in user and in kernel mode. */
  readonly cpuMs: number;
  readonly residentMb: number;
  readonly peakResidentMb: number;
};

/** The kernel counts in hundredths of a second for everybody (man 5 proc, USER_HZ). */
const MS_PER_TICK = 10;

/** From `/proc`, so on Linux only. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${String(pid)}/stat`, "utf8"),
    readFile(`/proc/${String(pid)}/status`, "utf8"),
  ]);
  // The second field is the program's name in brackets, and may hold anything; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  return {
    cpuMs: (userTicks + systemTicks) * MS_PER_TICK,
    residentMb: kilobytes(status, "VmRSS") / 1024,
    peakResidentMb: kilobytes(status, "VmHWM") / 1024,
  };
}

function kilobytes(status: string, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status);
  if (found?.[1] === undefined) throw new Error(`/proc has no ${field}.`);
  return Number(found[1]);
}
