import * as z from "zod";

/**
 * Most IP rules a Premium registry may have, unless its seed says otherwise.
 * Source: Azure docs, "Azure Container Registry service tiers" and "Configure public registry access".
 */
export const IP_RULE_QUOTA = 200;

/** `/subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…`, in any letter case. */
export const REGISTRY_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerRegistry\/registries\/([a-zA-Z0-9]{5,50})$/i;

/** The tiers there are. */
export const skuName = z.enum(["Basic", "Standard", "Premium"]);

/** What a test or a demo says about a registry that shall exist. */
export const registrySeed = z.strictObject({
  id: z.string().regex(REGISTRY_ID),
  sku: skuName.default("Premium"),
  location: z.string().default("westeurope"),
  defaultAction: z.enum(["Allow", "Deny"]).optional(),
  rules: z.array(z.string()).default([]),
  virtualNetworkRules: z.array(z.string()).default([]),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  tags: z.record(z.string(), z.string()).default({}),
  ipRuleQuota: z.int().positive().default(IP_RULE_QUOTA),
  properties: z.record(z.string(), z.unknown()).default({}),
});

/**
 * A registry to start with. Only `id` is needed: by default it is a Premium registry in West Europe, reachable
 * from the public network, with no rules; its default action is Deny if Premium, Allow if not.
 * `virtualNetworkRules` are ids of subnets; `properties` are other properties, as `{ anonymousPullEnabled: true }`.
 */
export type RegistrySeed = z.input<typeof registrySeed>;

/** Who wrote, in the words of `systemData`. */
export interface Author {
  readonly by: string;
  readonly byType: "User" | "Application";
}

/** One registry as Azure Resource Manager knows it. A value: a write makes a new one. */
export interface Registry {
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly sku: z.infer<typeof skuName>;
  /** Host and port of its front end. */
  readonly loginServer: string;
  readonly publicNetworkAccess: "Enabled" | "Disabled";
  readonly defaultAction: "Allow" | "Deny";
  /** Addresses and CIDR blocks in the order they were sent; a `/32` is never shown. */
  readonly rules: readonly string[];
  /** Ids of subnets; not every api-version shows them. */
  readonly virtualNetworkRules: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Every other property that was written, as it was written. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly ipRuleQuota: number;
  readonly provisioningState: "Succeeded" | "Updating";
  readonly createdAt: Date;
  readonly lastModified: Author & { readonly at: Date };
}

/** A write. What it leaves out stays; a list or a map it has replaces the old one whole. */
export interface RegistryChange {
  readonly sku?: Registry["sku"] | undefined;
  readonly publicNetworkAccess?: Registry["publicNetworkAccess"] | undefined;
  readonly defaultAction?: Registry["defaultAction"] | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly virtualNetworkRules?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Merged into the other properties, objects among them by their members. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** What became of a write: the registry it made, or why there is none. */
export type ChangeOutcome =
  | { readonly kind: "changed"; readonly registry: Registry }
  | {
      readonly kind: "needs-premium";
      readonly what: "IP rule" | "network rule";
      readonly sku: string;
    }
  | { readonly kind: "needs-public-access"; readonly sku: string }
  | { readonly kind: "over-quota"; readonly quota: number }
  | { readonly kind: "not-ipv4"; readonly value: string };

/** Whether two ids or names are the same to Azure, which does not mind letter case. */
export function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
