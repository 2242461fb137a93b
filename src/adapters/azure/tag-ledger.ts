import { createHmac } from "node:crypto";
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  RestError,
} from "@azure/core-rest-pipeline";
import type { Ledger } from "../../application/ports.ts";
import type { Seal } from "../../domain/ledger.ts";
import type { SubscriptionClients } from "./arm-clients.ts";
import { armFailure } from "./arm-failure.ts";

/** Of `Microsoft.Resources/tags` (learn.microsoft.com, "Tags - Update At Scope"). */
const API_VERSION = "2021-04-01";

/** What keeping the ledger on tags takes. */
export type TagLedgerSettings = {
  readonly clients: (subscription: string) => SubscriptionClients;
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** The present one first, then former ones. Known to the workers alone, never to the store. */
  readonly keys: readonly [string, ...string[]];
};

/**
 * Keeps the ledger on the registry's own tags. Always merged through the tags API: a PATCH of the registry would
 * replace the tags of everybody else (recorded in Azure/azure-sdk-for-net, ContainerRegistryCoreScenario).
 */
export function createTagLedger({ clients, endpoint, keys }: TagLedgerSettings): Ledger {
  const httpClient = createDefaultHttpClient();
  return {
    seals: [sealWith(keys[0]), ...keys.slice(1).map(sealWith)],
    async write(registry, tags, abortSignal) {
      const [, , subscription = ""] = registry.split("/");
      const request = createPipelineRequest({
        method: "PATCH",
        url: `${endpoint}${registry}/providers/Microsoft.Resources/tags/default?api-version=${API_VERSION}`,
        headers: createHttpHeaders({ "content-type": "application/json" }),
        body: JSON.stringify({ operation: "Merge", properties: { tags } }),
        abortSignal,
      });
      try {
        const response = await clients(subscription).writer.pipeline.sendRequest(
          httpClient,
          request,
        );
        // 202: accepted, and a later read shows it.
        if (response.status < 300) return { kind: "written" };
        return armFailure(refusalOf(response), "write");
      } catch (error) {
        return armFailure(error, "write");
      }
    },
  };
}

function sealWith(key: string): Seal {
  return (text) => createHmac("sha256", key).update(text).digest("base64url");
}

type Response = Awaited<ReturnType<SubscriptionClients["writer"]["pipeline"]["sendRequest"]>>;

/** The error that the SDK's own operations make of such a reply. */
function refusalOf(response: Response): RestError {
  const { status, request } = response;
  const code = codeOf(response.bodyAsText ?? "");
  return new RestError("refused", { statusCode: status, request, response, ...code });
}

function codeOf(body: string): { readonly code?: string } {
  const code = /"code"\s*:\s*"([A-Za-z]+)"/.exec(body)?.[1];
  return code === undefined ? {} : { code };
}
