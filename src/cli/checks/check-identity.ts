import type { TokenCredential } from "@azure/identity";
import { idsIn } from "../../adapters/azure/own-identity.ts";
import type { AzureConfig } from "../../config.ts";
import { fail, pass, type Check } from "./check.ts";

const MEND: Readonly<Record<AzureConfig["credential"], string>> = {
  "azure-cli": "az login",
  "managed-identity": "az identity show --ids $IDENTITY --query clientId -o tsv",
  "workload-identity": "az identity federated-credential list --ids $IDENTITY",
};

/** Whether Azure gives our identity a token at all, and whose it is. */
export function checkIdentity(
  { credential: kind, clientId }: AzureConfig,
  credential: () => Promise<TokenCredential>,
  scope: string,
): Check {
  return {
    name: "identity",
    mend: MEND[kind],
    async look(abortSignal) {
      const token = await (await credential()).getToken(scope, { abortSignal });
      if (token === null) return [fail("Azure gives no token.", MEND[kind])];
      const { oid, appid } = idsIn(token.token) ?? {};
      const who = [
        oid && `object id ${oid}`,
        (appid ?? clientId) && `client id ${appid ?? clientId ?? ""}`,
      ];
      return [pass(`Signed in as ${kind}, ${who.filter(Boolean).join(", ") || "unnamed"}.`)];
    },
  };
}
