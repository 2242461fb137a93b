import type { DatabaseSync } from "node:sqlite";
import type { WakeKey } from "../../../application/store.ts";
import { WakeListeners } from "../wake-listeners.ts";

/** How often to look whether another process has written, in ms. */
const EVERY_MS = 1000;

/**
 * Tells listeners of woken keys: of this store's own commits at once, and of another process's within a second.
 * SQLite has no messages, so that one is a guess from `PRAGMA data_version`, which changes with every commit of
 * another connection (sqlite.org/pragma.html). The timer runs only while somebody listens and keeps no process alive.
 */
export class WakeWatch {
  readonly #database: DatabaseSync;
  readonly #listeners: WakeListeners;
  #timer: NodeJS.Timeout | undefined;
  #version: unknown;

  constructor(database: DatabaseSync, onError: (error: unknown) => void) {
    this.#database = database;
    this.#listeners = new WakeListeners(onError);
  }

  /** Calls the listener until what is returned is called. */
  add(list: WakeKey["list"], listener: () => void): () => void {
    const remove = this.#listeners.add(list, listener);
    if (this.#timer === undefined) {
      this.#version = this.#dataVersion();
      this.#timer = setInterval(() => {
        this.#look();
      }, EVERY_MS).unref();
    }
    return () => {
      remove();
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  /** Tells the listeners of these lists, after the caller is done. */
  tell(lists: Iterable<WakeKey["list"]>): void {
    for (const list of lists) {
      queueMicrotask(() => {
        this.#listeners.call(list);
      });
    }
  }

  /** Forgets the listeners and stops the timer. */
  close(): void {
    this.#listeners.clear();
    this.#stop();
  }

  #look(): void {
    const version = this.#dataVersion();
    if (version !== undefined && version === this.#version) return;
    this.#version = version;
    this.#listeners.call("registry");
    this.#listeners.call("conversation");
  }

  // When it cannot be read the listeners are called: they look for themselves and meet the error where it is handled.
  #dataVersion(): unknown {
    try {
      return this.#database.prepare("PRAGMA data_version").get()?.["data_version"];
    } catch {
      return undefined;
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
