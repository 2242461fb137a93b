import * as z from "zod";
import { conditionsSchema } from "./conditions.ts";
import type { ConditionsByRegistry } from "./conditions.ts";
import type { EmulatorClock } from "./clock.ts";
import type { ExternalWrite, ExternalWriters } from "./external-writers.ts";
import type { Fault, FaultQueue } from "./faults.ts";
import { frontEndsSchema } from "./front-end.ts";
import type { FrontEndServers } from "./front-ends.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { LastReads } from "./last-reads.ts";
import type { Operations } from "./operations.ts";
import { registryFromSeed } from "./registry-change.ts";
import type { HistoryEntry, RegistryStore, WriteOrigin } from "./registry-store.ts";
import { same, skuName } from "./registry.ts";
import type { Author, Registry, RegistrySeed } from "./registry.ts";
import type { Throttle, Throttling } from "./throttle.ts";

const RECREATED_LATER_MS = 1000;

/** Where a registry is: its resource id, and host and port of its front end. */
export interface RegistryAddress {
  readonly id: string;
  readonly loginServer: string;
}

/** See `RegistrySettings`. */
export const registrySettings = z.strictObject({
  ...conditionsSchema.shape,
  sku: skuName.optional(),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).optional(),
  defaultAction: z.enum(["Allow", "Deny"]).optional(),
  virtualNetworkRules: z.array(z.string()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  ipRuleQuota: z.int().positive().optional(),
  frontEnds: frontEndsSchema.optional(),
});

/**
 * What can be set on a registry from behind, without asking what Azure would say: fields of its own (as a write by
 * `external`; `properties` replaces them all), what holds around it (`Conditions`), and how late its front ends are.
 * What is left out stays.
 */
export type RegistrySettings = z.input<typeof registrySettings>;

/** What a test, or somebody at the control endpoint, can do to the emulated Azure from behind. */
export interface Controls {
  /** Adds a registry with front ends of its own; throws when there is one of that id. */
  seed(seed: RegistrySeed): Promise<RegistryAddress>;
  /** Deletes a registry; its port stays, and answers 404. Throws when there is none. */
  remove(id: string): void;
  /** Deletes a registry and makes another of that id, at the same port, with another `creationDate`. */
  recreate(seed: RegistrySeed): Promise<RegistryAddress>;
  /** Sets something on a registry; throws when there is none. */
  configure(id: string, settings: RegistrySettings): void;
  /** A registry as it is now. */
  state(id: string): Registry | undefined;
  /** Every registry as it is now. */
  states(): readonly Registry[];
  /**
   * Back to the registries of the start, at their old ports, and to its clock, throttling and front ends; history
   * starts anew, and journal, faults, conditions, operations and waiting writers are gone. Tokens stay good, since
   * clients cache them, and hooks stay.
   */
  reset(): Promise<void>;
  /** Every list of rules there was, oldest first, from the seeding on. */
  history(): readonly HistoryEntry[];
  /** Every request to Azure Resource Manager, in the order of arrival. */
  journal(): readonly JournalEntry[];
  /** Sets a registry's whole list as somebody else would; throws when Azure would refuse it. */
  externalWrite(id: string, rules: readonly string[]): void;
  /** Lets somebody else write, now or when a request comes. */
  external(write: ExternalWrite): void;
  /** Makes something go wrong with requests to come. */
  fault(fault: Fault): void;
  /** Forgets the faults still to come. */
  clearFaults(): void;
  /** Throttles from now on, with full buckets; true means Azure's sizes. */
  throttle(limits: Throttling | boolean): void;
  /** Sets the emulator's clock, which goes on from there. */
  setClock(at: Date): void;
  advanceClock(ms: number): void;
}

interface Deps {
  readonly store: RegistryStore;
  readonly conditions: ConditionsByRegistry;
  readonly operations: Operations;
  readonly writers: ExternalWriters;
  readonly reads: LastReads;
  readonly journal: Journal;
  readonly faults: FaultQueue;
  readonly frontEnds: FrontEndServers;
  readonly throttle: Throttle;
  readonly clock: EmulatorClock;
  /** The registries that a reset brings back, and its throttling. */
  readonly initial: readonly RegistrySeed[];
  readonly initialThrottling: Throttling | boolean;
}

/** The controls, with nothing seeded yet; `seedAs` names another author. */
export function createControls(deps: Deps): Controls & {
  readonly seedAs: (seed: RegistrySeed, author: Author) => Promise<RegistryAddress>;
} {
  const { store, clock, frontEnds } = deps;
  const external: WriteOrigin = {
    author: { by: "external", byType: "User" },
    method: "EXTERNAL",
  };

  function throttle(limits: Throttling | boolean): void {
    deps.throttle.use(limits === true ? {} : limits === false ? undefined : limits);
  }

  async function seedAs(wanted: RegistrySeed, author?: Author, at = clock.now()) {
    const known = store.find(wanted.id) !== undefined;
    // Checked before a port is opened for it.
    registryFromSeed(wanted, "", at);
    if (known) throw new Error(`There is a registry ${wanted.id} already.`);
    const loginServer = await frontEnds.open(wanted.id);
    const registry = registryFromSeed(wanted, loginServer, at, author);
    store.add(registry, author && { author, method: "PUT" });
    return { id: registry.id, loginServer };
  }

  function remove(id: string): Registry {
    const before = store.find(id);
    if (before === undefined) throw new Error(`There is no registry ${id}.`);
    store.remove(id, { ...external, method: "DELETE" });
    deps.conditions.forget(id);
    return before;
  }

  return {
    seed: (wanted) => seedAs(wanted),
    seedAs,
    remove(id) {
      remove(id);
    },
    recreate(wanted) {
      const before = remove(wanted.id);
      const earliest = before.createdAt.getTime() + RECREATED_LATER_MS;
      return seedAs(wanted, undefined, new Date(Math.max(clock.now().getTime(), earliest)));
    },
    configure(id, settings) {
      const { frontEnds: lags, ...rest } = registrySettings.parse(settings);
      const { lock, deniedValues, mayRead, mayWrite, permissions, ...others } = rest;
      const { homeRegionDown, longRunning, ...fields } = others;
      if (store.find(id) === undefined) throw new Error(`There is no registry ${id}.`);
      const rights = { mayRead, mayWrite, permissions };
      const conditions = { lock, deniedValues, ...rights, homeRegionDown, longRunning };
      deps.conditions.set(id, defined(conditions));
      if (Object.keys(fields).length > 0) store.force(id, defined(fields), external);
      if (lags !== undefined) frontEnds.set(id, lags);
    },
    state: (id) => store.find(id),
    states: () => store.all(),
    async reset() {
      store.clear();
      deps.conditions.clear();
      deps.operations.clear();
      deps.writers.clear();
      deps.reads.clear();
      deps.journal.clear();
      deps.faults.clear();
      clock.reset();
      throttle(deps.initialThrottling);
      for (const wanted of deps.initial) await seedAs(wanted);
      await frontEnds.prune((id) => deps.initial.some((seed) => same(seed.id, id)));
    },
    history: () => store.history(),
    journal: () => deps.journal.entries(),
    externalWrite(id, rules) {
      deps.writers.add({ id, does: { kind: "replace", rules: [...rules] } });
    },
    external(write) {
      deps.writers.add(write);
    },
    fault(fault) {
      deps.faults.add(fault);
    },
    clearFaults() {
      deps.faults.clear();
    },
    throttle,
    setClock(at) {
      clock.set(at);
    },
    advanceClock(ms) {
      clock.advance(ms);
    },
  };
}

/** Without the members that are undefined, which would overwrite what they mean to leave. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, it]) => it !== undefined);
  // fromEntries() forgets the names; they are those of `value`.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
