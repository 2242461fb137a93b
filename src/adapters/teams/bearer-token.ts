import { z } from "zod";

/** What a token has to be about, whoever signed it. */
export type TokenRules = { readonly appId: string; readonly tokenIssuer: string };

/** Tokens of the Bot Connector have about 1 KB. */
const LONGEST_TOKEN = 8 * 1_024;

const header = z.object({ alg: z.literal("RS256"), kid: z.string().min(1) });
const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  serviceurl: z.string(),
  exp: z.number(),
});
const JWT = /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]*$/;

/**
 * What a token says of itself that a token of the Bot Connector for this bot and this service URL would not, before
 * anybody looks at its signature. The SDK never gets to see such a token: by issuer and channel it would choose other
 * checks for it, and for each `tid` that it had not met it makes a list longer that it keeps for good.
 */
export function tokenProblem(
  authorization: string,
  { channelId, serviceUrl }: { readonly channelId?: unknown; readonly serviceUrl?: unknown },
  { appId, tokenIssuer }: TokenRules,
): string | undefined {
  if (authorization === "") return "no token";
  if (authorization.length > LONGEST_TOKEN) return "too long";
  const [, head = "", body = ""] = JWT.exec(authorization) ?? [];
  const [first, second] = [decoded(head), decoded(body)];
  if (first === undefined || second === undefined) return "not a token";
  const signed = header.safeParse(first);
  if (!signed.success) return String(signed.error.issues[0]?.path[0] ?? "header");
  const said = claims.safeParse(second);
  if (!said.success) return String(said.error.issues[0]?.path[0] ?? "claims");
  if (said.data.iss !== tokenIssuer) return "issuer";
  if (said.data.aud !== appId) return "audience";
  if (channelId !== "msteams") return "channel";
  if (said.data.serviceurl !== serviceUrl) return "service URL";
  return undefined;
}

/** The id of the key that the token says it was signed with; "" when it says none. */
export function keyIdOf(authorization: string): string {
  return header.safeParse(decoded(JWT.exec(authorization)?.[1] ?? "")).data?.kid ?? "";
}

/** Whether the keys that tokens are checked with could not be fetched: then nothing is known of the token. */
export function isWithoutKeys(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "FetchError" || error.message.startsWith("Failed to load"))
  );
}

/** Why the SDK refused a token, in our words: messages of the JWT libraries may quote it. */
export function verificationProblem(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const known = Object.entries(KNOWN).find(([said]) => error.message.startsWith(said));
  return known?.[1] ?? error.name;
}

/** Beginnings of what botframework-connector 4.23.3 and its jsonwebtoken say. */
const KNOWN: Readonly<Record<string, string>> = {
  "The token has expired": "expired",
  "jwt not active": "not valid yet",
  "invalid signature": "signature",
  "jwt signature is required": "signature",
  "Signing Key could not be retrieved": "unknown key",
  "Could not validate endorsement": "channel",
};

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
