import type { DatabaseSync } from "node:sqlite";

// The number in the file that says which of these schemas it has. A file of another version is not touched.
const SCHEMA_VERSION = 2;

/** SQLite's own 2 MB are read over and over when there are many leases. */
const CACHE_KB = 32_768;

// Times are milliseconds since 1970. `text` is the JSON of record-codec.ts.
const SCHEMA = `
  -- With a rowid, so that a new record goes behind the last one: ids are random, and rows of this size in their order
  -- would make each write touch a page of its own (sqlite.org/withoutrowid.html, "When To Use WITHOUT ROWID").
  CREATE TABLE record (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (kind, id)
  ) STRICT;
  CREATE INDEX record_by_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;

  -- The indexes that have members. Their names are long, and stand in each entry three times.
  CREATE TABLE index_name (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  -- What index-entries.ts says: the members of the indexes, in the order of their scores.
  CREATE TABLE index_entry (
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    member TEXT NOT NULL,
    score INTEGER NOT NULL,
    PRIMARY KEY (number, member)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX index_entry_in_order ON index_entry (number, score, member);
  CREATE INDEX index_entry_of_record ON index_entry (member, kind);

  -- A key to look at; while held, and after its holder died, also by whom, and whether it was woken since.
  CREATE TABLE wake (
    list TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    fence INTEGER,
    held_until INTEGER,
    woken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (list, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX wake_in_order ON wake (list, at, key);

  -- One row: the last fence handed out, for whichever key.
  CREATE TABLE last_fence (fence INTEGER NOT NULL) STRICT;
  INSERT INTO last_fence VALUES (0);

  CREATE TABLE operation (
    id TEXT PRIMARY KEY,
    forget_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX operation_by_age ON operation (forget_at);

  -- AUTOINCREMENT: a number is never given twice, also when the newest entries are gone (sqlite.org/autoinc.html).
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;

`;

// What a file of version 1 lacks: the seals over the audit trail, each with the numbers that it is over.
const SINCE_2 = `
  CREATE TABLE audit_seal (
    to_number INTEGER PRIMARY KEY,
    from_number INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
`;

/**
 * Makes the tables in an empty file, or those that an older one lacks, once, whoever comes first. Throws when the file
 * is of a newer version of this product. The connection is durable afterwards: a commit has reached the disk when it returns
 * (sqlite.org/pragma.html, `synchronous`: FULL in WAL mode).
 */
export function prepareDatabase(database: DatabaseSync): void {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec(`PRAGMA cache_size = -${CACHE_KB};`);
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version === 0) database.exec(SCHEMA + SINCE_2);
    else if (version === 1) database.exec(SINCE_2);
    else if (version !== SCHEMA_VERSION) {
      throw new Error(`The database has schema version ${String(version)}, not ${SCHEMA_VERSION}.`);
    }
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
