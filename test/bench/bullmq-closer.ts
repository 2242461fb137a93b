// The worker that one would write with BullMQ, as a process of its own: one job for each registry, which makes the
// calls that ours makes and keeps no record of them. Says "ready" on stdout, and ends with SIGTERM.
import { once } from "node:events";
import { Worker } from "bullmq";
import { parseRegistryId } from "../../src/domain/ids.ts";
import { closeRegistry, createArmClient } from "./arm-client.ts";
import { CLOSE_QUEUE, type CloseJob } from "./bullmq-removals.ts";

const { REDIS_PORT, AT_ONCE } = process.env;
const arm = createArmClient(process.env);
const worker = new Worker<CloseJob>(
  CLOSE_QUEUE,
  async ({ data }) => {
    const registry = parseRegistryId(data.registry);
    if (registry === undefined) throw new Error("The job names no registry.");
    await closeRegistry(arm, registry, new Set(data.ours));
  },
  {
    connection: { host: "127.0.0.1", port: Number(REDIS_PORT), maxRetriesPerRequest: null },
    concurrency: Number(AT_ONCE),
    removeOnComplete: { count: 0 },
  },
);
worker.on("failed", (_job, error) => {
  process.stderr.write(`${String(error)}\n`);
});
await worker.waitUntilReady();
process.stdout.write("ready\n");
await once(process, "SIGTERM");
await worker.close();
