import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "./local-http.ts";

/** The only value of the header X-IDENTITY-HEADER that gets a token, i.e. IDENTITY_HEADER for clients. */
export const IDENTITY_HEADER = "drawbridge-emulator";

/** The managed identity all tokens are issued to, unless a `client_id` is asked for. */
export const EMULATED_IDENTITY = {
  tenantId: "00000000-0000-0000-0000-0000000000aa",
  clientId: "00000000-0000-0000-0000-0000000000c1",
  objectId: "00000000-0000-0000-0000-0000000000d1",
};

const LIFETIME_SECONDS = 24 * 60 * 60;
const API_VERSION = "2019-08-01";

/** What the tokens issued so far are for. */
export interface IssuedTokens {
  /**
   * The resource a token was asked for, without a slash at its end, as `https://management.azure.com` or
   * `https://api.botframework.com`; undefined when the token was not issued here or has expired.
   */
  resourceOf(token: string): string | undefined;
}

/** The managed-identity endpoint of App Service. */
export interface TokenEndpoint {
  readonly tokens: IssuedTokens;
  /** Answers a request to `/msi/token`. */
  serve(request: IncomingMessage, response: ServerResponse, target: URL): void;
}

/**
 * An endpoint that issues tokens for any resource, valid for a day of real time.
 * Source: Azure docs, "How to use managed identities for App Service" (REST endpoint reference); captured requests of
 * @azure/identity 4.14.1.
 */
export function createTokenEndpoint(): TokenEndpoint {
  const issued = new Map<string, { readonly resource: string; readonly expiresOn: number }>();

  function issue(resource: string, clientId: string) {
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiresOn = issuedAt + LIFETIME_SECONDS;
    const token = tokenText({ resource, clientId, issuedAt, expiresOn });
    issued.set(token, { resource: withoutSlash(resource), expiresOn });
    return { token, expiresOn };
  }

  return {
    tokens: {
      resourceOf(token) {
        const found = issued.get(token);
        if (found === undefined || found.expiresOn * 1000 <= Date.now()) return undefined;
        return found.resource;
      },
    },
    serve(request, response, target) {
      const problem = checkRequest(request, target);
      if (problem !== undefined) {
        const { status, message } = problem;
        const body = { statusCode: status, message, correlationId: randomUUID() };
        sendJson(request, response, status, body);
        return;
      }
      const resource = target.searchParams.get("resource") ?? "";
      const clientId = target.searchParams.get("client_id") ?? EMULATED_IDENTITY.clientId;
      const { token, expiresOn } = issue(resource, clientId);
      sendJson(request, response, 200, {
        access_token: token,
        expires_on: String(expiresOn),
        resource,
        token_type: "Bearer",
        client_id: clientId,
      });
    },
  };
}

function checkRequest(
  request: IncomingMessage,
  { searchParams }: URL,
): { readonly status: number; readonly message: string } | undefined {
  if (request.method !== "GET") return { status: 405, message: "Only GET is emulated." };
  if (request.headers["x-identity-header"] !== IDENTITY_HEADER) {
    return { status: 401, message: "The header X-IDENTITY-HEADER is missing or wrong." };
  }
  if (searchParams.get("api-version") !== API_VERSION) {
    return { status: 400, message: `Only api-version ${API_VERSION} is emulated.` };
  }
  if ((searchParams.get("resource") ?? "") === "") {
    return { status: 400, message: "The query parameter resource is missing." };
  }
  return undefined;
}

/** A JWT in shape only: its signature is random, so it is known by looking it up, not by checking it. */
function tokenText(of: {
  readonly resource: string;
  readonly clientId: string;
  readonly issuedAt: number;
  readonly expiresOn: number;
}): string {
  const { tenantId, objectId } = EMULATED_IDENTITY;
  const claims = {
    aud: of.resource,
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: of.issuedAt,
    nbf: of.issuedAt,
    exp: of.expiresOn,
    appid: of.clientId,
    idtyp: "app",
    oid: objectId,
    sub: objectId,
    tid: tenantId,
    ver: "1.0",
  };
  const encoded = [{ typ: "JWT", alg: "RS256", kid: "emulator" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return [...encoded, randomBytes(32).toString("base64url")].join(".");
}

function withoutSlash(resource: string): string {
  return resource.replace(/\/+$/, "");
}
