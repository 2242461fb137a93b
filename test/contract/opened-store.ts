import type { Store } from "../../src/application/store.ts";
import type { StoredTexts } from "./stored-texts.ts";

/** A store with what only its own kind can do to it. */
export type OpenedStore = {
  readonly store: Store;
  /** Closes the store and opens another on the same data. `close` ends that one too. */
  readonly reopen: () => Promise<Store>;
  readonly texts: StoredTexts;
  /** Closes the store and removes its data. */
  readonly close: () => Promise<void>;
};

/** A new and empty store. Audit entries are kept for a day unless told otherwise. */
export type OpenStore = (options?: { readonly auditKeptMs: number }) => Promise<OpenedStore>;

/** Runs a test on a new store and closes it, whatever happens. */
export async function onStore(
  open: OpenStore,
  test: (store: Store, opened: OpenedStore) => Promise<void>,
  options?: { readonly auditKeptMs: number },
): Promise<void> {
  const opened = await open(options);
  try {
    await test(opened.store, opened);
  } finally {
    await opened.close();
  }
}
