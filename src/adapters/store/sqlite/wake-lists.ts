import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import type { Hold, Release, WakeKey, WakeTally } from "../../../application/store.ts";

const holdRow = z.object({ fence: z.int(), held_until: z.int(), woken: z.int() });
const dueRow = z.object({ key: z.string() });
const fenceRow = z.object({ fence: z.int() });
const sizeRow = z.object({ keys: z.int(), due: z.int(), earliest: z.int().nullable() });
const earliestRow = z.object({ at: z.int().nullable() });

/**
 * The wake lists and the holds on their keys. Every method but `earliest` and `size` belongs inside a transaction; all times
 * are milliseconds since 1970. The same rules as scripts/commit.lua and scripts/claim.lua.
 */
export class WakeLists {
  readonly #hold: StatementSync;
  readonly #wake: StatementSync;
  readonly #markWoken: StatementSync;
  readonly #move: StatementSync;
  readonly #remove: StatementSync;
  readonly #due: StatementSync;
  readonly #nextFence: StatementSync;
  readonly #take: StatementSync;
  readonly #earliest: StatementSync;
  readonly #size: StatementSync;

  constructor(database: DatabaseSync) {
    this.#hold = database.prepare(
      "SELECT fence, held_until, woken FROM wake WHERE list = ? AND key = ? AND held_until > ?",
    );
    this.#wake = database.prepare(
      `INSERT INTO wake (list, key, at) VALUES (?, ?, ?)
       ON CONFLICT (list, key) DO UPDATE SET at = min(at, excluded.at)`,
    );
    this.#markWoken = database.prepare("UPDATE wake SET woken = 1 WHERE list = ? AND key = ?");
    this.#move = database.prepare(
      "UPDATE wake SET at = ?, fence = NULL, held_until = NULL, woken = 0 WHERE list = ? AND key = ?",
    );
    this.#remove = database.prepare("DELETE FROM wake WHERE list = ? AND key = ?");
    this.#due = database.prepare(
      `SELECT key FROM wake
       WHERE list = ? AND at <= ? AND (held_until IS NULL OR held_until <= ?)
       ORDER BY at, key LIMIT 1`,
    );
    this.#nextFence = database.prepare(
      "UPDATE last_fence SET fence = max(fence + 1, ?) RETURNING fence",
    );
    this.#take = database.prepare(
      "UPDATE wake SET at = ?, held_until = ?, fence = ?, woken = 0 WHERE list = ? AND key = ?",
    );
    this.#earliest = database.prepare("SELECT min(at) AS at FROM wake WHERE list = ?");
    this.#size = database.prepare(
      `SELECT count(*) AS keys, count(*) FILTER (WHERE at <= ?) AS due, min(at) AS earliest
       FROM wake WHERE list = ?`,
    );
  }

  /** Whether the hold ran out, was released, or is somebody else's by now. */
  isStale(hold: Hold, now: number): boolean {
    return this.#heldBy(hold, now)?.fence !== hold.fence;
  }

  /** Moves a time towards now only. A held key keeps its time: its holder's release looks at `woken`. */
  wake({ list, key }: WakeKey, at: number, now: number): void {
    if (this.#heldBy({ list, key }, now) === undefined) {
      this.#wake.run(list, key, Math.max(at, now));
    } else {
      this.#markWoken.run(list, key);
    }
  }

  /** Ends a hold that is not stale. Answers whether the key was woken during it, and so is due at once. */
  release({ hold, nextLookAt }: Release, now: number): boolean {
    const { list, key } = hold;
    const woken = this.#heldBy(hold, now)?.woken === 1;
    const wanted = nextLookAt?.getTime();
    const at = woken ? Math.min(wanted ?? now, now) : wanted;
    if (at === undefined) this.#remove.run(list, key);
    else this.#move.run(at, list, key);
    return woken;
  }

  /**
   * The most overdue key that nobody holds, held from now on. It stays in its list, at the end of the hold, so a
   * holder that dies gives it back by doing nothing.
   */
  claim(
    list: WakeKey["list"],
    holdMs: number,
    now: number,
  ): { readonly key: string; readonly fence: number } | undefined {
    const due = this.#due.get(list, now, now);
    if (due === undefined) return undefined;
    const { key } = dueRow.parse(due);
    const { fence } = fenceRow.parse(this.#nextFence.get(now));
    this.#take.run(now + holdMs, now + holdMs, fence, list, key);
    return { key, fence };
  }

  /** The earliest time in the list. */
  earliest(list: WakeKey["list"]): number | undefined {
    return earliestRow.parse(this.#earliest.get(list)).at ?? undefined;
  }

  /** How many keys the list has, how many of them are due and not held, and the earliest time. */
  size(list: WakeKey["list"], now: number): WakeTally {
    const { keys, due, earliest } = sizeRow.parse(this.#size.get(now, list));
    return { keys, due, earliestAt: earliest === null ? undefined : new Date(earliest) };
  }

  #heldBy({ list, key }: { readonly list: string; readonly key: string }, now: number) {
    const row = this.#hold.get(list, key, now);
    return row === undefined ? undefined : holdRow.parse(row);
  }
}
