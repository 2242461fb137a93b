import type { TokenCredential } from "@azure/identity";
import { CLOUDS } from "./adapters/azure/cloud.ts";
import { createCredential } from "./adapters/azure/credential.ts";
import type { AzureConfig } from "./config.ts";

/** Who we are in the configured cloud. Asks nobody yet; the first token does. */
export function azureCredential({
  credential: kind,
  clientId,
  cloud,
}: AzureConfig): TokenCredential {
  return createCredential({ kind, clientId, authorityHost: CLOUDS[cloud].authorityHost });
}
