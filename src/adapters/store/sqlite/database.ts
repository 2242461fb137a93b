import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "../../../application/store.ts";
import { prepareDatabase } from "./schema.ts";

/** A file that is open, with its tables; `:memory:` is one that nobody else sees. */
export type Database = {
  readonly connection: DatabaseSync;
  /** Runs `work` alone among all processes: all that it wrote is on the disk, or nothing when it throws. */
  readonly transaction: <T>(work: () => T) => T;
  /** Runs `work`, which only reads. */
  readonly read: <T>(work: () => T) => T;
};

/** How long to wait for another process's transaction, in ms. It blocks this process, so it is short. */
const BUSY_TIMEOUT_MS = 1000;

/** Opens or makes the file, readable by this user only. Throws StoreUnavailable when it cannot. */
export function openDatabase(file: string): Database {
  return available(() => {
    if (file !== ":memory:") closeSync(openSync(file, "a", 0o600));
    const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      prepareDatabase(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    const read = <T>(work: () => T): T => {
      if (!connection.isOpen) throw new StoreUnavailable("The store is closed.");
      return available(work);
    };
    const transaction = <T>(work: () => T): T => read(() => alone(connection, work));
    return { connection, transaction, read };
  });
}

function alone<T>(connection: DatabaseSync, work: () => T): T {
  connection.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    connection.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite has ended the transaction itself after some errors, a full disk for one (sqlite.org/lang_transaction.html).
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

// sqlite.org/rescode.html: BUSY, LOCKED, IOERR, FULL, CANTOPEN. Anything else is a mistake of ours or a broken file.
const UNAVAILABLE = new Set([5, 6, 10, 13, 14]);

function available<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new StoreUnavailable("The database cannot be used now.", { cause: error });
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // An extended code has the primary one in its low byte.
  if ("errcode" in error && typeof error.errcode === "number") {
    return UNAVAILABLE.has(error.errcode & 0xff);
  }
  return "syscall" in error;
}
