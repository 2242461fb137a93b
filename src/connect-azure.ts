import { createArmClients } from "./adapters/azure/arm-clients.ts";
import { CLOUDS } from "./adapters/azure/cloud.ts";
import { createCredential } from "./adapters/azure/credential.ts";
import { createRegistryRules } from "./adapters/azure/registry-rules.ts";
import { createTagLedger } from "./adapters/azure/tag-ledger.ts";
import type { Ledger, RegistryRules } from "./application/ports.ts";
import type { AzureConfig, LedgerKeys } from "./config.ts";

/** The way to Azure. */
export type AzureConnection = {
  readonly rules: RegistryRules;
  /** `undefined` without keys. */
  readonly ledger: Ledger | undefined;
};

/** Connects to nothing yet; the first call does. Only roles that change rules load this module. */
export function connectAzure(
  { cloud, credential: kind, clientId, armEndpoint }: AzureConfig,
  ledgerKeys: LedgerKeys | undefined,
  monotonicMs: () => number,
): AzureConnection {
  const { armEndpoint: ownEndpoint, armAudience, authorityHost } = CLOUDS[cloud];
  const endpoint = armEndpoint ?? ownEndpoint;
  const settings = {
    credential: createCredential({ kind, clientId, authorityHost }),
    endpoint,
    audience: armAudience,
    monotonicMs,
  };
  const clients = createArmClients(settings);
  return {
    rules: createRegistryRules(settings, clients),
    ledger:
      ledgerKeys === undefined
        ? undefined
        : createTagLedger({ clients, endpoint, keys: ledgerKeys }),
  };
}
