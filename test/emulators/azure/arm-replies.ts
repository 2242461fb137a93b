import { randomUUID } from "node:crypto";
import type { ChangeOutcome } from "./registry.ts";

/** The only api-version there is: the one that @azure/arm-containerregistry 12 is pinned to. */
export const API_VERSION = "2025-11-01";

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
 * The other two texts are our guess, worded like these.
 */
export function refusedChange(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): ArmReply {
  const error = { code: "BadRequest", message: refusalText(outcome) };
  return { status: 400, body: { error, status: "Failed" } };
}

function refusalText(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): string {
  switch (outcome.kind) {
    case "needs-premium":
      return `The requested feature IP rule is not supported for the SKU ${outcome.sku}.`;
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
      `The api-version '${version}' is invalid. The supported versions are '${API_VERSION}'.`,
    ),
  unknown: (version: string): ArmReply =>
    armError(
      400,
      "NoRegisteredProviderFound",
      "No registered resource provider found for location 'westeurope' and API version " +
        `'${version}' for type 'registries'. The supported api-versions are '${API_VERSION}'.`,
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

/**
 * The headers of every reply. There is no ETag, and the remaining requests are constants: nothing is throttled.
 * Source: azure-cli recording test_acr_with_dedicated_data_endpoints.yaml (September 2026).
 */
export function armHeaders(
  method: string,
  correlationId: string | undefined,
  at: Date,
): Record<string, string> {
  const requestId = randomUUID();
  const instant = at.toISOString();
  const second = instant.replace(/[-:]|\.\d+/g, "");
  const kind = method === "GET" ? "reads" : "writes";
  const [remaining, remainingGlobally] = kind === "reads" ? ["1099", "16499"] : ["799", "11999"];
  return {
    "cache-control": "no-cache",
    pragma: "no-cache",
    expires: "-1",
    "content-type": "application/json; charset=utf-8",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "api-supported-versions": API_VERSION,
    "x-ms-request-id": requestId,
    "x-ms-correlation-request-id": correlationId ?? requestId,
    "x-ms-routing-request-id": `WESTEUROPE:${second}:${randomUUID()}`,
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: remaining,
    [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: remainingGlobally,
    "x-msedge-ref": `Ref A: ${randomUUID().replaceAll("-", "").toUpperCase()} Ref B: AMS231032609021 Ref C: ${instant}`,
  };
}
