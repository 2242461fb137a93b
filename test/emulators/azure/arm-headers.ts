import { randomUUID } from "node:crypto";
import { SUPPORTED_VERSIONS } from "./api-versions.ts";

/** What kind of operation a request counts as in throttling. */
export type OperationKind = "reads" | "writes" | "deletes";

/** The kind of a request. */
export function kindOf(method: string): OperationKind {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

/** How many requests remain, as long as nothing is throttled: what a recording shows. */
const UNTHROTTLED = { reads: [1099, 16499], writes: [799, 11999], deletes: [799, 11999] } as const;

/**
 * The headers of every reply. There is no ETag. `remaining` is what the token bucket has left, when there is one.
 * Source: azure-cli recording test_acr_with_dedicated_data_endpoints.yaml (September 2026).
 */
export function armHeaders(
  method: string,
  correlationId: string | undefined,
  at: Date,
  remaining: number | undefined,
): Record<string, string> {
  const requestId = randomUUID();
  const instant = at.toISOString();
  const second = instant.replace(/[-:]|\.\d+/g, "");
  const kind = kindOf(method);
  const [ofCaller, ofAll] = UNTHROTTLED[kind];
  return {
    date: at.toUTCString(),
    "cache-control": "no-cache",
    pragma: "no-cache",
    expires: "-1",
    "content-type": "application/json; charset=utf-8",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "api-supported-versions": SUPPORTED_VERSIONS,
    "x-ms-request-id": requestId,
    "x-ms-correlation-request-id": correlationId ?? requestId,
    "x-ms-routing-request-id": `WESTEUROPE:${second}:${randomUUID()}`,
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(remaining ?? ofCaller),
    [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: String(ofAll),
    "x-msedge-ref": `Ref A: ${randomUUID().replaceAll("-", "").toUpperCase()} Ref B: AMS231032609021 Ref C: ${instant}`,
  };
}
