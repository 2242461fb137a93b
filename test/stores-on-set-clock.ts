import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { openRedisStore } from "../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import type { Store } from "../src/application/store.ts";
import { textsInRedis, textsInSqlite, type StoredTexts } from "./contract/stored-texts.ts";
import { reasonToSkip } from "./debian-programs.ts";
import { redisMissing } from "./needs-redis.ts";
import { FAKETIME, startRedisOnSetClock } from "./redis-on-set-clock.ts";

/** A store whose clock stands still until it is set, and what is in it, behind its back. */
export type StoreOnSetClock = {
  readonly store: Store;
  readonly texts: StoredTexts;
  setClock(time: Date): void;
};

/** Opens a new and empty one; `remove` closes it. */
export type StoreOpener = () => Promise<StoreOnSetClock & { readonly remove: () => Promise<void> }>;

const AUDIT_KEPT_MS = 3_600_000;

/** Why no Redis can be run here whose clock is set; `false` when one can. */
export const setClockMissing: string | false =
  redisMissing === false ? reasonToSkip(FAKETIME) : redisMissing;

/** The stores that a promise must hold on while time passes; `missing` says why one can't be tried here. */
export const STORES_ON_SET_CLOCK: readonly {
  readonly name: string;
  readonly missing: string | false;
  readonly open: StoreOpener;
}[] = [
  { name: "SQLite", missing: false, open: onSqlite },
  { name: "Redis", missing: setClockMissing, open: onRedis },
];

async function onSqlite(): ReturnType<StoreOpener> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-sqlite-"));
  const file = join(folder, "store.sqlite");
  let now = new Date(0);
  const store = openSqliteStore({ file, now: () => now, auditKeptMs: AUDIT_KEPT_MS });
  return {
    store,
    texts: textsInSqlite(file),
    setClock: (time) => {
      now = time;
    },
    remove: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onRedis(): ReturnType<StoreOpener> {
  const server = await startRedisOnSetClock(new Date(0));
  const { url } = server;
  const options = { url, prefix: "drawbridge", auditKeptMs: AUDIT_KEPT_MS };
  const store = await openRedisStore(
    { ...options, onError: () => undefined },
    AbortSignal.timeout(5_000),
  );
  const behind = new Redis(url);
  return {
    store,
    texts: textsInRedis([behind], options.prefix),
    setClock: (time) => {
      server.setClock(time);
    },
    remove: async () => {
      behind.disconnect();
      await store.close();
      await server.stop();
    },
  };
}
