import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import { pack } from "../../src/adapters/store/redis/packed-text.ts";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { sealText } from "../../src/adapters/store/stored-seal.ts";
import type { Store } from "../../src/application/store.ts";
import type { AuditSeal } from "../../src/domain/audit-seal.ts";
import type { AuditText } from "../../src/domain/personal-values.ts";
import { redisMissing } from "../needs-redis.ts";
import { startRedisServer } from "../redis-server.ts";

/** A store whose audit trail somebody else can write to. */
export type TrailStore = {
  readonly store: Store;
  /** What a process that opens it is told. */
  readonly settings: Readonly<Record<string, string>>;
  /** Behind the store's back: these are all entries and all seals from now on. */
  replace(entries: readonly AuditText[], seals: readonly (AuditSeal | string)[]): Promise<void>;
  /** Everything that the store's files or memory have of the trail, as bytes. */
  bytes(): Promise<Buffer>;
  remove(): Promise<void>;
};

const DAY_MS = 86_400_000;

/** The stores that an audit trail is kept in; `missing` says why one can't be tried here. */
export const TRAIL_STORES: readonly {
  readonly name: string;
  readonly missing: string | false;
  readonly open: () => Promise<TrailStore>;
}[] = [
  { name: "SQLite", missing: false, open: onSqlite },
  { name: "Redis", missing: redisMissing, open: onRedis },
];

async function onSqlite(): Promise<TrailStore> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-trail-"));
  const file = join(folder, "store.sqlite");
  const store = openSqliteStore({ file, now: () => new Date(), auditKeptMs: 400 * DAY_MS });
  return {
    store,
    settings: { SQLITE_FILE: file },
    replace: (entries, seals) => {
      const database = new DatabaseSync(file, { timeout: 1000 });
      database.exec("BEGIN; DELETE FROM audit; DELETE FROM audit_seal;");
      for (const { number, at, text } of entries) {
        database
          .prepare("INSERT INTO audit (number, at, event) VALUES (?, ?, ?)")
          .run(number, at.getTime(), text);
      }
      for (const [n, seal] of seals.entries()) {
        const [from, to] = typeof seal === "string" ? [n, 9_999] : [seal.from, seal.to];
        database
          .prepare("INSERT INTO audit_seal (from_number, to_number, text) VALUES (?, ?, ?)")
          .run(from, to, typeof seal === "string" ? seal : sealText(seal));
      }
      database.exec("COMMIT");
      database.close();
      return Promise.resolve();
    },
    bytes: async () => {
      const files = await Promise.all([file, `${file}-wal`].map((each) => readFile(each)));
      return Buffer.concat(files);
    },
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onRedis(): Promise<TrailStore> {
  const server = await startRedisServer();
  const { url } = server;
  const options = { url, prefix: "drawbridge", auditKeptMs: 400 * DAY_MS };
  const store = await openRedisStore(
    { ...options, onError: () => undefined },
    AbortSignal.timeout(5_000),
  );
  const behind = new Redis(url);
  // So that what is dumped can be searched.
  await behind.config("SET", "rdbcompression", "no");
  return {
    store,
    settings: { REDIS_URL: url },
    replace: async (entries, seals) => {
      const all = behind.multi().del("{drawbridge}:audit", "{drawbridge}:audit-seals");
      for (const { number, at, text } of entries) {
        const id = `${String(number)}-${String(at.getTime())}`;
        all.xadd("{drawbridge}:audit", id, "event", text);
      }
      for (const [n, seal] of seals.entries()) {
        const [from, to] = typeof seal === "string" ? [n, 9_999] : [seal.from, seal.to];
        const packed = typeof seal === "string" ? Buffer.from(seal) : pack(sealText(seal));
        const member = Buffer.concat([Buffer.from(`${String(from)}-${String(to)}|`), packed]);
        all.zadd("{drawbridge}:audit-seals", to, member);
      }
      await all.exec();
    },
    bytes: async () => {
      const keys = await behind.keys("*");
      const dumps = await Promise.all(keys.map((key) => behind.dumpBuffer(key)));
      return Buffer.concat(dumps);
    },
    remove: async () => {
      behind.disconnect();
      await store.close();
      await server.stop();
    },
  };
}
