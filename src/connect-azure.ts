import { createArmClients } from "./adapters/azure/arm-clients.ts";
import { CLOUDS } from "./adapters/azure/cloud.ts";
import { createRegistryRights, type RegistryRights } from "./adapters/azure/registry-rights.ts";
import { createRegistryRules } from "./adapters/azure/registry-rules.ts";
import { createTagLedger } from "./adapters/azure/tag-ledger.ts";
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

/** Connects to nothing yet; the first call does. Only roles that change rules load this module. */
export function connectAzure(
  azure: AzureConfig,
  ledgerKeys: LedgerKeys | undefined,
  monotonicMs: () => number,
): AzureConnection {
  const { armEndpoint, armAudience } = CLOUDS[azure.cloud];
  const endpoint = azure.armEndpoint ?? armEndpoint;
  const settings = {
    credential: azureCredential(azure),
    endpoint,
    audience: armAudience,
    monotonicMs,
  };
  const clients = createArmClients(settings);
  return {
    rules: createRegistryRules(settings, clients),
    rightsOn: createRegistryRights(clients, endpoint),
    ledger:
      ledgerKeys === undefined
        ? undefined
        : createTagLedger({ clients, endpoint, keys: ledgerKeys }),
  };
}
