import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import type { Expiry, Put } from "../../../application/store.ts";
import { indexEntries } from "../index-entries.ts";
import { textOf } from "../record-codec.ts";

const versionRow = z.object({ version: z.int() });
const textRow = z.object({ text: z.string() });
const sizeRow = z.object({ members: z.int(), first: z.int().nullable() });
const memberRow = z.object({ id: z.string(), text: z.string() });

/** As SQLite's LIMIT understands it. */
const NO_LIMIT = -1;

/** The records and their indexes. All times are milliseconds since 1970; a record is gone after its expiry, as in Redis. */
export class Records {
  readonly #version: StatementSync;
  readonly #text: StatementSync;
  readonly #members: StatementSync;
  readonly #size: StatementSync;
  readonly #late: StatementSync;
  readonly #put: StatementSync;
  readonly #name: StatementSync;
  readonly #enter: StatementSync;
  readonly #leave: StatementSync;
  readonly #unname: StatementSync;
  readonly #expire: StatementSync;
  readonly #purgeEntries: StatementSync;
  readonly #purge: StatementSync;

  constructor(database: DatabaseSync) {
    const live = "(expires_at IS NULL OR expires_at >= ?)";
    this.#version = database.prepare(
      `SELECT version FROM record WHERE kind = ? AND id = ? AND ${live}`,
    );
    this.#text = database.prepare(`SELECT text FROM record WHERE kind = ? AND id = ? AND ${live}`);
    this.#members = database.prepare(
      `SELECT id, text FROM index_name JOIN index_entry e USING (number)
       JOIN record r ON r.kind = e.kind AND r.id = e.member
       WHERE name = ? AND ${live} ORDER BY score, member LIMIT ?`,
    );
    this.#size = database.prepare(
      `SELECT count(*) AS members, min(score) AS first FROM index_entry
       WHERE number = (SELECT number FROM index_name WHERE name = ?)`,
    );
    this.#late = database.prepare(
      `SELECT id, text FROM index_name JOIN index_entry e USING (number)
       JOIN record r ON r.kind = e.kind AND r.id = e.member
       WHERE name >= ? AND name < ? AND ${live} AND score <= ? ORDER BY score, member LIMIT ?`,
    );
    this.#put = database.prepare(
      `INSERT INTO record (kind, id, version, text) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, id) DO UPDATE
       SET version = excluded.version, text = excluded.text, expires_at = NULL`,
    );
    const number = "(SELECT number FROM index_name WHERE name = ?)";
    this.#name = database.prepare(
      "INSERT INTO index_name (name) VALUES (?) ON CONFLICT DO NOTHING",
    );
    this.#enter = database.prepare(
      `INSERT INTO index_entry (number, kind, member, score) VALUES (${number}, ?, ?, ?)
       ON CONFLICT (number, member) DO UPDATE SET score = excluded.score`,
    );
    this.#leave = database.prepare(
      `DELETE FROM index_entry WHERE number = ${number} AND member = ?`,
    );
    this.#unname = database.prepare(
      `DELETE FROM index_name WHERE name = ?
       AND NOT EXISTS (SELECT 1 FROM index_entry e WHERE e.number = index_name.number)`,
    );
    this.#expire = database.prepare("UPDATE record SET expires_at = ? WHERE kind = ? AND id = ?");
    this.#purgeEntries = database.prepare(
      `DELETE FROM index_entry WHERE (member, kind) IN
       (SELECT id, kind FROM record WHERE expires_at < ?)`,
    );
    this.#purge = database.prepare("DELETE FROM record WHERE expires_at < ?");
  }

  /** The record's text; `undefined` when there is none. */
  text(kind: Put["kind"], id: string, now: number): string | undefined {
    const row = this.#text.get(kind, id, now);
    return row === undefined ? undefined : textRow.parse(row).text;
  }

  /** Id and text of the members of an index, in its order; all of them, unless there is a limit. */
  members(
    index: string,
    now: number,
    limit = NO_LIMIT,
  ): readonly (readonly [id: string, text: string])[] {
    return this.#members.all(index, now, limit).map(memberOf);
  }

  /** How many members an index has, and the score of the first. */
  size(index: string): { readonly members: number; readonly first: number | undefined } {
    const { members, first } = sizeRow.parse(this.#size.get(index));
    return { members, first: first ?? undefined };
  }

  /** Id and text of the members, up to a time, of all indexes whose names begin like this; the earliest first. */
  late(
    prefix: string,
    now: number,
    latest: number,
    limit: number,
  ): readonly (readonly [id: string, text: string])[] {
    // Registries' ids are ASCII, so whatever begins like this comes before this.
    return this.#late.all(prefix, `${prefix}\u{7f}`, now, latest, limit).map(memberOf);
  }

  /** Whether the put's version follows the stored one. */
  follows({ kind, value }: Put, now: number): boolean {
    const row = this.#version.get(kind, value.id, now);
    const stored = row === undefined ? 0 : versionRow.parse(row).version;
    return stored === value.version - 1;
  }

  /** Writes the record and its index entries, whatever was there. */
  put(put: Put): void {
    this.#put.run(put.kind, put.value.id, put.value.version, textOf(put));
    for (const { index, member, score, present } of indexEntries(put)) {
      if (present) {
        this.#name.run(index);
        this.#enter.run(index, put.kind, member, score);
      } else {
        this.#leave.run(index, member);
        this.#unname.run(index);
      }
    }
  }

  /** Lets the record go some time after now, if it is there. */
  expire({ kind, id, afterMs }: Expiry, now: number): void {
    this.#expire.run(now + afterMs, kind, id);
  }

  /** Removes what has expired. */
  purge(now: number): void {
    this.#purgeEntries.run(now);
    this.#purge.run(now);
  }
}

function memberOf(row: unknown): readonly [id: string, text: string] {
  const { id, text } = memberRow.parse(row);
  return [id, text];
}
