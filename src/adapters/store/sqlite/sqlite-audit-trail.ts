import type { StatementSync } from "node:sqlite";
import { z } from "zod";
import type { AuditTrail, RewrittenEntry } from "../../../application/audit/audit-trail.ts";
import type { AuditSeal } from "../../../domain/audit-seal.ts";
import { sealOf, sealText } from "../stored-seal.ts";
import type { Database } from "./database.ts";
import type { Journal } from "./journal.ts";
import { promised } from "./promised.ts";
import type { Records } from "./records.ts";

const sealRow = z.object({ from_number: z.int(), to_number: z.int(), text: z.string() });
const toRow = z.object({ to_number: z.int() });

/** The audit trail in the file: a table of entries, and one of seals. */
export class SqliteAuditTrail implements AuditTrail {
  readonly #database: Database;
  readonly #now: () => Date;
  readonly #records: Records;
  readonly #journal: Journal;
  readonly #newest: StatementSync;
  readonly #seals: StatementSync;
  readonly #add: StatementSync;
  readonly #trim: StatementSync;
  readonly #replace: StatementSync;

  constructor(database: Database, now: () => Date, records: Records, journal: Journal) {
    this.#database = database;
    this.#now = now;
    this.#records = records;
    this.#journal = journal;
    const { connection } = database;
    this.#newest = connection.prepare("SELECT * FROM audit_seal ORDER BY to_number DESC LIMIT 1");
    this.#seals = connection.prepare(
      "SELECT * FROM audit_seal WHERE to_number >= ? ORDER BY to_number LIMIT ?",
    );
    this.#add = connection.prepare(
      "INSERT INTO audit_seal (from_number, to_number, text) VALUES (?, ?, ?)",
    );
    this.#trim = connection.prepare(
      "DELETE FROM audit_seal WHERE to_number < (SELECT min(number) FROM audit)",
    );
    this.#replace = connection.prepare(
      "UPDATE audit_seal SET text = ? WHERE from_number = ? AND to_number = ?",
    );
  }

  texts(fromNumber: number, limit: number, signal: AbortSignal) {
    return promised(signal, () => {
      const now = this.#now();
      return { now, value: this.#database.read(() => this.#journal.texts(fromNumber, limit)) };
    });
  }

  newestSeal(signal: AbortSignal): Promise<AuditSeal | undefined> {
    return promised(signal, () => {
      const row = this.#database.read(() => this.#newest.get());
      return row === undefined ? undefined : sealIn(row);
    });
  }

  seals(fromNumber: number, limit: number, signal: AbortSignal): Promise<readonly AuditSeal[]> {
    return promised(signal, () =>
      this.#database.read(() => this.#seals.all(fromNumber, limit)).map(sealIn),
    );
  }

  addSeal(seal: AuditSeal, signal: AbortSignal): Promise<boolean> {
    return promised(signal, () =>
      this.#database.transaction(() => {
        const newest = this.#newest.get();
        if (newest !== undefined && toRow.parse(newest).to_number !== seal.from - 1) return false;
        this.#add.run(seal.from, seal.to, sealText(seal));
        this.#trim.run();
        return true;
      }),
    );
  }

  replaceSeal(seal: AuditSeal, signal: AbortSignal): Promise<boolean> {
    return promised(signal, () =>
      this.#cleanly(() => {
        const { changes } = this.#replace.run(sealText(seal), seal.from, seal.to);
        return Number(changes) === 1;
      }),
    );
  }

  rewrite(
    entries: readonly RewrittenEntry[],
    signal: AbortSignal,
  ): Promise<"rewritten" | "conflict"> {
    return promised(signal, () =>
      this.#cleanly(() => {
        const present = entries.map(({ number }) => this.#journal.texts(number, 1)[0]);
        const isAsRead = entries.every(({ number, from }, n) => {
          const found = present[n];
          return found?.number !== number || found.text === from;
        });
        if (!isAsRead) return "conflict";
        for (const { number, to } of entries) this.#journal.rewrite(number, to);
        return "rewritten";
      }),
    );
  }

  // What is overwritten would stay in free pages of the file and in the log before them (sqlite.org/pragma.html,
  // `secure_delete`, `wal_checkpoint`). A reader of another process can hold up the latter; the next one does it then.
  #cleanly<T>(work: () => T): T {
    const { connection, transaction, read } = this.#database;
    read(() => {
      connection.exec("PRAGMA secure_delete = ON");
    });
    try {
      return transaction(() => {
        // What expires now, too.
        this.#records.purge(this.#now().getTime() + 1);
        return work();
      });
    } finally {
      read(() => {
        connection.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA secure_delete = OFF");
      });
    }
  }
}

function sealIn(row: unknown): AuditSeal {
  const { from_number: from, to_number: to, text } = sealRow.parse(row);
  return sealOf(text, `${String(from)}-${String(to)}`);
}
