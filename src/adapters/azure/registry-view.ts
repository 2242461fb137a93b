import type { Registry } from "@azure/arm-containerregistry";
import { hasFirewall, type ArmFailure, type RegistryView } from "../../application/ports.ts";

/** What a GET of the registry does not tell. */
export type RegistryExtras = {
  readonly ruleLimit: number | undefined;
  readonly vnetRules: number;
};

/** Our own ids, as ARM would name us. */
export type OwnIds = ReadonlySet<string>;

/** What we rely on must be there: a reply without the rule set is never read as "no rules". */
export function viewOf(
  answer: Registry,
  { ruleLimit, vnetRules, answeredAt }: RegistryExtras & { readonly answeredAt: Date | undefined },
  ownIds: OwnIds,
): RegistryView | (ArmFailure & { readonly kind: "unreadable" }) {
  const { loginServer, creationDate, networkRuleSet, systemData } = answer;
  // The SDK's type promises a SKU; the wire may not.
  const sku = (answer.sku as { readonly name?: string } | undefined)?.name;
  if (sku === undefined || loginServer === undefined || creationDate === undefined) {
    return { kind: "unreadable", code: "IncompleteRegistry" };
  }
  const rules = networkRuleSet?.ipRules?.map((rule) => rule.iPAddressOrRange);
  const view = {
    loginServer,
    sku,
    creationDate,
    answeredAt,
    tags: answer.tags ?? {},
    lastModifiedAt: systemData?.lastModifiedAt,
    lastModifiedByType: systemData?.lastModifiedByType,
    lastModifiedByUs: ownIds.has(systemData?.lastModifiedBy ?? ""),
    publicNetworkAccess: answer.publicNetworkAccess !== "Disabled",
    anonymousPull: answer.anonymousPullEnabled === true,
    adminUser: answer.adminUserEnabled === true,
    vnetRules,
    slots: { used: rules?.length ?? 0, limit: ruleLimit },
  };
  if (!hasFirewall(sku)) return { ...view, network: undefined };
  const defaultAction = networkRuleSet?.defaultAction;
  if (rules === undefined || (defaultAction !== "Allow" && defaultAction !== "Deny")) {
    return { kind: "unreadable", code: "NoNetworkRuleSet" };
  }
  return { ...view, network: { defaultAction, rules } };
}
