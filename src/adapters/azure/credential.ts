import {
  AzureCliCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
  type TokenCredential,
} from "@azure/identity";

/** Which identity the worker uses, by name: a chain that tries one after the other would hide which one it was. */
export type CredentialChoice = {
  readonly kind: "managed-identity" | "workload-identity" | "azure-cli";
  /** Of a user-assigned identity; without it the system-assigned one, or the one of the environment. */
  readonly clientId: string | undefined;
  /** Where workload identity gets its tokens; the other two know by themselves. */
  readonly authorityHost: string;
};

/** No token is asked for before the first call. `azure-cli` is for a developer's own machine. */
export function createCredential({
  kind,
  clientId,
  authorityHost,
}: CredentialChoice): TokenCredential {
  const id = clientId === undefined ? {} : { clientId };
  switch (kind) {
    case "managed-identity":
      return new ManagedIdentityCredential(id);
    case "workload-identity":
      return new WorkloadIdentityCredential({ ...id, authorityHost });
    case "azure-cli":
      return new AzureCliCredential();
  }
}
