import * as z from "zod";
import { knowsVirtualNetworkRules } from "./api-versions.ts";
import { skuName } from "./registry.ts";
import type { RegistryChange } from "./registry.ts";

const ipRule = z.strictObject({ value: z.string(), action: z.string().nullish() });
const subnetRule = z.looseObject({ id: z.string() });

/** The CLI sends null for what it does not mean to say; the resource provider takes that for absent. */
const networkRuleSet = z.looseObject({
  defaultAction: z.enum(["Allow", "Deny"]).nullish(),
  ipRules: z.array(ipRule).nullish(),
  virtualNetworkRules: z.array(subnetRule).nullish(),
});

const body = z.looseObject({
  location: z.string().optional(),
  sku: z.looseObject({ name: skuName }).nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  properties: z
    .looseObject({
      networkRuleSet: networkRuleSet.nullish(),
      publicNetworkAccess: z.enum(["Enabled", "Disabled"]).nullish(),
    })
    .nullish(),
});

/** What only the resource provider sets; a client that sends back what it has read sends these too. */
const READ_ONLY = [
  "loginServer",
  "creationDate",
  "provisioningState",
  "status",
  "privateEndpointConnections",
  "dataEndpointHostNames",
];

/** What a PATCH or a PUT asks for. */
export interface ParsedWrite {
  readonly location: string | undefined;
  readonly change: RegistryChange;
}

/**
 * The write that a PATCH or PUT body asks for, or what is wrong with the body. Any `action` is taken for Allow, the
 * only one there is; properties that are not emulated are kept as they are sent.
 * Sources: azure-powershell recording Update-AzContainerRegistry ("Forbidden" came back as "Allow"); azure-cli 2.45
 * acr/custom.py and acr/network_rule.py (what it sends).
 */
export function parseWrite(sent: unknown, version: string): ParsedWrite | { problem: string } {
  const parsed = body.safeParse(sent);
  if (!parsed.success) return { problem: z.prettifyError(parsed.error) };
  const { location, sku, tags, properties } = parsed.data;
  const { networkRuleSet: ruleSet, publicNetworkAccess, ...others } = properties ?? {};
  const subnets = knowsVirtualNetworkRules(version) ? ruleSet?.virtualNetworkRules : undefined;
  return {
    location,
    change: {
      sku: sku?.name,
      tags: tags ?? undefined,
      publicNetworkAccess: publicNetworkAccess ?? undefined,
      defaultAction: ruleSet?.defaultAction ?? undefined,
      rules: ruleSet?.ipRules?.map((rule) => rule.value),
      virtualNetworkRules: subnets?.map((rule) => rule.id),
      properties: Object.fromEntries(
        Object.entries(others).filter(([name]) => !READ_ONLY.includes(name)),
      ),
    },
  };
}
