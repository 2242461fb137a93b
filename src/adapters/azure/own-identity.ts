import type { TokenCredential } from "@azure/identity";
import { z } from "zod";

const claims = z.object({
  oid: z.string().optional(),
  appid: z.string().optional(),
  azp: z.string().optional(),
});

/**
 * The ids under which ARM writes us into `systemData.lastModifiedBy`: object id or application id, as the token for
 * ARM names them. Nothing when the token can't be read; then no write is taken for ours.
 */
export function createOwnIdentity(
  credential: TokenCredential,
  scope: string,
): (abortSignal: AbortSignal) => Promise<ReadonlySet<string>> {
  let known: ReadonlySet<string> | undefined;
  return async (abortSignal) => {
    if (known !== undefined) return known;
    const token = await credential.getToken(scope, { abortSignal });
    const ids = token && idsIn(token.token);
    if (!ids) return new Set();
    known = new Set(Object.values(ids).filter((id) => id !== undefined));
    return known;
  };
}

/** Whose token this is; nothing when it can't be read. Its signature is for whom it was made to check. */
export function idsIn(token: string): z.output<typeof claims> | undefined {
  const [, payload = ""] = token.split(".");
  return claims.safeParse(jsonOf(Buffer.from(payload, "base64url").toString("utf8"))).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
