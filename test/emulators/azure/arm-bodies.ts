import * as z from "zod";
import type { Registry, RegistryChange } from "./registry.ts";

const ipRule = z.strictObject({ value: z.string(), action: z.string().optional() });

/** What of RegistryUpdateParameters is emulated; any other property is refused, not overlooked. */
const patchBody = z.strictObject({
  tags: z.record(z.string(), z.string()).optional(),
  properties: z
    .strictObject({
      networkRuleSet: z
        .strictObject({
          defaultAction: z.enum(["Allow", "Deny"]).optional(),
          ipRules: z.array(ipRule).optional(),
        })
        .optional(),
    })
    .optional(),
});

/**
 * The write that a PATCH body asks for, or what is wrong with the body. Any `action` is taken for Allow, the only
 * one there is. Source: azure-powershell recording Update-AzContainerRegistry ("Forbidden" came back as "Allow").
 */
export function parsePatch(body: unknown): RegistryChange | { readonly problem: string } {
  const parsed = patchBody.safeParse(body);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error) };
  const ruleSet = parsed.data.properties?.networkRuleSet;
  return {
    tags: parsed.data.tags,
    defaultAction: ruleSet?.defaultAction,
    rules: ruleSet?.ipRules?.map((rule) => rule.value),
  };
}

/**
 * A registry as api-version 2025-11-01 shows it; on Basic without `networkRuleSet`.
 * Sources: azure-rest-api-specs example RegistryUpdate.json (2025-11-01); azure-cli recording
 * test_acr_network_rule.yaml; azure-sdk-for-net recording ContainerRegistryCoreScenario (Basic).
 */
export function registryBody(registry: Registry): unknown {
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
    properties: {
      loginServer: registry.loginServer,
      creationDate: ticks(createdAt, "Z"),
      provisioningState: "Succeeded",
      adminUserEnabled: false,
      ...(registry.sku === "Basic" ? {} : { networkRuleSet: networkRuleSet(registry) }),
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
    },
  };
}

function networkRuleSet(registry: Registry): unknown {
  return {
    defaultAction: registry.defaultAction,
    ipRules: registry.rules.map((value) => ({ action: "Allow", value })),
  };
}

/** The seven decimals of .NET. */
function ticks(date: Date, zone: "Z" | "+00:00"): string {
  return date.toISOString().replace("Z", `0000${zone}`);
}
