import type { WakeKey } from "../../application/store.ts";

/** Who wants to hear of woken keys, per list. A listener that throws is reported and does not stop the others. */
export class WakeListeners {
  readonly #listeners = { registry: new Set<() => void>(), conversation: new Set<() => void>() };
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** The same function added twice is called twice. What is returned takes this one out again. */
  add(list: WakeKey["list"], listener: () => void): () => void {
    const added = (): void => {
      listener();
    };
    this.#listeners[list].add(added);
    return () => this.#listeners[list].delete(added);
  }

  /** Calls every listener of the list. Never throws. */
  call(list: WakeKey["list"]): void {
    for (const listener of this.#listeners[list]) {
      try {
        listener();
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** How many listeners there are in both lists. */
  get size(): number {
    return this.#listeners.registry.size + this.#listeners.conversation.size;
  }

  /** Forgets all listeners. */
  clear(): void {
    this.#listeners.registry.clear();
    this.#listeners.conversation.clear();
  }
}
