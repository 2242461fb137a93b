import { randomBytes } from "node:crypto";

/** The managed identity all tokens are issued to, unless a `client_id` is asked for. */
export const EMULATED_IDENTITY = {
  tenantId: "00000000-0000-0000-0000-0000000000aa",
  clientId: "00000000-0000-0000-0000-0000000000c1",
  objectId: "00000000-0000-0000-0000-0000000000d1",
};

/** Where that identity is in Azure: the claim `xms_mirid`, by which azure-cli knows a managed identity. */
const IDENTITY_RESOURCE =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg-drawbridge/providers/Microsoft.ManagedIdentity/userAssignedIdentities/drawbridge";

const LIFETIME_SECONDS = 24 * 60 * 60;

/** What the tokens issued so far are for. */
export interface IssuedTokens {
  /**
   * The resource a token was asked for, without a slash at its end, as `https://management.azure.com` or
   * `https://api.botframework.com`; undefined when the token was not issued here or has expired.
   */
  resourceOf(token: string): string | undefined;
}

/** Who holds a token. */
export interface Caller {
  readonly objectId: string;
  readonly clientId: string;
  /** Tells one token of an identity from another: `<objectId>#<number>`, numbered as they were issued. */
  readonly name: string;
}

/** What the emulator itself knows of its tokens. */
export interface KnownTokens extends IssuedTokens {
  callerOf(token: string): Caller | undefined;
}

/** A new token. Times are seconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly clientId: string;
  readonly issuedAt: number;
  readonly expiresOn: number;
}

/** Issues tokens, valid for a day of real time, and remembers them. */
export interface TokenIssuer {
  readonly tokens: KnownTokens;
  issue(resource: string, clientId?: string): IssuedToken;
}

/** An issuer that has issued nothing. */
export function createTokenIssuer(): TokenIssuer {
  const issued = new Map<
    string,
    { readonly resource: string; readonly expiresOn: number; readonly caller: Caller }
  >();

  return {
    tokens: {
      resourceOf(token) {
        const found = issued.get(token);
        if (found === undefined || found.expiresOn * 1000 <= Date.now()) return undefined;
        return found.resource;
      },
      callerOf: (token) => issued.get(token)?.caller,
    },
    issue(resource, clientId = EMULATED_IDENTITY.clientId) {
      const issuedAt = Math.floor(Date.now() / 1000);
      const expiresOn = issuedAt + LIFETIME_SECONDS;
      const token = tokenText({ resource, clientId, issuedAt, expiresOn });
      const { objectId } = EMULATED_IDENTITY;
      const caller = { objectId, clientId, name: `${objectId}#${issued.size + 1}` };
      issued.set(token, { resource: resource.replace(/\/+$/, ""), expiresOn, caller });
      return { token, clientId, issuedAt, expiresOn };
    },
  };
}

/** A JWT in shape only: its signature is random, so it is known by looking it up, not by checking it. */
function tokenText(of: {
  readonly resource: string;
  readonly clientId: string;
  readonly issuedAt: number;
  readonly expiresOn: number;
}): string {
  const { tenantId, objectId } = EMULATED_IDENTITY;
  const issuer = `https://sts.windows.net/${tenantId}/`;
  const claims = {
    aud: of.resource,
    iss: issuer,
    iat: of.issuedAt,
    nbf: of.issuedAt,
    exp: of.expiresOn,
    appid: of.clientId,
    appidacr: "2",
    idp: issuer,
    idtyp: "app",
    oid: objectId,
    sub: objectId,
    tid: tenantId,
    ver: "1.0",
    xms_mirid: IDENTITY_RESOURCE,
  };
  const encoded = [{ typ: "JWT", alg: "RS256", kid: "emulator" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return [...encoded, randomBytes(256).toString("base64url")].join(".");
}
