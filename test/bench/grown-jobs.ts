import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { RedisServer } from "../redis-server.ts";
import { AT_ONCE, type Grown } from "./grown.ts";
import { usedMemory } from "./grown-leases.ts";
import { inParallel } from "./in-parallel.ts";
import { openLease } from "./leases.ts";
import { registryNumber } from "./numbered-ids.ts";

const QUEUE = "leases";
const DELAY_MS = 24 * 3_600_000;
const JOBS_PER_CALL = 500;

/** What one would keep leases as with BullMQ: a delayed job each, that carries the same fields. */
export async function jobsInBullmq(server: RedisServer): Promise<Grown> {
  const connection = { host: "127.0.0.1", port: server.port, maxRetriesPerRequest: null };
  const redis = new Redis(server.url);
  const empty = await usedMemory(redis);
  const queue = new Queue(QUEUE, { connection });
  await queue.waitUntilReady();
  let jobs = 0;
  const next = () => {
    const n = jobs;
    jobs += 1;
    const lease = openLease(
      n,
      registryNumber(Math.floor(n / 10), n % 50),
      n % 10,
      new Date(1_800_000_000_000),
    );
    return {
      name: "close",
      data: lease,
      opts: { delay: DELAY_MS + n, jobId: `lease-${lease.id}` },
    };
  };
  return {
    name: "BullMQ",
    async grow(to) {
      const wanted = function* () {
        while (jobs < to) yield Array.from({ length: Math.min(JOBS_PER_CALL, to - jobs) }, next);
      };
      await inParallel(2, wanted(), (batch) => queue.addBulk(batch));
    },
    async create(count) {
      const wanted = Array.from({ length: count }, next);
      await inParallel(AT_ONCE, wanted, ({ name, data, opts }) => queue.add(name, data, opts));
    },
    async makeDue(count) {
      const due = Array.from({ length: count }, () => ({ name: "close", data: next().data }));
      await queue.addBulk(due);
    },
    async claim(count) {
      const worker = new Worker(QUEUE, undefined, { connection, autorun: false });
      await worker.waitUntilReady();
      const turns = Array.from({ length: count }, (_, turn) => turn);
      await inParallel(AT_ONCE, turns, async (turn) => {
        const token = String(turn);
        const job = await worker.getNextJob(token, { block: false });
        await job.moveToCompleted(undefined, token, false);
      });
      await worker.close();
    },
    bytesEach: async () => ({ overall: ((await usedMemory(redis)) - empty) / jobs }),
    async close() {
      await queue.close();
      redis.disconnect();
    },
  };
}
