import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createTokenIssuer } from "./issued-tokens.ts";
import type { IssuedToken, KnownTokens } from "./issued-tokens.ts";
import { readBody, sendJson } from "./local-http.ts";

export { EMULATED_IDENTITY } from "./issued-tokens.ts";

/** The only value of the header X-IDENTITY-HEADER or `secret` that gets a token: IDENTITY_HEADER or MSI_SECRET. */
export const IDENTITY_HEADER = "drawbridge-emulator";

/** The managed-identity endpoints of App Service, of before App Service, and of a virtual machine. */
export interface TokenEndpoint {
  readonly tokens: KnownTokens;
  /** Whether a path is one of its. */
  serves(path: string): boolean;
  serve(request: IncomingMessage, response: ServerResponse, target: URL): Promise<void>;
}

/** `/msi/token` is for IDENTITY_ENDPOINT and MSI_ENDPOINT, the second for the machine's extension, the third is IMDS. */
const PATHS = ["/msi/token", "/oauth2/token", "/metadata/identity/oauth2/token"];

/** One way to ask for a token. */
interface Form {
  readonly matches: (ask: Ask) => boolean;
  /** Undefined: any, also none. */
  readonly apiVersion: string | undefined;
  readonly clientIdParameter: string;
  readonly expiresOn: (token: IssuedToken) => string;
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Of the query, or of a form. */
  readonly parameters: URLSearchParams;
}

const seconds = ({ expiresOn }: IssuedToken): string => String(expiresOn);

/**
 * Sources: Azure docs, "How to use managed identities for App Service" (2019-08-01, and 2017-09-01 with its date
 * instead of seconds) and "How to use managed identities on an Azure VM to acquire an access token" (IMDS); msrestazure
 * 0.6.4 azure_active_directory.py (what azure-cli 2.45 sends: `secret` and a slash at the end, or a form by POST);
 * captured requests of @azure/identity 4.14.1.
 */
const FORMS: readonly Form[] = [
  {
    matches: ({ path, headers }) =>
      path === "/msi/token" && headers["secret"] === undefined && headers["metadata"] !== "true",
    apiVersion: "2019-08-01",
    clientIdParameter: "client_id",
    expiresOn: seconds,
  },
  {
    matches: ({ path, headers }) => path === "/msi/token" && headers["secret"] !== undefined,
    apiVersion: "2017-09-01",
    clientIdParameter: "clientid",
    expiresOn: ({ expiresOn }) => dotNetDate(new Date(expiresOn * 1000)),
  },
  {
    matches: ({ path, headers }) =>
      path === "/metadata/identity/oauth2/token" && headers["metadata"] === "true",
    apiVersion: "2018-02-01",
    clientIdParameter: "client_id",
    expiresOn: seconds,
  },
  {
    matches: ({ path, headers }) =>
      path !== "/metadata/identity/oauth2/token" && headers["metadata"] === "true",
    apiVersion: undefined,
    clientIdParameter: "client_id",
    expiresOn: seconds,
  },
];

/** An endpoint that issues tokens for any resource, and to any client id that is asked for. */
export function createTokenEndpoint(): TokenEndpoint {
  const issuer = createTokenIssuer();

  return {
    tokens: issuer.tokens,
    serves: (path) => PATHS.includes(withoutSlash(path)),
    async serve(request, response, target) {
      const { method = "GET", headers } = request;
      const text = await readBody(request);
      const parameters = method === "POST" ? new URLSearchParams(text) : target.searchParams;
      const ask = { method, path: withoutSlash(target.pathname), headers, parameters };
      const form = FORMS.find((it) => it.matches(ask));
      const problem = checkAsk(ask, form);
      if (problem !== undefined || form === undefined) {
        const { status, message } = problem ?? { status: 400, message: "No such form." };
        const body = { statusCode: status, message, correlationId: randomUUID() };
        sendJson(request, response, status, body);
        return;
      }
      const resource = parameters.get("resource") ?? "";
      const issued = issuer.issue(resource, parameters.get(form.clientIdParameter) ?? undefined);
      sendJson(request, response, 200, {
        access_token: issued.token,
        expires_in: String(issued.expiresOn - issued.issuedAt),
        expires_on: form.expiresOn(issued),
        not_before: String(issued.issuedAt),
        resource,
        token_type: "Bearer",
        client_id: issued.clientId,
      });
    },
  };
}

function checkAsk(
  { method, path, headers, parameters }: Ask,
  form: Form | undefined,
): { readonly status: number; readonly message: string } | undefined {
  if (form === undefined) return { status: 400, message: "The header Metadata: true is missing." };
  // Only the extension of before IMDS takes a form.
  if (method !== "GET" && !(method === "POST" && form.apiVersion === undefined)) {
    return { status: 405, message: "Only GET is emulated." };
  }
  const secret = headers["secret"] ?? headers["x-identity-header"];
  if (path === "/msi/token" && headers["metadata"] !== "true" && secret !== IDENTITY_HEADER) {
    return { status: 401, message: "The header X-IDENTITY-HEADER or secret is missing or wrong." };
  }
  if (form.apiVersion !== undefined && parameters.get("api-version") !== form.apiVersion) {
    return { status: 400, message: `Only api-version ${form.apiVersion} is emulated.` };
  }
  if ((parameters.get("resource") ?? "") === "") {
    return { status: 400, message: "The parameter resource is missing." };
  }
  return undefined;
}

/** As 11/05/2021 15:18:31 +00:00. Source: azure-cli core/auth/adal_authentication.py. */
function dotNetDate(date: Date): string {
  const [year = "", month = "", day = ""] = date.toISOString().slice(0, 10).split("-");
  return `${month}/${day}/${year} ${date.toISOString().slice(11, 19)} +00:00`;
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}
