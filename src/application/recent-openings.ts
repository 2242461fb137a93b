import type { RegistryId } from "../domain/ids.ts";

/** How many rules this process added to a registry in the last hour, from its own memory: the store can't lie about it. */
export type RecentOpenings = {
  add(registry: RegistryId, count: number): void;
  lastHour(registry: RegistryId): number;
};

const HOUR_MS = 60 * 60_000;

/** Starts empty: after a restart the count begins anew. */
export function countOpenings(monotonicMs: () => number): RecentOpenings {
  const times = new Map<RegistryId, number[]>();
  const recent = (registry: RegistryId): number[] =>
    (times.get(registry) ?? []).filter((at) => at > monotonicMs() - HOUR_MS);
  return {
    add(registry, count) {
      if (count === 0) return;
      times.set(registry, [...recent(registry), ...Array<number>(count).fill(monotonicMs())]);
    },
    lastHour: (registry) => recent(registry).length,
  };
}
