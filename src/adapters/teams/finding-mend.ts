import type { Finding } from "../../domain/finding.ts";

/** The command that mends a finding, or shows what there is to mend; `undefined` when none does. */
export function findingMend(finding: Finding, name: string): string | undefined {
  switch (finding.kind) {
    case "not-premium":
      return `az acr update -n ${name} --sku Premium`;
    case "public-access-disabled":
      return `az acr update -n ${name} --public-network-enabled true`;
    case "default-action-allow":
      return `az acr update -n ${name} --default-action Deny`;
    case "anonymous-pull-on":
      return `az acr update -n ${name} --anonymous-pull-enabled false`;
    case "admin-user-on":
      return `az acr update -n ${name} --admin-enabled false`;
    case "slots-full":
      return `az acr network-rule list -n ${name}`;
    case "vnet-rules-present":
      return `az acr network-rule list -n ${name} --query virtualNetworkRules`;
    case "registry-locked":
      return `az lock list --resource $(az acr show -n ${name} --query id -o tsv)`;
    case "registry-not-found":
      return `az acr show -n ${name} --query id -o tsv`;
    case "not-allowed":
      return `az role assignment list --include-inherited --scope $(az acr show -n ${name} --query id -o tsv)`;
    case "denied-by-policy":
      return `az policy state list --resource $(az acr show -n ${name} --query id -o tsv)`;
    case "ledger-not-written":
    case "ledger-not-ours":
      return `az acr show -n ${name} --query tags`;
    case "registry-recreated":
    case "rules-recovered":
    case "rules-removed":
      return `drawbridge rules --registry ${name}`;
    case "leases-unreadable":
    case "clocks-differ":
      return undefined;
  }
}
