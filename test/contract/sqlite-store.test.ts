import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import { StoreUnavailable, type Store } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import { storeContract } from "./store-contract.ts";
import { textsInSqlite } from "./stored-texts.ts";
import { change, pending, registryId, requestId, untilDone } from "./samples.ts";

const DAY_MS = 86_400_000;

storeContract("SQLite", async ({ auditKeptMs } = { auditKeptMs: DAY_MS }) => {
  const dir = await newFolder();
  const file = join(dir, "store.db");
  let store = opened(file, auditKeptMs);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = opened(file, auditKeptMs);
      return store;
    },
    texts: textsInSqlite(file),
    close: async () => {
      await store.close();
      await rm(dir, { recursive: true });
    },
  };
});

describe("store on SQLite only", () => {
  it("shares its file with other stores, which hear of its wakes", () =>
    inFolder(async (file) => {
      const [one, other] = [opened(file), opened(file)];
      let heard = 0;
      other.onWake("registry", () => heard++);
      const key = registryId("warehouse");
      const put = [{ kind: "request", value: pending(1) }] as const;
      const wake = [{ list: "registry", key, at: new Date(0) }] as const;
      await one.commit(change({ put, wake }), untilDone);
      assert.deepEqual((await other.request(requestId(1), untilDone)).value, pending(1));
      await eventually("the wake was heard", () => heard || undefined);
      assert.equal((await other.claimRegistry(1000, untilDone)).kind, "claimed");
      assert.equal((await one.claimRegistry(1000, untilDone)).kind, "idle");
      await Promise.all([one.close(), other.close()]);
    }));

  it("is unavailable while another process does not let go of the file", () =>
    inFolder(async (file) => {
      const store = opened(file);
      const other = new DatabaseSync(file);
      other.exec("BEGIN IMMEDIATE");
      await assert.rejects(store.commit(change({}), untilDone), StoreUnavailable);
      other.exec("ROLLBACK");
      other.close();
      assert.equal((await store.commit(change({}), untilDone)).kind, "committed");
      await store.close();
    }));

  it("is unavailable when its folder is not there", () => {
    assert.throws(() => opened("/nowhere/at/all/store.db"), StoreUnavailable);
  });

  it("lets nobody else on the host read the file", () =>
    inFolder(async (file) => {
      const store = opened(file);
      await store.commit(change({}), untilDone);
      for (const each of [file, `${file}-wal`, `${file}-shm`]) {
        assert.equal(statSync(each).mode & 0o077, 0, each);
      }
      await store.close();
    }));

  it("does not touch a file of another version", () =>
    inFolder((file) => {
      const newer = new DatabaseSync(file);
      newer.exec("PRAGMA user_version = 3");
      newer.close();
      assert.throws(() => opened(file), /schema version 3/);
      return Promise.resolve();
    }));

  it("adds to an older file what that lacks, and keeps what it has", () =>
    inFolder(async (file) => {
      const before = opened(file);
      await before.commit(change({ put: [{ kind: "request", value: pending(1) }] }), untilDone);
      await before.close();
      const older = new DatabaseSync(file);
      older.exec("DROP TABLE audit_seal; PRAGMA user_version = 1");
      older.close();
      const store = opened(file);
      assert.equal(await store.trail.newestSeal(untilDone), undefined);
      assert.deepEqual((await store.request(requestId(1), untilDone)).value, pending(1));
      await store.close();
      await opened(file).close();
    }));

  it("takes back what it wrote when a later part of the change cannot be written", () =>
    inFolder(async (file) => {
      const store = opened(file);
      const unwritable = { ...pending(2), durationMs: 0.5 };
      const put = [pending(1), unwritable].map((value) => ({ kind: "request", value }) as const);
      const broken = change({ put });
      await assert.rejects(store.commit(broken, untilDone));
      assert.equal((await store.request(requestId(1), untilDone)).value, undefined);
      const mended = { ...broken, put: put.slice(0, 1) };
      assert.equal((await store.commit(mended, untilDone)).kind, "committed");
      await store.close();
    }));

  it("keeps no row of a record that has expired once something else is written", () =>
    inFolder(async (file) => {
      let now = new Date(5000);
      const store = openSqliteStore({ file, now: () => now, auditKeptMs: DAY_MS });
      const put = [{ kind: "request", value: pending(1) }] as const;
      const expire = [{ kind: "request", id: requestId(1), afterMs: 1000 }] as const;
      await store.commit(change({ put, expire }), untilDone);
      now = new Date(6001);
      await store.commit(change({}), untilDone);
      const behind = new DatabaseSync(file);
      for (const table of ["record", "index_entry"]) {
        assert.deepEqual(behind.prepare(`SELECT * FROM ${table}`).all(), [], table);
      }
      behind.close();
      await store.close();
    }));

  it("goes by the clock that it was given", async () => {
    let now = new Date(5000);
    const store = openSqliteStore({ file: ":memory:", now: () => now, auditKeptMs: DAY_MS });
    const notAfter = new Date(6000);
    const first = await store.commit(change({ notAfter }), untilDone);
    assert.deepEqual(first, { kind: "committed", now });
    now = new Date(6001);
    assert.equal((await store.commit(change({ notAfter }), untilDone)).kind, "late");
    await store.close();
  });

  it("raises the fence also when the clock stands still or goes back", async () => {
    let now = new Date(5000);
    const store = openSqliteStore({ file: ":memory:", now: () => now, auditKeptMs: DAY_MS });
    const key = { list: "registry", key: registryId("warehouse"), at: now } as const;
    await store.commit(change({ wake: [key] }), untilDone);
    const fences: number[] = [];
    for (const ms of [5000, 5000, 7000, 6000]) {
      now = new Date(ms);
      const claim = await store.claimRegistry(1000, untilDone);
      assert.ok(claim.kind === "claimed");
      fences.push(claim.hold.fence);
      const release = { hold: claim.hold, nextLookAt: key.at };
      assert.equal((await store.commit(change({ release }), untilDone)).kind, "committed");
    }
    assert.deepEqual(fences, [5000, 5001, 7000, 7001]);
    await store.close();
  });
});

function opened(file: string, auditKeptMs = DAY_MS): Store {
  return openSqliteStore({ file, now: () => new Date(), auditKeptMs });
}

async function inFolder(test: (file: string) => Promise<void>): Promise<void> {
  const dir = await newFolder();
  try {
    await test(join(dir, "store.db"));
  } finally {
    await rm(dir, { recursive: true });
  }
}

function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "drawbridge-sqlite-"));
}
