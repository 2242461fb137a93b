import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import type { AuditEvent } from "../../../domain/audit.ts";
import type { AuditText } from "../../../domain/personal-values.ts";
import { auditCodec } from "../record-codec.ts";

const auditRow = z.object({ number: z.int(), at: z.int(), event: z.string() });

/** How long an operation is remembered: the port promises 7 days. */
const REMEMBERED_MS = 7 * 24 * 60 * 60_000;

/** What was done: the operations that were committed, and the audit trail. Times are milliseconds since 1970. */
export class Journal {
  readonly #isKnown: StatementSync;
  readonly #remember: StatementSync;
  readonly #forget: StatementSync;
  readonly #append: StatementSync;
  readonly #trim: StatementSync;
  readonly #entries: StatementSync;
  readonly #rewrite: StatementSync;

  constructor(database: DatabaseSync) {
    this.#isKnown = database.prepare("SELECT 1 FROM operation WHERE id = ? AND forget_at >= ?");
    this.#remember = database.prepare(
      `INSERT INTO operation (id, forget_at) VALUES (?, ?)
       ON CONFLICT (id) DO UPDATE SET forget_at = excluded.forget_at`,
    );
    this.#forget = database.prepare("DELETE FROM operation WHERE forget_at < ?");
    this.#append = database.prepare("INSERT INTO audit (at, event) VALUES (?, ?)");
    // Up to the first that is kept and no further: an entry from before the clock was set back leaves no gap.
    this.#trim = database.prepare(
      `DELETE FROM audit WHERE number <
       (SELECT number FROM audit WHERE at >= ? ORDER BY number LIMIT 1)`,
    );
    this.#entries = database.prepare(
      "SELECT number, at, event FROM audit WHERE number >= ? ORDER BY number LIMIT ?",
    );
    this.#rewrite = database.prepare("UPDATE audit SET event = ? WHERE number = ?");
  }

  /** Whether the operation was committed before. */
  isKnown(opId: string, now: number): boolean {
    return this.#isKnown.get(opId, now) !== undefined;
  }

  /** Remembers the operation for 7 days, and forgets those whose days are over. */
  remember(opId: string, now: number): void {
    this.#forget.run(now);
    this.#remember.run(opId, now + REMEMBERED_MS);
  }

  /** Adds the events under the next numbers, and lets entries older than `keptMs` go. */
  append(events: readonly AuditEvent[], now: number, keptMs: number): void {
    for (const event of events) this.#append.run(now, auditCodec.encode(event));
    if (events.length > 0) this.#trim.run(now - keptMs);
  }

  /** Entries in order, from the number on. */
  texts(fromNumber: number, limit: number): readonly AuditText[] {
    return this.#entries.all(fromNumber, limit).map((row) => {
      const { number, at, event } = auditRow.parse(row);
      return { number, at: new Date(at), text: event };
    });
  }

  /** Gives an entry another text, if it is there. */
  rewrite(number: number, text: string): void {
    this.#rewrite.run(text, number);
  }
}
