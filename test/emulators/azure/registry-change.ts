import { isIPv4 } from "node:net";
import { mergePatch } from "./merge-patch.ts";
import { REGISTRY_ID, registrySeed } from "./registry.ts";
import type { Author, ChangeOutcome, Registry, RegistryChange, RegistrySeed } from "./registry.ts";

type Refusal = Exclude<ChangeOutcome, { kind: "changed" }>;

/** The registry a seed describes; throws when Azure would not have such a registry. */
export function registryFromSeed(
  input: RegistrySeed,
  loginServer: string,
  at: Date,
  author: Author = { by: "seed", byType: "User" },
): Registry {
  const seed = registrySeed.parse(input);
  const [, subscriptionId = "", resourceGroup = "", name = ""] = REGISTRY_ID.exec(seed.id) ?? [];
  const bare: Registry = {
    id: seed.id,
    subscriptionId,
    resourceGroup,
    name,
    location: seed.location,
    sku: seed.sku,
    loginServer,
    publicNetworkAccess: seed.publicNetworkAccess,
    defaultAction: seed.sku === "Premium" ? "Deny" : "Allow",
    rules: [],
    virtualNetworkRules: seed.virtualNetworkRules,
    tags: seed.tags,
    properties: seed.properties,
    ipRuleQuota: seed.ipRuleQuota,
    provisioningState: "Succeeded",
    createdAt: at,
    lastModified: { ...author, at },
  };
  const rules = seed.rules.length === 0 ? undefined : seed.rules;
  const outcome = changeRegistry(bare, { defaultAction: seed.defaultAction, rules }, author, at);
  if (outcome.kind !== "changed") throw new Error(`Cannot seed ${name}: ${outcome.kind}`);
  return outcome.registry;
}

/**
 * Applies a write as the resource provider does: lists are replaced whole, omitted parts stay, a `/32` is dropped.
 * Sources: azure-cli recording test_acr_network_rule.yaml (replace, omit); azure-sdk-for-net recording
 * ContainerRegistryCoreScenario (tags); terraform-provider-azurerm container_registry_resource.go (`/32`);
 * Azure/acr#518 (quota). That Basic and Standard refuse an empty list too is our guess.
 */
export function changeRegistry(
  registry: Registry,
  change: RegistryChange,
  author: Author,
  at: Date,
): ChangeOutcome {
  const refusal = refusalOf(registry, change);
  if (refusal !== undefined) return refusal;
  return {
    kind: "changed",
    registry: {
      ...registry,
      sku: change.sku ?? registry.sku,
      publicNetworkAccess: change.publicNetworkAccess ?? registry.publicNetworkAccess,
      defaultAction: change.defaultAction ?? registry.defaultAction,
      rules: change.rules?.map((rule) => rule.replace(/\/32$/, "")) ?? registry.rules,
      virtualNetworkRules: change.virtualNetworkRules ?? registry.virtualNetworkRules,
      tags: change.tags ?? registry.tags,
      properties: mergePatch(registry.properties, change.properties ?? {}),
      lastModified: { ...author, at },
    },
  };
}

/** That a downgrade needs the rules cleared first is what terraform-provider-azurerm does; the text is our guess. */
function refusalOf(registry: Registry, change: RegistryChange): Refusal | undefined {
  const { rules } = change;
  const sku = change.sku ?? registry.sku;
  if (sku !== "Premium") {
    const left = registry.sku === "Premium" && (rules ?? registry.rules).length > 0;
    if (left || (rules !== undefined && registry.sku !== "Premium")) {
      return { kind: "needs-premium", what: "IP rule", sku };
    }
    if (change.defaultAction === "Deny") {
      return { kind: "needs-premium", what: "network rule", sku };
    }
    if (change.publicNetworkAccess === "Disabled") return { kind: "needs-public-access", sku };
  }
  const wrong = rules?.find((rule) => !isIPv4Rule(rule));
  if (wrong !== undefined) return { kind: "not-ipv4", value: wrong };
  const quota = registry.ipRuleQuota;
  return rules !== undefined && rules.length > quota ? { kind: "over-quota", quota } : undefined;
}

function isIPv4Rule(rule: string): boolean {
  const [, address = "", prefix = "32"] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(rule) ?? [];
  return isIPv4(address) && Number(prefix) <= 32;
}
