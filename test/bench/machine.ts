import { execFile } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";
import { promisify } from "node:util";
import { redisServerOnPath } from "../redis-server.ts";

/** Where figures come from: without it they can't be compared with others. */
export type MachineFacts = {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly redis: string;
};

/** The facts of this machine. Throws when there is no Redis server on PATH. */
export async function machineFacts(): Promise<MachineFacts> {
  const server = redisServerOnPath();
  if (server === undefined) throw new Error("The benchmarks need redis-server or valkey-server.");
  const { stdout } = await promisify(execFile)(server, ["--version"], { timeout: 5_000 });
  const cores = cpus();
  return {
    cores: cores.length,
    processor: cores[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    redis: /v=(\S+)/.exec(stdout)?.[1] ?? stdout.trim(),
  };
}
