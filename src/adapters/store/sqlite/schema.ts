import type { DatabaseSync } from "node:sqlite";

// The number in the file that says which of these schemas it has. A file of another version is not touched.
const SCHEMA_VERSION = 1;

// Times are milliseconds since 1970. `text` is the JSON of record-codec.ts.
const SCHEMA = `
  CREATE TABLE record (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX record_by_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;

  -- What index-entries.ts says: the members of the indexes, in the order of their scores.
  CREATE TABLE index_entry (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    member TEXT NOT NULL,
    score INTEGER NOT NULL,
    PRIMARY KEY (name, member)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX index_entry_in_order ON index_entry (name, score, member);
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

  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Makes the tables in an empty file, once, whoever comes first. Throws when the file is of another version of this
 * product. The connection is durable afterwards: a commit has reached the disk when it returns
 * (sqlite.org/pragma.html, `synchronous`: FULL in WAL mode).
 */
export function prepareDatabase(database: DatabaseSync): void {
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
    if (version === 0) database.exec(SCHEMA);
    else if (version !== SCHEMA_VERSION) {
      throw new Error(`The database has schema version ${String(version)}, not ${SCHEMA_VERSION}.`);
    }
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
