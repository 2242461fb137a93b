import { genericResource } from "./arm-bodies.ts";
import type { ArmCall, ArmHandler } from "./arm-call.ts";
import { unchanged } from "./arm-call.ts";
import { armError } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import { page } from "./paging.ts";
import type { RegistryStore } from "./registry-store.ts";
import { same } from "./registry.ts";
import type { Registry } from "./registry.ts";
import { EMULATED_IDENTITY } from "./issued-tokens.ts";

/** The one tenant there is. Source: ARM, "Tenants - List" (2020-01-01). */
export const listTenants: ArmHandler = () => {
  const { tenantId } = EMULATED_IDENTITY;
  const tenant = {
    id: `/tenants/${tenantId}`,
    tenantId,
    tenantCategory: "Home",
    displayName: "Drawbridge emulator",
    country: "NL",
    countryCode: "NL",
    defaultDomain: "drawbridge.example.com",
    domains: ["drawbridge.example.com"],
  };
  return unchanged({ status: 200, body: { value: [tenant] } });
};

/** The subscriptions that there is a registry in. */
export const listSubscriptions: ArmHandler = ({ context }) => {
  const ids = [...new Set(context.store.all().map((it) => it.subscriptionId.toLowerCase()))];
  const count = { type: "Total", value: ids.length };
  return unchanged({ status: 200, body: { value: ids.map(subscriptionBody), count } });
};

/** One of them. */
export const getSubscription: ArmHandler = ({ subscriptionId }) =>
  unchanged({ status: 200, body: subscriptionBody(subscriptionId.toLowerCase()) });

/** The resource groups that there is a registry in. */
export const listResourceGroups: ArmHandler = ({ context, subscriptionId, request }) => {
  const inside = context.store.all().filter((it) => same(it.subscriptionId, subscriptionId));
  const byName = new Map(inside.map((it) => [it.resourceGroup.toLowerCase(), it]));
  const groups = [...byName.values()].map(({ resourceGroup: name, location }) => ({
    id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
    name,
    type: "Microsoft.Resources/resourceGroups",
    location,
    properties: { provisioningState: "Succeeded" },
  }));
  return unchanged(page(request, groups, context.pageSize));
};

/** Every resource, or those that a `$filter` of `resourceType eq`, `name eq` and `and` leaves. */
export const listResources: ArmHandler = (call) => {
  const filter = call.request.target.searchParams.get("$filter");
  const wanted = parseFilter(filter ?? "");
  if (wanted === undefined) {
    const message = `Invalid $filter '${filter ?? ""}' specified in the query string.`;
    return unchanged(armError(400, "InvalidFilterInQueryString", message));
  }
  const found = registriesIn(call).filter((it) => wanted(it));
  return unchanged(page(call.request, found.map(genericResource), call.context.pageSize));
};

/** The registries of a call's subscription and, if it names one, resource group. */
export function registriesIn({ context, ...scope }: ArmCall): readonly Registry[] {
  return context.store
    .all()
    .filter((it) => same(it.subscriptionId, scope.subscriptionId))
    .filter((it) => scope.resourceGroup === "" || same(it.resourceGroup, scope.resourceGroup));
}

/** A subscription and a resource group exist as long as there is a registry in them. */
export function checkScope(
  store: RegistryStore,
  { subscriptionId, resourceGroup }: Pick<ArmCall, "subscriptionId" | "resourceGroup">,
): ArmReply | undefined {
  if (subscriptionId === "") return undefined;
  const inSubscription = store.all().filter((it) => same(it.subscriptionId, subscriptionId));
  if (inSubscription.length === 0) {
    const message = `The subscription '${subscriptionId}' could not be found.`;
    return armError(404, "SubscriptionNotFound", message);
  }
  if (resourceGroup === "") return undefined;
  if (inSubscription.some((it) => same(it.resourceGroup, resourceGroup))) return undefined;
  return armError(
    404,
    "ResourceGroupNotFound",
    `Resource group '${resourceGroup}' could not be found.`,
  );
}

/** Source: ARM, "Subscriptions - List" (2019-11-01), which azure-cli 2.45 asks for. */
function subscriptionBody(subscriptionId: string): unknown {
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId,
    tenantId: EMULATED_IDENTITY.tenantId,
    displayName: "Drawbridge emulator",
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

/** Undefined when the filter is not one of those azure-cli sends. */
function parseFilter(filter: string): ((registry: Registry) => boolean) | undefined {
  if (filter.trim() === "") return () => true;
  const terms = filter.split(/\s+and\s+/i).map((term) => {
    const [, field = "", value = ""] =
      /^\s*(resourceType|name|resourceGroup|location)\s+eq\s+'([^']*)'\s*$/i.exec(term) ?? [];
    return { field: field.toLowerCase(), value };
  });
  if (terms.some(({ field }) => field === "")) return undefined;
  const fields: Readonly<Record<string, (it: Registry) => string>> = {
    resourcetype: () => "Microsoft.ContainerRegistry/registries",
    name: (it) => it.name,
    resourcegroup: (it) => it.resourceGroup,
    location: (it) => it.location,
  };
  return (registry) =>
    terms.every(({ field, value }) => same(fields[field]?.(registry) ?? "", value));
}
