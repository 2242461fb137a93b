import type { TokenCredential } from "@azure/identity";
import { idsIn } from "./own-identity.ts";

/** learn.microsoft.com, "Use Microsoft Entra for cache authentication with Azure Managed Redis". */
const SCOPE = "https://redis.azure.com/.default";

/** The token as Redis takes it: the object id that it names is the user, and the token itself the password. */
export function createRedisTokens(credential: TokenCredential) {
  return async (
    abortSignal: AbortSignal,
  ): Promise<{
    readonly username: string;
    readonly password: string;
    readonly expiresAt: Date;
  }> => {
    const token = await credential.getToken(SCOPE, { abortSignal });
    const username = token && idsIn(token.token)?.oid;
    if (!token || !username) throw new Error("Entra ID gave no token for Redis with an object id.");
    return { username, password: token.token, expiresAt: new Date(token.expiresOnTimestamp) };
  };
}
