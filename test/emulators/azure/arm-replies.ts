import { SUPPORTED_VERSIONS } from "./api-versions.ts";
import type { ChangeOutcome } from "./registry.ts";

/** A reply of Azure Resource Manager, without the headers that every reply has. */
export interface ArmReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in the envelope of Azure Resource Manager itself. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ArmReply {
  return { status, body: { error: { code, message } }, headers };
}

/**
 * The resource provider's refusal of a write, with its `status: "Failed"` beside `error`.
 * Sources: azure-cli recording test_acr_with_dedicated_data_endpoints.yaml (envelope); Azure/acr#518 (quota text).
 * The code for public network access on Basic has been seen; the other texts are our guess, worded like these.
 */
export function refusedChange(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): ArmReply {
  const disabling = outcome.kind === "needs-public-access";
  const code = disabling ? "DisablingPublicNetworkAccessNotSupported" : "BadRequest";
  const error = { code, message: refusalText(outcome) };
  return { status: 400, body: { error, status: "Failed" } };
}

function refusalText(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): string {
  switch (outcome.kind) {
    case "needs-premium":
      return `The requested feature ${outcome.what} is not supported for the SKU ${outcome.sku}.`;
    case "needs-public-access":
      return (
        `Disabling public network access is not supported for the SKU ${outcome.sku}. ` +
        "For more information, please visit https://aka.ms/acr/private-link."
      );
    case "over-quota":
      return `The requested feature IP rule exceeds allowed quota ${outcome.quota} for the SKU Premium.`;
    case "not-ipv4":
      return `The IP rule '${outcome.value}' is invalid. Only IPV4 address is allowed.`;
  }
}

/** Source of the wording: the api-version paragraphs of the Azure REST guidelines, and ARM's own (from memory). */
export const apiVersionProblem = {
  missing: (): ArmReply =>
    armError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    ),
  malformed: (version: string): ArmReply =>
    armError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. The supported versions are '${SUPPORTED_VERSIONS}'.`,
    ),
  unknown: (version: string): ArmReply =>
    armError(
      400,
      "NoRegisteredProviderFound",
      "No registered resource provider found for location 'westeurope' and API version " +
        `'${version}' for type 'registries'. The supported api-versions are '${SUPPORTED_VERSIONS}'.`,
    ),
};

/** Source of the first: azure-sdk-for-go authentication tests; of the others, ARM's wording from memory. */
export const tokenProblem = {
  missing: (): ArmReply =>
    unauthorized(
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
    ),
  unknown: (): ArmReply =>
    unauthorized("InvalidAuthenticationToken", "The access token is invalid."),
  expired: (): ArmReply =>
    unauthorized(
      "ExpiredAuthenticationToken",
      "The access token expiry UTC time is earlier than current UTC time.",
    ),
  /** Continuous access evaluation: the client is to ask for a token with these claims. */
  needsClaims: (): ArmReply => {
    const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1"}}}');
    return armError(401, "AuthenticationFailed", "Continuous access evaluation asks for claims.", {
      "www-authenticate":
        'Bearer authorization_uri="https://login.windows.net/", error="insufficient_claims", ' +
        `claims="${claims.toString("base64")}"`,
    });
  },
  wrongAudience: (resource: string): ArmReply =>
    unauthorized(
      "InvalidAuthenticationTokenAudience",
      `The access token has been obtained for wrong audience or resource '${resource}'. ` +
        "It should exactly match with one of the allowed audiences 'https://management.azure.com/'.",
    ),
};

function unauthorized(code: string, message: string): ArmReply {
  return armError(401, code, message, {
    "www-authenticate": `Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="${message}"`,
  });
}

/** Source: Azure docs, "Resource not found errors"; the text from memory. */
export function notFound(of: { readonly resourceGroup: string; readonly name: string }): ArmReply {
  return armError(
    404,
    "ResourceNotFound",
    `The Resource 'Microsoft.ContainerRegistry/registries/${of.name}' under resource group '${of.resourceGroup}' ` +
      "was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  );
}

/** Source: Azure docs, "Troubleshoot Azure RBAC". `action` is below `Microsoft.ContainerRegistry/registries/`. */
export function notAuthorized(
  caller: { readonly clientId: string; readonly objectId: string },
  action: string,
  scope: string,
): ArmReply {
  return armError(
    403,
    "AuthorizationFailed",
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform ` +
      `action 'Microsoft.ContainerRegistry/registries/${action}' over scope '${scope}' or the scope is invalid. ` +
      "If access was recently granted, please refresh your credentials.",
  );
}

/** How a write fails while the home region is down; statuses, codes and texts are our guess. */
export function regionDown(status: 409 | 500 | 502 | 503 | 504): ArmReply {
  const message = "The home region of the registry is not available. Please try again later.";
  if (status !== 409) return armError(status, REGION_DOWN_CODES[status], message);
  const error = { code: "RegistryStatusConflict", message };
  return { status, body: { error, status: "Failed" } };
}

const REGION_DOWN_CODES = {
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
} as const;

/** Source: csa-inabox test fixture, a body of September 2026 word for word; Retry-After as in Azure's docs. */
export function throttled(
  method: string,
  who: { readonly subscription: string; readonly objectId: string },
  retryAfterSeconds: number | undefined,
): ArmReply {
  const kind = method === "GET" ? "read" : method === "DELETE" ? "delete" : "write";
  const seconds = String(retryAfterSeconds ?? 10);
  return armError(
    429,
    "SubscriptionRequestsThrottled",
    `Number of '${kind}' requests for subscription '${who.subscription}' actor '${who.objectId}' exceeded. ` +
      `Please try again after '${seconds}' seconds.`,
    retryAfterSeconds === undefined ? {} : { "retry-after": seconds },
  );
}
