import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { startRedisServer, type RedisServer } from "../redis-server.ts";
import { quantile, scaled, type Benchmark, type Figure, type RunOptions } from "./benchmark.ts";
import { jobsInBullmq } from "./grown-jobs.ts";
import { leasesInRedis, leasesInSqlite } from "./grown-leases.ts";
import { AT_ONCE, type Bytes, type Grown } from "./grown.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const ROUNDS = 5;
const IN_A_ROUND = 1_000;

/** How fast and how large the store is as leases become more. */
export const storeGrowth: Benchmark = {
  name: "store",
  title: "The store, from a thousand to a million leases",
  run,
};

/** One store of one size, and what was measured of it in each round. */
type Measured = {
  readonly grown: Grown;
  readonly size: number;
  readonly createsPerSecond: number[];
  readonly claimsPerSecond: number[];
};

async function run(options: RunOptions) {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-bench-store-"));
  const servers: RedisServer[] = [];
  const ownServer = async (): Promise<RedisServer> => {
    const server = await startRedisServer();
    servers.push(server);
    await withoutRewrites(server);
    return server;
  };
  const measured: Measured[] = [];
  try {
    for (const [n, full] of SIZES.entries()) {
      const size = scaled(full, options, 200 * (n + 1));
      const file = join(folder, `${size}.sqlite`);
      const redis = await leasesInRedis(await ownServer());
      const sqlite = leasesInSqlite(file);
      const bullmq = await jobsInBullmq(await ownServer());
      for (const grown of [redis, sqlite, bullmq]) {
        measured.push({ grown, size, createsPerSecond: [], claimsPerSecond: [] });
      }
      const tookMs = await timed(async () => {
        await sqlite.grow(size);
        // At the same time, since they wait for their servers; SQLite would block them.
        await Promise.all([redis.grow(size), bullmq.grow(size)]);
      });
      options.say(`the stores of ${size} leases took ${(tookMs / 1_000).toFixed(1)} s to fill`);
    }
    const bytes = new Map<Grown, Bytes>();
    for (const { grown } of measured) bytes.set(grown, await grown.bytesEach());
    // Turn by turn, so that a slow minute of the machine is one of every size. The first round warms up.
    const [count, rounds] = [scaled(IN_A_ROUND, options, 20), scaled(ROUNDS, options, 1)];
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of measured) await measureOnce(one, count, round > 0);
      options.say(`round ${round} of ${rounds}`);
    }
    return report(measured, bytes);
  } finally {
    for (const { grown } of measured) await grown.close();
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureOnce(one: Measured, count: number, counts: boolean): Promise<void> {
  const createsMs = await timed(() => one.grown.create(count));
  await one.grown.makeDue(count);
  const claimsMs = await timed(() => one.grown.claim(count));
  if (!counts) return;
  one.createsPerSecond.push((count / createsMs) * 1_000);
  one.claimsPerSecond.push((count / claimsMs) * 1_000);
}

function report(measured: readonly Measured[], bytes: ReadonlyMap<Grown, Bytes>) {
  const names = [...new Set(measured.map(({ grown }) => grown.name))];
  const figures = names.flatMap((name) => {
    const ofName = measured.filter(({ grown }) => grown.name === name);
    const [smallest, largest] = [ofName[0], ofName.at(-1)];
    if (smallest === undefined || largest === undefined) return [];
    // BullMQ is here to be compared with; nothing is asked of it.
    const asked = name === "BullMQ" ? {} : { target: { bound: "at least", value: 0.7 } as const };
    const ratio = (what: "createsPerSecond" | "claimsPerSecond"): number =>
      quantile(
        largest[what].map((speed, round) => speed / (smallest[what][round] ?? NaN)),
        0.5,
      );
    const speeds: Figure[] = [
      {
        what: `${name}: creates at ${largest.size} ÷ at ${smallest.size}`,
        value: ratio("createsPerSecond"),
        unit: "",
        ...asked,
      },
      {
        what: `${name}: claims at ${largest.size} ÷ at ${smallest.size}`,
        value: ratio("claimsPerSecond"),
        unit: "",
        ...asked,
      },
    ];
    const { record, indexes } = bytes.get(largest.grown) ?? {};
    if (record === undefined || indexes === undefined) return speeds;
    const live = {
      what: `${name}: a live lease, record and index entries`,
      value: record + indexes,
      unit: "bytes",
    } as const;
    return [...speeds, { ...live, target: { bound: "at most", value: 500 } as const }];
  });
  const rows = measured.map(({ grown, size, createsPerSecond, claimsPerSecond }) => {
    const { overall = 0, record, indexes } = bytes.get(grown) ?? {};
    const speeds = [createsPerSecond, claimsPerSecond].map((one) => quantile(one, 0.5).toFixed(0));
    const parts = record === undefined ? "" : `${record.toFixed(0)} + ${(indexes ?? 0).toFixed(0)}`;
    return [grown.name, String(size), ...speeds, overall.toFixed(0), parts];
  });
  return {
    setting: [
      `Each size is a store of its own, and all are measured in turn, ${String(ROUNDS)} rounds of ${String(IN_A_ROUND)} after one to warm up; the middle one counts, and the ratios are of the same round.`,
      `Create: one commit with a lease, its index entries, an audit entry and a wake; BullMQ: one delayed job with the same fields. Claim: take a registry with its ten leases and hand it back; BullMQ: take a due job and complete it. ${String(AT_ONCE)} at once. Redis writes every commit to the disk (appendfsync always), SQLite too (synchronous FULL).`,
      "A lease as people make them: two names, a reason of 23 letters; ten on a registry, two of a person. Bytes by MEMORY USAGE; an index is divided by its members. Overall: used memory, or the size of the file, divided by the leases.",
    ],
    figures,
    tables: [
      {
        title: "By size",
        head: ["store", "leases", "creates/s", "claims/s", "bytes overall", "record + indexes"],
        rows,
      },
    ],
  };
}

/** The server would copy its whole log in the background now and then, in the middle of some round. */
async function withoutRewrites({ url }: RedisServer): Promise<void> {
  const redis = new Redis(url);
  await redis.config("SET", "auto-aof-rewrite-percentage", "0");
  redis.disconnect();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
