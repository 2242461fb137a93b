import { changeRegistry } from "./registry.ts";
import type { Author, ChangeOutcome, Registry, RegistryChange } from "./registry.ts";

/** One state that a registry's rule list was in. */
export interface HistoryEntry {
  /** Since when, as ISO text and as milliseconds since 1970. */
  readonly at: string;
  readonly atMs: number;
  /** The registry's resource id, spelled as it was seeded. */
  readonly registry: string;
  /** `seed`, `external`, or the object id of the identity that sent the PATCH. */
  readonly by: string;
  readonly method: "SEED" | "PATCH" | "EXTERNAL";
  /** The whole list from then on. */
  readonly rules: readonly string[];
}

/** All registries there are, and every list of rules they have had. Ids match in any letter case. */
export interface RegistryStore {
  /** Adds a registry, with a first entry in the history; throws when there is one of that id. */
  add(registry: Registry): void;
  find(id: string): Registry | undefined;
  /** In the order they were added. */
  all(): readonly Registry[];
  /**
   * Applies a write to the newest state, last writer wins, as Azure does; undefined when there is no such registry.
   * The history gets an entry when the list differs from the one before, in its order at least.
   */
  change(
    id: string,
    change: RegistryChange,
    author: Author,
    method: HistoryEntry["method"],
  ): ChangeOutcome | undefined;
  /** Oldest first. */
  history(): readonly HistoryEntry[];
  clear(): void;
}

/** An empty store; `now` dates the history and `systemData`. */
export function createRegistryStore(now: () => Date): RegistryStore {
  const registries = new Map<string, Registry>();
  const history: HistoryEntry[] = [];

  function remember(registry: Registry, method: HistoryEntry["method"]): void {
    const { at, by } = registry.lastModified;
    history.push({
      at: at.toISOString(),
      atMs: at.getTime(),
      registry: registry.id,
      by,
      method,
      rules: registry.rules,
    });
  }

  return {
    add(registry) {
      const key = keyOf(registry.id);
      if (registries.has(key)) throw new Error(`There is a registry ${registry.id} already.`);
      registries.set(key, registry);
      remember(registry, "SEED");
    },
    find: (id) => registries.get(keyOf(id)),
    all: () => [...registries.values()],
    change(id, change, author, method) {
      const before = registries.get(keyOf(id));
      if (before === undefined) return undefined;
      const outcome = changeRegistry(before, change, author, now());
      if (outcome.kind !== "changed") return outcome;
      registries.set(keyOf(id), outcome.registry);
      if (!sameList(before.rules, outcome.registry.rules)) remember(outcome.registry, method);
      return outcome;
    },
    history: () => [...history],
    clear() {
      registries.clear();
      history.length = 0;
    },
  };
}

function keyOf(id: string): string {
  return id.toLowerCase();
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((rule, index) => rule === other[index]);
}
