import { isIPv4 } from "node:net";
import * as z from "zod";

/**
 * Most IP rules a Premium registry may have; fixed.
 * Source: Azure docs, "Azure Container Registry service tiers" and "Configure public registry access".
 */
export const IP_RULE_QUOTA = 200;

/** `/subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…`, in any letter case. */
const REGISTRY_ID =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerRegistry\/registries\/([a-zA-Z0-9]{5,50})$/i;

/** What a test or a demo says about a registry that shall exist. */
export const registrySeed = z.strictObject({
  id: z.string().regex(REGISTRY_ID),
  sku: z.enum(["Basic", "Standard", "Premium"]).default("Premium"),
  location: z.string().default("westeurope"),
  defaultAction: z.enum(["Allow", "Deny"]).optional(),
  rules: z.array(z.string()).default([]),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  tags: z.record(z.string(), z.string()).default({}),
});

/**
 * A registry to start with. Only `id` is needed: by default it is a Premium registry in West Europe, reachable
 * from the public network, with no rules; its default action is Deny if Premium, Allow if not.
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
  readonly sku: "Basic" | "Standard" | "Premium";
  /** Host and port of its front end. */
  readonly loginServer: string;
  readonly publicNetworkAccess: "Enabled" | "Disabled";
  readonly defaultAction: "Allow" | "Deny";
  /** Addresses and CIDR blocks in the order they were sent; a `/32` is never shown. */
  readonly rules: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly lastModified: Author & { readonly at: Date };
}

/** A write. What it leaves out stays; a list or a map it has replaces the old one whole. */
export interface RegistryChange {
  readonly defaultAction?: "Allow" | "Deny" | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What became of a write: the registry it made, or why there is none. */
export type ChangeOutcome =
  | { readonly kind: "changed"; readonly registry: Registry }
  | { readonly kind: "needs-premium"; readonly sku: Registry["sku"] }
  | { readonly kind: "over-quota"; readonly quota: number }
  | { readonly kind: "not-ipv4"; readonly value: string };

/** The registry a seed describes; throws when Azure would not have such a registry. */
export function registryFromSeed(input: RegistrySeed, loginServer: string, at: Date): Registry {
  const seed = registrySeed.parse(input);
  const [, subscriptionId = "", resourceGroup = "", name = ""] = REGISTRY_ID.exec(seed.id) ?? [];
  const author: Author = { by: "seed", byType: "User" };
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
    tags: seed.tags,
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
  const { rules, defaultAction } = change;
  if (registry.sku !== "Premium" && (rules !== undefined || defaultAction === "Deny")) {
    return { kind: "needs-premium", sku: registry.sku };
  }
  const wrong = rules?.find((rule) => !isIPv4Rule(rule));
  if (wrong !== undefined) return { kind: "not-ipv4", value: wrong };
  if (rules !== undefined && rules.length > IP_RULE_QUOTA) {
    return { kind: "over-quota", quota: IP_RULE_QUOTA };
  }
  return {
    kind: "changed",
    registry: {
      ...registry,
      defaultAction: defaultAction ?? registry.defaultAction,
      rules: rules?.map((rule) => rule.replace(/\/32$/, "")) ?? registry.rules,
      tags: change.tags ?? registry.tags,
      lastModified: { ...author, at },
    },
  };
}

function isIPv4Rule(rule: string): boolean {
  const [, address = "", prefix = "32"] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(rule) ?? [];
  return isIPv4(address) && Number(prefix) <= 32;
}
