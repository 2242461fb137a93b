import type { LocalCertificate } from "./certificate.ts";
import type { Fault, FaultQueue } from "./faults.ts";
import { openFrontEnd } from "./front-end.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { LocalServer } from "./local-http.ts";
import type { HistoryEntry, RegistryStore } from "./registry-store.ts";
import { registryFromSeed } from "./registry.ts";
import type { Author, RegistrySeed } from "./registry.ts";

/** Where a registry is: its resource id, and host and port of its front end. */
export interface RegistryAddress {
  readonly id: string;
  readonly loginServer: string;
}

/** What a test, or somebody at the control endpoint, can do to the emulated Azure from behind. */
export interface Controls {
  /** Adds a registry with a front end of its own; throws when there is one of that id. */
  seed(seed: RegistrySeed): Promise<RegistryAddress>;
  /**
   * Back to the registries of the start, at their old ports; history starts anew, journal and faults are empty.
   * Tokens stay good, since clients cache them, and hooks stay.
   */
  reset(): Promise<void>;
  /** Every list of rules there was, oldest first, from the seeding on. */
  history(): readonly HistoryEntry[];
  /** Every request to Azure Resource Manager, in the order of arrival. */
  journal(): readonly JournalEntry[];
  /** Sets a registry's whole list as somebody else would; throws when Azure would refuse it. */
  externalWrite(id: string, rules: readonly string[]): void;
  /** Makes something go wrong with requests to come. */
  fault(fault: Fault): void;
}

interface Deps {
  readonly certificate: LocalCertificate;
  readonly store: RegistryStore;
  readonly journal: Journal;
  readonly faults: FaultQueue;
  readonly now: () => Date;
  /** The registries that a reset brings back. */
  readonly initial: readonly RegistrySeed[];
}

/** The controls, with nothing seeded yet; `closeFrontEnds` ends what seeding has opened. */
export function createControls(
  deps: Deps,
): Controls & { readonly closeFrontEnds: () => Promise<void> } {
  const { store } = deps;
  const frontEnds = new Map<string, LocalServer>();

  async function seed(wanted: RegistrySeed): Promise<RegistryAddress> {
    const key = wanted.id.toLowerCase();
    const kept = frontEnds.get(key);
    const frontEnd = kept ?? (await openFrontEnd(deps.certificate, () => store.find(key)));
    try {
      const registry = registryFromSeed(wanted, `localhost:${frontEnd.port}`, deps.now());
      store.add(registry);
      frontEnds.set(key, frontEnd);
      return { id: registry.id, loginServer: registry.loginServer };
    } catch (error) {
      if (frontEnd !== kept) await frontEnd.close();
      throw error;
    }
  }

  return {
    seed,
    async reset() {
      store.clear();
      deps.journal.clear();
      deps.faults.clear();
      for (const wanted of deps.initial) await seed(wanted);
      for (const [key, frontEnd] of frontEnds) {
        if (store.find(key) !== undefined) continue;
        frontEnds.delete(key);
        await frontEnd.close();
      }
    },
    history: () => store.history(),
    journal: () => deps.journal.entries(),
    externalWrite(id, rules) {
      const author: Author = { by: "external", byType: "User" };
      const outcome = store.change(id, { rules }, author, "EXTERNAL");
      if (outcome?.kind !== "changed") {
        throw new Error(`Cannot write to ${id}: ${outcome?.kind ?? "no such registry"}`);
      }
    },
    fault(fault) {
      deps.faults.add(fault);
    },
    async closeFrontEnds() {
      await Promise.all([...frontEnds.values()].map((frontEnd) => frontEnd.close()));
      frontEnds.clear();
    },
  };
}
