import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { Redis } from "ioredis";
import { z } from "zod";
import { unpack } from "../../src/adapters/store/redis/packed-text.ts";
import type { Put } from "../../src/application/store.ts";

/** The JSON of records, behind the store's back: what a program of another version would leave there. */
export type StoredTexts = {
  read(kind: Put["kind"], id: string): Promise<string>;
  /** In place of the one that is there; under the version that the record has, unless told otherwise. */
  write(kind: Put["kind"], id: string, json: string, version?: number): Promise<void>;
};

const row = z.object({ version: z.int(), text: z.string() });

/** Of the store in this file. */
export function textsInSqlite(file: string): StoredTexts {
  const open = <T>(work: (database: DatabaseSync) => T): Promise<T> => {
    const database = new DatabaseSync(file, { timeout: 1000 });
    try {
      return Promise.resolve(work(database));
    } finally {
      database.close();
    }
  };
  return {
    read: (kind, id) =>
      open((database) => {
        const select = "SELECT version, text FROM record WHERE kind = ? AND id = ?";
        return row.parse(database.prepare(select).get(kind, id)).text;
      }),
    write: (kind, id, json, version) =>
      open((database) => {
        const update = `UPDATE record SET text = ?, version = coalesce(?, version)
                        WHERE kind = ? AND id = ?`;
        const { changes } = database.prepare(update).run(json, version ?? null, kind, id);
        assert.equal(Number(changes), 1);
      }),
  };
}

/** Of the store with this prefix, on the one of these servers that has its keys. */
export function textsInRedis(servers: readonly Redis[], prefix: string): StoredTexts {
  const key = (kind: Put["kind"], id: string): string => `{${prefix}}:${kind}:${id}`;
  const parts = async (kind: Put["kind"], id: string): Promise<readonly [string, string]> => {
    // The others say that they have not.
    const stored = await Promise.any(servers.map((server) => server.getBuffer(key(kind, id))));
    assert.ok(stored !== null, `no ${kind} record ${id}`);
    const bar = stored.indexOf("|");
    return [stored.toString("utf8", 0, bar), unpack(stored.subarray(bar + 1))];
  };
  return {
    read: async (kind, id) => (await parts(kind, id))[1],
    write: async (kind, id, json, version) => {
      const [present] = await parts(kind, id);
      const text = `${String(version ?? present)}|${json}`;
      await Promise.any(servers.map((server) => server.set(key(kind, id), text, "XX")));
    },
  };
}
