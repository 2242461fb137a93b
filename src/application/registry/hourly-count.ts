import type { RegistryId } from "../../domain/ids.ts";

/** How often something happened to a registry in the last hour, from this process's own memory. */
export type HourlyCount = {
  add(registry: RegistryId, count: number): void;
  lastHour(registry: RegistryId): number;
};

const HOUR_MS = 60 * 60_000;

/** Starts empty: after a restart the count begins anew. */
export function createHourlyCount(monotonicMs: () => number): HourlyCount {
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
