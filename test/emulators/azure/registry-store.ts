import { changeRegistry } from "./registry-change.ts";
import type { Author, ChangeOutcome, Registry, RegistryChange } from "./registry.ts";
import { createTimeline } from "./timeline.ts";

/** One state that a registry's rule list was in. */
export interface HistoryEntry {
  /** Its place in the history, from 0. */
  readonly seq: number;
  /** Since when, as ISO text and as milliseconds since 1970. */
  readonly at: string;
  readonly atMs: number;
  /** The registry's resource id, spelled as it was seeded. */
  readonly registry: string;
  /** `seed`, `external` or another name given to an external writer, or the object id of who sent the request. */
  readonly by: string;
  /** `DELETE` when the registry was removed: then `rules` is empty. */
  readonly method: "SEED" | "PATCH" | "PUT" | "DELETE" | "EXTERNAL";
  /** The whole list from then on. */
  readonly rules: readonly string[];
  /** The list until then; null when there was no registry. */
  readonly before: readonly string[] | null;
  /** The list that the same token was last shown of this registry; null when it was shown none, or is not known. */
  readonly lastRead: readonly string[] | null;
  /** When the request that wrote it had come in whole; null for a write from behind. */
  readonly receivedAtMs: number | null;
}

/** How a write came about. */
export interface WriteOrigin {
  readonly author: Author;
  readonly method: HistoryEntry["method"];
  readonly lastRead?: readonly string[] | undefined;
  readonly receivedAt?: Date | undefined;
}

/** All registries there are, and every list of rules they have had. Ids match in any letter case. */
export interface RegistryStore {
  /** Adds a registry, with a first entry in the history; throws when there is one of that id. */
  add(registry: Registry, origin?: WriteOrigin): void;
  find(id: string): Registry | undefined;
  /** The registry as it was before its latest write; as it is when there was none. */
  beforeLatest(id: string): Registry | undefined;
  /** The registry as it was at that time; its first state when that is later. */
  asOf(id: string, atMs: number): Registry | undefined;
  /** In the order they were added. */
  all(): readonly Registry[];
  /**
   * Applies a write to the newest state, last writer wins, as Azure does; undefined when there is no such registry.
   * The history gets an entry when the list differs from the one before, in its order at least.
   */
  change(id: string, change: RegistryChange, origin: WriteOrigin): ChangeOutcome | undefined;
  /** Sets fields without asking what Azure would say to it; false when there is no such registry. */
  force(id: string, fields: Partial<Registry>, origin: WriteOrigin): boolean;
  /** Shows whether an operation is under way; that is no write. */
  showState(id: string, state: Registry["provisioningState"]): void;
  /** Whether there was such a registry. */
  remove(id: string, origin: WriteOrigin): boolean;
  /** Oldest first. */
  history(): readonly HistoryEntry[];
  clear(): void;
}

/** An empty store; `now` dates the history and `systemData`. */
export function createRegistryStore(now: () => Date): RegistryStore {
  const registries = new Map<string, Registry>();
  const timeline = createTimeline();
  const history: HistoryEntry[] = [];

  function remember(
    registry: string,
    before: readonly string[] | null,
    rules: readonly string[],
    { author, method, lastRead, receivedAt }: WriteOrigin,
  ): void {
    const at = now();
    history.push({
      seq: history.length,
      at: at.toISOString(),
      atMs: at.getTime(),
      registry,
      by: author.by,
      method,
      rules,
      before,
      lastRead: lastRead ?? null,
      receivedAtMs: receivedAt?.getTime() ?? null,
    });
  }

  function replace(before: Registry, after: Registry, origin: WriteOrigin): void {
    const key = keyOf(before.id);
    registries.set(key, after);
    timeline.add(key, now().getTime(), after);
    if (!sameList(before.rules, after.rules)) {
      remember(after.id, before.rules, after.rules, origin);
    }
  }

  return {
    add(registry, origin) {
      const key = keyOf(registry.id);
      if (registries.has(key)) throw new Error(`There is a registry ${registry.id} already.`);
      registries.set(key, registry);
      timeline.add(key, now().getTime(), registry);
      const seeded: WriteOrigin = { author: registry.lastModified, method: "SEED" };
      remember(registry.id, null, registry.rules, origin ?? seeded);
    },
    find: (id) => registries.get(keyOf(id)),
    beforeLatest: (id) => timeline.lastButOne(keyOf(id)),
    asOf: (id, atMs) => timeline.at(keyOf(id), atMs),
    all: () => [...registries.values()],
    change(id, change, origin) {
      const before = registries.get(keyOf(id));
      if (before === undefined) return undefined;
      const outcome = changeRegistry(before, change, origin.author, now());
      if (outcome.kind === "changed") replace(before, outcome.registry, origin);
      return outcome;
    },
    force(id, fields, origin) {
      const before = registries.get(keyOf(id));
      if (before === undefined) return false;
      const lastModified = { ...origin.author, at: now() };
      replace(before, { ...before, lastModified, ...fields }, origin);
      return true;
    },
    showState(id, provisioningState) {
      const before = registries.get(keyOf(id));
      if (before !== undefined) registries.set(keyOf(id), { ...before, provisioningState });
    },
    remove(id, origin) {
      const before = registries.get(keyOf(id));
      if (before === undefined) return false;
      registries.delete(keyOf(id));
      timeline.forget(keyOf(id));
      remember(before.id, before.rules, [], origin);
      return true;
    },
    history: () => [...history],
    clear() {
      registries.clear();
      timeline.clear();
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
