import type { Caller } from "./issued-tokens.ts";

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
  /** Who sent it: the object id, and a number for each of its tokens; null without a good token. */
  readonly caller: string | null;
  /** The application id that the token was asked for; null without a good token. */
  readonly clientId: string | null;
  /** The registry's list in the answer, when the answer showed one registry; null otherwise. */
  readonly rules: readonly string[] | null;
  /** The list in the last answer that the same caller had of that registry before; null when it had none. */
  readonly lastRead: readonly string[] | null;
}

/** A request whose end is yet to be written down; only the first end counts. */
export interface OpenEntry {
  received(body: unknown): void;
  /** What the answer is to show, and what the caller has seen before. */
  shows(rules: readonly string[] | null, lastRead: readonly string[] | null): void;
  end(status: number | null): void;
}

/** Every request there was, in the order of their arrival. Tokens are never kept. */
export interface Journal {
  begin(method: string, path: string, caller: Caller | undefined): OpenEntry;
  entries(): readonly JournalEntry[];
  clear(): void;
}

/** An empty journal, dated by `now`. */
export function createJournal(now: () => Date): Journal {
  let entries: { current: JournalEntry }[] = [];

  return {
    begin(method, path, caller) {
      const place: { current: JournalEntry } = {
        current: {
          ...{ method, path, caller: caller?.name ?? null, clientId: caller?.clientId ?? null },
          status: null,
          startedAt: now().toISOString(),
          endedAt: null,
          body: null,
          rules: null,
          lastRead: null,
        },
      };
      entries.push(place);

      return {
        received(body) {
          place.current = { ...place.current, body };
        },
        shows(rules, lastRead) {
          place.current = { ...place.current, rules, lastRead };
        },
        end(status) {
          if (place.current.endedAt !== null) return;
          place.current = { ...place.current, status, endedAt: now().toISOString() };
        },
      };
    },
    entries: () => entries.map(({ current }) => current),
    clear() {
      entries = [];
    },
  };
}
