import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { startRedisServer } from "../redis-server.ts";
import type { AzureProcess } from "./azure-process.ts";
import { inParallel } from "./in-parallel.ts";
import type { Fleet } from "./leases.ts";

/** The queue between this process and bullmq-closer.ts. */
export const CLOSE_QUEUE = "close";

/** What a job says. */
export type CloseJob = { readonly registry: string; readonly ours: readonly string[] };

const CLOSER = fileURLToPath(new URL("bullmq-closer.ts", import.meta.url));
const ADDS_AT_ONCE = 64;
const LOOK_EVERY_MS = 250;

/** Jobs that are waiting for their time, and a worker that is ready for them. */
export type BullmqRemovals = {
  /** Waits until every job was done. Throws when one failed, or when it takes longer than `withinMs`. */
  done(withinMs: number): Promise<void>;
  stop(): Promise<void>;
};

/**
 * One delayed job for each lease of the fleet, with its registry as the id to deduplicate by, and a worker that is
 * ready for them. They are due at `endsAt`.
 */
export async function startBullmqRemovals(
  azure: AzureProcess,
  { leases, seeds }: Fleet,
  endsAt: Date,
  atOnce: number,
): Promise<BullmqRemovals> {
  const redis = await startRedisServer();
  const connection = { host: "127.0.0.1", port: redis.port, maxRetriesPerRequest: null };
  const queue = new Queue<CloseJob>(CLOSE_QUEUE, { connection });
  const child = spawn(process.execPath, [CLOSER], {
    env: {
      PATH: process.env["PATH"],
      ...azure.settings,
      REDIS_PORT: String(redis.port),
      AT_ONCE: String(atOnce),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const endWithUs = (): void => {
    child.kill("SIGKILL");
  };
  process.once("exit", endWithUs);
  await once(child.stdout, "data", { signal: AbortSignal.timeout(20_000) });
  const oursOn = new Map(seeds.map(({ id, rules = [] }) => [id, rules.slice(1)]));
  await inParallel(ADDS_AT_ONCE, leases, async ({ registry }) => {
    const data = { registry, ours: oursOn.get(registry) ?? [] };
    const delay = endsAt.getTime() - Date.now();
    await queue.add("close", data, { delay, deduplication: { id: registry } });
  });
  return {
    async done(withinMs) {
      const giveUpAt = performance.now() + withinMs;
      for (;;) {
        const { failed = 0, ...open } = await queue.getJobCounts();
        const left = Object.values(open).reduce((sum, count) => sum + count, 0);
        if (left + failed === 0) return;
        if (failed > 0 || performance.now() > giveUpAt) {
          throw new Error(`BullMQ: ${left} jobs are left, ${failed} failed.`);
        }
        await sleep(LOOK_EVERY_MS);
      }
    },
    async stop() {
      process.off("exit", endWithUs);
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
      await queue.close();
      await redis.stop();
    },
  };
}
