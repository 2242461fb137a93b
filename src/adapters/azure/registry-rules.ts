import {
  ContainerRegistryManagementClient,
  type IPRule,
  type Registry,
} from "@azure/arm-containerregistry";
import type { TokenCredential } from "@azure/identity";
import {
  hasFirewall,
  type ArmFailure,
  type RegistryRules,
  type RegistryView,
} from "../../application/ports.ts";
import { registryNameOf, type RegistryId } from "../../domain/ids.ts";
import { armFailure } from "./arm-failure.ts";

/** Where ARM is and who we are there. */
export type ArmSettings = {
  readonly credential: TokenCredential;
  readonly endpoint: string;
  /** Without a slash at the end; the scope is this plus `/.default`, whatever the endpoint. */
  readonly audience: string;
};

type Call = { readonly subscription: string; readonly group: string; readonly name: string };

const POLL_EVERY_MS = 1_000;

/** Network rules through Azure's own SDK. Reads are retried by the SDK; a write is sent once. */
export function createRegistryRules(settings: ArmSettings): RegistryRules {
  const readers = clientsFor(settings, 2);
  // A blind resend of a whole list after a long Retry-After would bring back what others removed meanwhile.
  const writers = clientsFor(settings, 0);
  return {
    async read(registry, abortSignal) {
      const { subscription, group, name } = callOf(registry);
      try {
        const answer = await readers(subscription).registries.get(group, name, { abortSignal });
        const view = viewOf(answer);
        return "kind" in view ? view : { kind: "read", view };
      } catch (error) {
        return armFailure(error, "read");
      }
    },
    async apply(registry, list, abortSignal) {
      const { subscription, group, name } = callOf(registry);
      const ipRules = list.rules.map((value): IPRule => ({
        action: "Allow",
        iPAddressOrRange: value,
      }));
      let correlationId: string | undefined;
      try {
        const poller = writers(subscription).registries.update(
          group,
          name,
          { networkRuleSet: { defaultAction: list.defaultAction, ipRules } },
          {
            abortSignal,
            updateIntervalInMs: POLL_EVERY_MS,
            onResponse: ({ headers }) => {
              correlationId ??= headers.get("x-ms-correlation-request-id");
            },
          },
        );
        await poller.pollUntilDone({ abortSignal });
        return { kind: "applied", correlationId };
      } catch (error) {
        return writeFailure(error);
      }
    },
  };
}

/** A long-running operation that failed, or a reply that the SDK trips over, is no RestError: only a read can tell. */
function writeFailure(error: unknown): ArmFailure {
  try {
    return armFailure(error, "write");
  } catch {
    return { kind: "unknown-outcome", code: error instanceof Error ? error.name : "Error" };
  }
}

function clientsFor(
  { credential, endpoint, audience }: ArmSettings,
  maxRetries: number,
): (subscription: string) => ContainerRegistryManagementClient {
  const clients = new Map<string, ContainerRegistryManagementClient>();
  return (subscription) => {
    const known = clients.get(subscription);
    if (known !== undefined) return known;
    const client = new ContainerRegistryManagementClient(credential, subscription, {
      endpoint,
      credentials: { scopes: [`${audience}/.default`] },
      retryOptions: { maxRetries },
    });
    clients.set(subscription, client);
    return client;
  };
}

/** `/subscriptions/{}/resourcegroups/{}/providers/microsoft.containerregistry/registries/{}`: checked when it was parsed. */
function callOf(registry: RegistryId): Call {
  const [, , subscription = "", , group = ""] = registry.split("/");
  return { subscription, group, name: registryNameOf(registry) };
}

/** What we rely on must be there: a reply without the rule set is never read as "no rules". */
function viewOf(answer: Registry): RegistryView | (ArmFailure & { readonly kind: "unreadable" }) {
  const { loginServer, creationDate, networkRuleSet, publicNetworkAccess } = answer;
  // The SDK's type promises a SKU; the wire may not.
  const sku = (answer.sku as { readonly name?: string } | undefined)?.name;
  if (sku === undefined || loginServer === undefined || creationDate === undefined) {
    return { kind: "unreadable", code: "IncompleteRegistry" };
  }
  const view = {
    loginServer,
    sku,
    creationDate,
    lastModifiedAt: answer.systemData?.lastModifiedAt,
    publicNetworkAccess: publicNetworkAccess !== "Disabled",
  };
  if (!hasFirewall(sku)) return { ...view, network: undefined };
  const rules = networkRuleSet?.ipRules?.map((rule) => rule.iPAddressOrRange);
  const defaultAction = networkRuleSet?.defaultAction;
  if (rules === undefined || (defaultAction !== "Allow" && defaultAction !== "Deny")) {
    return { kind: "unreadable", code: "NoNetworkRuleSet" };
  }
  return { ...view, network: { defaultAction, rules } };
}
