import type { Registry } from "./registry.ts";

/** Every state that registries have been in, so that a front end can lag behind. */
export interface Timeline {
  /** A state that holds from then on. */
  add(key: string, atMs: number, registry: Registry): void;
  /** The state at that time; the first one when that is later. */
  at(key: string, atMs: number): Registry | undefined;
  /** The last state but one; the last when it is the only one. */
  lastButOne(key: string): Registry | undefined;
  forget(key: string): void;
  clear(): void;
}

/** No states yet. */
export function createTimeline(): Timeline {
  const states = new Map<string, { readonly atMs: number; readonly registry: Registry }[]>();
  return {
    add(key, atMs, registry) {
      const known = states.get(key) ?? [];
      known.push({ atMs, registry });
      states.set(key, known);
    },
    at(key, atMs) {
      const known = states.get(key) ?? [];
      return (known.findLast((state) => state.atMs <= atMs) ?? known[0])?.registry;
    },
    lastButOne(key) {
      const known = states.get(key) ?? [];
      return (known.at(-2) ?? known[0])?.registry;
    },
    forget(key) {
      states.delete(key);
    },
    clear() {
      states.clear();
    },
  };
}
