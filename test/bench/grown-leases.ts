import { stat } from "node:fs/promises";
import { Redis } from "ioredis";
import { LEASES_FOR, leasesOf } from "../../src/adapters/store/index-entries.ts";
import { keysUnder } from "../../src/adapters/store/redis/keys.ts";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/application/store.ts";
import type { Open } from "../../src/domain/lease.ts";
import type { RedisServer } from "../redis-server.ts";
import { AT_ONCE, type Grown } from "./grown.ts";
import { inParallel } from "./in-parallel.ts";
import { commitNow, openLease } from "./leases.ts";
import { registryNumber } from "./numbered-ids.ts";

const PREFIX = "drawbridge";
const AUDIT_KEPT_MS = 24 * 3_600_000;
const LEASES_PER_REGISTRY = 10;
const SUBSCRIPTIONS = 50;
const HOLD_MS = 60_000;
const PUTS_PER_COMMIT = 500;
const SAMPLES = 500;

/** The product's store on Redis. */
export async function leasesInRedis(server: RedisServer): Promise<Grown> {
  const store = await openRedisStore(
    { url: server.url, prefix: PREFIX, auditKeptMs: AUDIT_KEPT_MS, onError: () => undefined },
    AbortSignal.timeout(10_000),
  );
  const redis = new Redis(server.url);
  const grown = leasesIn("Redis", store);
  const empty = await usedMemory(redis);
  return {
    ...grown,
    async bytesEach() {
      const each = Math.max(1, Math.floor(grown.leases() / SAMPLES));
      const sampled = Array.from({ length: Math.floor(grown.leases() / each) }, (_, i) => i * each);
      const sizes = await Promise.all(sampled.map((n) => bytesOf(redis, leaseNumber(n))));
      const mean = (part: "record" | "indexes"): number =>
        sizes.reduce((sum, size) => sum + size[part], 0) / sizes.length;
      const overall = ((await usedMemory(redis)) - empty) / grown.leases();
      return { overall, record: mean("record"), indexes: mean("indexes") };
    },
    async close() {
      redis.disconnect();
      await store.close();
    },
  };
}

/** The product's store in an SQLite file. */
export function leasesInSqlite(file: string): Grown {
  const store = openSqliteStore({ file, now: () => new Date(), auditKeptMs: AUDIT_KEPT_MS });
  const grown = leasesIn("SQLite", store);
  return {
    ...grown,
    async bytesEach() {
      // What was written last is in the log yet.
      const sizes = await Promise.all(
        [file, `${file}-wal`].map(async (one) => (await stat(one)).size),
      );
      return { overall: sizes.reduce((sum, size) => sum + size, 0) / grown.leases() };
    },
    close: () => store.close(),
  };
}

function leasesIn(
  name: string,
  store: Store,
): Omit<Grown, "bytesEach" | "close"> & { leases(): number } {
  let leases = 0;
  const next = (): Open => {
    const lease = leaseNumber(leases);
    leases += 1;
    return lease;
  };
  const signal = new AbortController().signal;
  return {
    name,
    leases: () => leases,
    async grow(to) {
      const wanted = function* (): Generator<readonly Open[]> {
        while (leases < to) {
          yield Array.from({ length: Math.min(PUTS_PER_COMMIT, to - leases) }, next);
        }
      };
      await inParallel(2, wanted(), async (batch) => {
        const registries = new Set(batch.map(({ registry }) => registry));
        await commitNow(store, {
          put: batch.map((value) => ({ kind: "lease", value })),
          wake: [...registries].map((key) => ({ list: "registry", key, at: new Date(0) })),
        });
      });
    },
    async create(count) {
      const wanted = Array.from({ length: count }, next);
      await inParallel(AT_ONCE, wanted, async (lease) => {
        const { id, registry, address, endsBy } = lease;
        await commitNow(store, {
          put: [{ kind: "lease", value: lease }],
          audit: [{ kind: "lease.approved", lease: id, registry, address, endsBy }],
          wake: [{ list: "registry", key: registry, at: lease.endsAt }],
        });
      });
    },
    // Every registry is due from the start, and again when it was handed back.
    makeDue: () => Promise.resolve(),
    async claim(count) {
      const turns = Array.from({ length: count }, (_, turn) => turn);
      await inParallel(AT_ONCE, turns, async () => {
        const claim = await store.claimRegistry(HOLD_MS, signal);
        if (claim.kind === "idle") throw new Error("Every registry should be due.");
        await commitNow(store, { release: { hold: claim.hold, nextLookAt: claim.now } });
      });
    },
  };
}

function leaseNumber(n: number): Open {
  const number = Math.floor(n / LEASES_PER_REGISTRY);
  const registry = registryNumber(number, number % SUBSCRIPTIONS);
  return openLease(n, registry, n % LEASES_PER_REGISTRY, new Date(1_800_000_000_000));
}

/** What `MEMORY USAGE` says of the record, and of each index divided by its members. */
async function bytesOf(
  redis: Redis,
  { id, registry, requester }: Open,
): Promise<{ readonly record: number; readonly indexes: number }> {
  const keys = keysUnder(PREFIX);
  const usage = async (key: string): Promise<number> =>
    (await redis.memory("USAGE", key, "SAMPLES", 0)) ?? 0;
  const share = async (index: string): Promise<number> => {
    const key = keys.index(index);
    return (await usage(key)) / Math.max(1, await redis.zcard(key));
  };
  const indexes = [`${LEASES_FOR}${registry}`, leasesOf(requester.id)];
  const shares = await Promise.all(indexes.map(share));
  return {
    record: await usage(keys.record("lease", id)),
    indexes: shares.reduce((sum, one) => sum + one, 0),
  };
}

/** `used_memory` of INFO. */
export async function usedMemory(redis: Redis): Promise<number> {
  const found = /^used_memory:(\d+)/m.exec(await redis.info("memory"));
  return Number(found?.[1]);
}
