import { knowsVirtualNetworkRules } from "./api-versions.ts";
import { mergePatch } from "./merge-patch.ts";
import type { Registry } from "./registry.ts";

/**
 * A registry as an api-version shows it; on Basic without `networkRuleSet`.
 * Sources: azure-rest-api-specs example RegistryUpdate.json (2025-11-01); azure-cli recording
 * test_acr_network_rule.yaml; azure-sdk-for-net recording ContainerRegistryCoreScenario (Basic). That the versions
 * differ in `virtualNetworkRules` alone is a simplification: clients leave out what they do not know.
 */
export function registryBody(registry: Registry, version: string): unknown {
  const { lastModified, createdAt } = registry;
  return {
    sku: { name: registry.sku, tier: registry.sku },
    type: "Microsoft.ContainerRegistry/registries",
    id: registry.id,
    name: registry.name,
    location: registry.location,
    tags: registry.tags,
    systemData: {
      createdBy: "owner@example.com",
      createdByType: "User",
      createdAt: ticks(createdAt, "+00:00"),
      lastModifiedBy: lastModified.by,
      lastModifiedByType: lastModified.byType,
      lastModifiedAt: ticks(lastModified.at, "+00:00"),
    },
    properties: mergePatch(ownProperties(registry, version), registry.properties),
  };
}

/** What `GET {subscription}/resources` shows of a registry. Source: ARM, "Resources - List" (2021-04-01). */
export function genericResource(registry: Registry): unknown {
  return {
    id: registry.id,
    name: registry.name,
    type: "Microsoft.ContainerRegistry/registries",
    location: registry.location,
    sku: { name: registry.sku, tier: registry.sku },
    tags: registry.tags,
  };
}

/**
 * What `listUsages` shows: the number of rules and their limit, on Premium only.
 * Source: azure-rest-api-specs example RegistryListUsages.json; the other limits are the documented ones of Premium.
 */
export function usagesBody(registry: Registry): unknown {
  const { rules, virtualNetworkRules } = registry;
  const usage = (name: string, limit: number, currentValue: number, unit: "Bytes" | "Count") => ({
    name,
    limit,
    currentValue,
    unit,
  });
  const premium =
    registry.sku === "Premium"
      ? [
          usage("IPRules", registry.ipRuleQuota, rules.length, "Count"),
          usage("VNetRules", 100, virtualNetworkRules.length, "Count"),
        ]
      : [];
  return {
    value: [
      usage("Size", 500 * 2 ** 30, 12_345_678, "Bytes"),
      usage("Webhooks", 500, 0, "Count"),
      ...premium,
    ],
  };
}

/** What a registry has that nobody has changed. */
function ownProperties(registry: Registry, version: string): Readonly<Record<string, unknown>> {
  const { createdAt } = registry;
  return {
    loginServer: registry.loginServer,
    creationDate: ticks(createdAt, "Z"),
    provisioningState: registry.provisioningState,
    adminUserEnabled: false,
    ...(registry.sku === "Basic" ? {} : { networkRuleSet: networkRuleSet(registry, version) }),
    policies: {
      quarantinePolicy: { status: "disabled" },
      trustPolicy: { type: "Notary", status: "disabled" },
      retentionPolicy: {
        days: 7,
        lastUpdatedTime: ticks(createdAt, "+00:00"),
        status: "disabled",
      },
      exportPolicy: { status: "enabled" },
      azureADAuthenticationAsArmPolicy: { status: "enabled" },
    },
    encryption: { status: "disabled" },
    dataEndpointEnabled: false,
    dataEndpointHostNames: [],
    privateEndpointConnections: [],
    publicNetworkAccess: registry.publicNetworkAccess,
    networkRuleBypassOptions: "AzureServices",
    networkRuleBypassAllowedForTasks: false,
    zoneRedundancy: "Disabled",
    anonymousPullEnabled: false,
    roleAssignmentMode: "LegacyRegistryPermissions",
  };
}

function networkRuleSet(registry: Registry, version: string): unknown {
  return {
    defaultAction: registry.defaultAction,
    ...(knowsVirtualNetworkRules(version)
      ? { virtualNetworkRules: registry.virtualNetworkRules.map((id) => ({ action: "Allow", id })) }
      : {}),
    ipRules: registry.rules.map((value) => ({ action: "Allow", value })),
  };
}

/** The seven decimals of .NET. */
function ticks(date: Date, zone: "Z" | "+00:00"): string {
  return date.toISOString().replace("Z", `0000${zone}`);
}
