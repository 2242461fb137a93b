import { createArmClients, type ArmSettings } from "./adapters/azure/arm-clients.ts";
import { CLOUDS } from "./adapters/azure/cloud.ts";
import { createRegistryRights, type RegistryRights } from "./adapters/azure/registry-rights.ts";
import { createRegistryRules } from "./adapters/azure/registry-rules.ts";
import { createTagLedger } from "./adapters/azure/tag-ledger.ts";
import type { AzureMetrics } from "./adapters/web/azure-metrics.ts";
import type { Ledger, RegistryRules } from "./application/ports.ts";
import { azureCredential } from "./azure-credential.ts";
import type { AzureConfig, LedgerKeys } from "./config.ts";
import type { RegistryId } from "./domain/ids.ts";

/** The way to Azure. */
export type AzureConnection = {
  readonly rules: RegistryRules;
  /** `undefined` without keys. */
  readonly ledger: Ledger | undefined;
  /** What the identity may do; only asked for by an operator. */
  readonly rightsOn: (registry: RegistryId, signal: AbortSignal) => Promise<RegistryRights>;
};

/** Connects to nothing yet; the first call does. With metrics, what is asked of Azure is counted. Only roles that change rules load this module. */
export function connectAzure(
  azure: AzureConfig,
  ledgerKeys: LedgerKeys | undefined,
  monotonicMs: () => number,
  metrics?: AzureMetrics,
): AzureConnection {
  const { armEndpoint, armAudience } = CLOUDS[azure.cloud];
  const endpoint = azure.armEndpoint ?? armEndpoint;
  const settings: ArmSettings = {
    credential: azureCredential(azure),
    endpoint,
    audience: armAudience,
    monotonicMs,
    ...(metrics === undefined
      ? {}
      : {
          onCall: (method, status) => {
            metrics.countArmCall(method, status);
          },
        }),
  };
  const clients = createArmClients(settings);
  const rules = createRegistryRules(settings, clients);
  const ledger =
    ledgerKeys === undefined ? undefined : createTagLedger({ clients, endpoint, keys: ledgerKeys });
  const rightsOn = createRegistryRights(clients, endpoint);
  if (metrics === undefined) return { rules, ledger, rightsOn };
  return {
    rightsOn,
    rules: metrics.withRulesCounted(rules, monotonicMs),
    ledger: ledger && metrics.withLedgerCounted(ledger),
  };
}
