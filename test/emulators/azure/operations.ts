import { randomUUID } from "node:crypto";
import type { LongRunning } from "./conditions.ts";

/** A long-running operation, as polling sees it. */
export interface Operation {
  readonly registryId: string;
  readonly running: boolean;
  readonly how: LongRunning;
}

/** The operations there have been. */
export interface Operations {
  /** Starts one; `end` is called when it ends, told whether it has taken effect. Answers its name. */
  begin(registryId: string, how: LongRunning, end: (applied: boolean) => void): string;
  find(name: string): Operation | undefined;
  /** Forgets all; what was still running never ends. */
  clear(): void;
}

/** No operations yet. They take real time. */
export function createOperations(): Operations {
  const operations = new Map<string, Operation>();
  const timers = new Set<NodeJS.Timeout>();
  return {
    begin(registryId, how, end) {
      const name = `registries-${randomUUID()}`;
      operations.set(name, { registryId, running: true, how });
      const timer = setTimeout(() => {
        timers.delete(timer);
        operations.set(name, { registryId, running: false, how });
        end(how.applied ?? (how.outcome === "Succeeded" || how.outcome === "not-found"));
      }, how.afterMs);
      timers.add(timer);
      return name;
    },
    find: (name) => operations.get(name),
    clear() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      operations.clear();
    },
  };
}
