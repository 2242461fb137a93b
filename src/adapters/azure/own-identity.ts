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
    const [, payload = ""] = token?.token.split(".") ?? [];
    const parsed = claims.safeParse(jsonOf(Buffer.from(payload, "base64url").toString("utf8")));
    if (!parsed.success) return new Set();
    known = new Set(Object.values(parsed.data).filter((id) => id !== undefined));
    return known;
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
