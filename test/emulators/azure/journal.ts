/** One request that reached Azure Resource Manager. */
export interface JournalEntry {
  readonly method: string;
  /** Without the query, spelled as it was sent. */
  readonly path: string;
  /** What was answered; null while it is not, and for good when the connection ended without an answer. */
  readonly status: number | null;
  /** ISO text. */
  readonly startedAt: string;
  /** ISO text; null while the request is open. */
  readonly endedAt: string | null;
  /** The parsed body; the text itself when it is not JSON, null when there is none. */
  readonly body: unknown;
}

/** A request whose end is yet to be written down; only the first end counts. */
export interface OpenEntry {
  received(body: unknown): void;
  end(status: number | null): void;
}

/** Every request there was, in the order of their arrival. Tokens are never kept. */
export interface Journal {
  begin(method: string, path: string): OpenEntry;
  entries(): readonly JournalEntry[];
  clear(): void;
}

/** An empty journal, dated by `now`. */
export function createJournal(now: () => Date): Journal {
  let entries: JournalEntry[] = [];

  return {
    begin(method, path) {
      const startedAt = now().toISOString();
      let entry: JournalEntry = {
        method,
        path,
        status: null,
        startedAt,
        endedAt: null,
        body: null,
      };
      entries.push(entry);

      function replace(newer: JournalEntry): void {
        // The journal may have been cleared meanwhile: then there is nothing left to replace.
        entries = entries.map((it) => (it === entry ? newer : it));
        entry = newer;
      }
      return {
        received(body) {
          replace({ ...entry, body });
        },
        end(status) {
          if (entry.endedAt !== null) return;
          replace({ ...entry, status, endedAt: now().toISOString() });
        },
      };
    },
    entries: () => [...entries],
    clear() {
      entries = [];
    },
  };
}
