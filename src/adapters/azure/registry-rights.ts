import {
  createDefaultHttpClient,
  createPipelineRequest,
  RestError,
} from "@azure/core-rest-pipeline";
import { z } from "zod";
import type { ArmFailure } from "../../application/ports.ts";
import type { RegistryId } from "../../domain/ids.ts";
import type { SubscriptionClients } from "./arm-clients.ts";
import { armFailure } from "./arm-failure.ts";

/** What our identity may do on a registry, and what keeps it from that; a failure where it may not even ask. */
export type RegistryRights = {
  /** Those that the product needs and the identity lacks. */
  readonly missing: readonly string[] | ArmFailure;
  /** Levels of the locks that are on the registry, or above it. */
  readonly locks: readonly string[] | ArmFailure;
};

/** What the worker's role has to allow: facts of the resource provider's operations, and of `Microsoft.Resources`. */
const NEEDED = [
  "Microsoft.ContainerRegistry/registries/read",
  "Microsoft.ContainerRegistry/registries/write",
  "Microsoft.ContainerRegistry/registries/operationStatuses/read",
  "Microsoft.Resources/tags/read",
  "Microsoft.Resources/tags/write",
];

/** learn.microsoft.com, "Permissions - List For Resource" and "Management Locks - List At Resource Level". */
const PERMISSIONS = "permissions?api-version=2022-04-01";
const LOCKS = "locks?api-version=2016-09-01";

const permissions = z.object({
  value: z.array(
    z.object({
      actions: z.array(z.string()).default([]),
      notActions: z.array(z.string()).default([]),
    }),
  ),
});
const locks = z.object({
  value: z.array(z.object({ properties: z.object({ level: z.string() }) })),
});

/** Asks, and changes nothing: whether a write would be let through is told by what the role says. */
export function createRegistryRights(
  clients: (subscription: string) => SubscriptionClients,
  endpoint: string,
): (registry: RegistryId, signal: AbortSignal) => Promise<RegistryRights> {
  const httpClient = createDefaultHttpClient();
  return async (registry, abortSignal) => {
    const [, , subscription = ""] = registry.split("/");
    const ask = async <S extends z.ZodType>(
      what: string,
      schema: S,
    ): Promise<{ readonly kind: "said"; readonly said: z.output<S> } | ArmFailure> => {
      const url = `${endpoint}${registry}/providers/Microsoft.Authorization/${what}`;
      const request = createPipelineRequest({ method: "GET", url, abortSignal });
      try {
        const { reader } = clients(subscription);
        const response = await reader.pipeline.sendRequest(httpClient, request);
        if (response.status !== 200) {
          const { status: statusCode, bodyAsText } = response;
          const code = /"code"\s*:\s*"([A-Za-z]+)"/.exec(bodyAsText ?? "")?.[1];
          const what = { statusCode, request, response, ...(code !== undefined && { code }) };
          return armFailure(new RestError("refused", what), "read");
        }
        const read = schema.safeParse(JSON.parse(response.bodyAsText ?? ""));
        return read.success
          ? { kind: "said", said: read.data }
          : { kind: "unreadable", code: "UnknownForm" };
      } catch (error) {
        if (error instanceof SyntaxError) return { kind: "unreadable", code: "NotJson" };
        return armFailure(error, "read");
      }
    };
    const [may, locked] = await Promise.all([ask(PERMISSIONS, permissions), ask(LOCKS, locks)]);
    return {
      missing: may.kind === "said" ? missingOf(may.said.value) : may,
      locks:
        locked.kind === "said"
          ? locked.said.value.map(({ properties }) => properties.level)
          : locked,
    };
  };
}

/** Each role assignment is an entry of its own, and what one of them allows is allowed. */
function missingOf(
  entries: readonly {
    readonly actions: readonly string[];
    readonly notActions: readonly string[];
  }[],
): readonly string[] {
  return NEEDED.filter(
    (action) =>
      !entries.some(
        ({ actions, notActions }) => covers(actions, action) && !covers(notActions, action),
      ),
  );
}

/** `*` stands for anything, in any letter case (learn.microsoft.com, "Understand Azure role definitions"). */
function covers(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
  });
}
