import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/application/store.ts";
import { startRedisOnSetClock } from "../redis-on-set-clock.ts";
import { setClockMissing } from "../stores-on-set-clock.ts";
import { startOtherProcess } from "./other-process.ts";
import type { Bench } from "./play-history.ts";
import { untilDone } from "./samples.ts";
import { StoreModel, type Answering } from "./store-model.ts";

/** A kind of store that histories can be played on. */
export type BenchMaker = {
  /** A new and empty store, beside a new model. */
  bench(seen: Map<string, number>): Promise<Bench & { readonly close: () => Promise<void> }>;
  stop(): Promise<void>;
};

type Opened = Answering & Pick<Store, "close">;

const STARTS_AT = new Date("2026-11-23T14:00:00Z");
const AUDIT_KEPT_MS = 60_000;

/** The stores that the model is held against; `missing` says why one can't be tried here. */
export const KINDS: readonly {
  readonly name: string;
  readonly missing: string | false;
  readonly start: () => Promise<BenchMaker>;
}[] = [
  { name: "SQLite", missing: false, start: onSqlite },
  {
    name: "Redis",
    missing: setClockMissing,
    start: onRedis,
  },
];

async function onSqlite(): Promise<BenchMaker> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-sqlite-"));
  let nowMs = STARTS_AT.getTime();
  const other = startOtherProcess(() => nowMs);
  let files = 0;
  return {
    async bench(seen) {
      const model = new StoreModel(STARTS_AT, AUDIT_KEPT_MS);
      const file = join(folder, `${String((files += 1))}.sqlite`);
      const where = { file, auditKeptMs: AUDIT_KEPT_MS };
      const here = () => Promise.resolve(openSqliteStore({ ...where, now: () => new Date(nowMs) }));
      const setClock = (): void => {
        nowMs = model.now;
      };
      setClock();
      return { model, seen, setClock, ...(await handles(here, () => other.open(where))) };
    },
    async stop() {
      await other.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onRedis(): Promise<BenchMaker> {
  const server = await startRedisOnSetClock(STARTS_AT);
  const other = startOtherProcess(() => 0);
  let stores = 0;
  return {
    async bench(seen) {
      const model = new StoreModel(STARTS_AT, AUDIT_KEPT_MS);
      const prefix = `history-${String((stores += 1))}`;
      const where = { url: server.url, prefix, auditKeptMs: AUDIT_KEPT_MS };
      const here = (): Promise<Store> =>
        openRedisStore({ ...where, onError: () => undefined }, untilDone);
      const setClock = (): void => {
        server.setClock(new Date(model.now));
      };
      setClock();
      return { model, seen, setClock, ...(await handles(here, () => other.open(where))) };
    },
    async stop() {
      await other.stop();
      await server.stop();
    },
  };
}

/** Two in this process, and one in another. */
async function handles(here: () => Promise<Opened>, elsewhere: () => Promise<Opened>) {
  const open = [here, here, elsewhere];
  const opened = await Promise.all(open.map((one) => one()));
  const handle = (by: number): Opened => {
    const one = opened[by];
    if (one === undefined) throw new Error(`There is no handle ${String(by)}.`);
    return one;
  };
  return {
    handle,
    async reopen(by: number) {
      await handle(by).close();
      const again = await open[by]?.();
      if (again !== undefined) opened[by] = again;
    },
    async close() {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
