import type { RegistryRules, RegistryView } from "../../src/application/ports.ts";
import type { RegistryId } from "../../src/domain/ids.ts";

/** The rules on the registries, as somebody sees them who only looks at Azure. */
export type Registries = {
  readonly port: RegistryRules;
  rulesOf(registry: RegistryId): readonly string[];
  /** A program of somebody else writes the list. */
  othersWrite(registry: RegistryId, rules: readonly string[]): void;
};

/** Registries that keep what they are sent; `onAdded` hears of each value that was not there before, and may throw. */
export function createRegistries(
  now: () => Date,
  onAdded: (registry: RegistryId, value: string) => Promise<void>,
): Registries {
  const rules = new Map<RegistryId, readonly string[]>();
  const byUs = new Set<RegistryId>();
  const rulesOf = (registry: RegistryId): readonly string[] => rules.get(registry) ?? [];
  const viewOf = (registry: RegistryId): RegistryView => ({
    ...{ loginServer: "registry.example", sku: "Premium", creationDate: new Date(0), tags: {} },
    ...{ answeredAt: now(), lastModifiedAt: undefined, publicNetworkAccess: true },
    ...{ anonymousPull: false, adminUser: false, vnetRules: 0 },
    lastModifiedByType: byUs.has(registry) ? "ManagedIdentity" : "Application",
    lastModifiedByUs: byUs.has(registry),
    slots: { used: rulesOf(registry).length, limit: undefined },
    network: { defaultAction: "Deny", rules: rulesOf(registry) },
  });
  return {
    rulesOf,
    othersWrite(registry, values) {
      rules.set(registry, values);
      byUs.delete(registry);
    },
    port: {
      read: (registry) => Promise.resolve({ kind: "read", view: viewOf(registry) }),
      turn: () => Promise.resolve({ kind: "turn" }),
      async apply(registry, list) {
        const before = rulesOf(registry);
        rules.set(registry, list.rules);
        byUs.add(registry);
        for (const value of list.rules) {
          if (!before.includes(value)) await onAdded(registry, value);
        }
        return { kind: "applied", correlationId: undefined };
      },
    },
  };
}
