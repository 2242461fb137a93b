import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import {
  exponentialRetryPolicy,
  systemErrorRetryPolicy,
  type PipelinePolicy,
} from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { ARM_BUCKETS, createCallBudget, type CallBudget } from "./call-budget.ts";
import { createCallsAtOnce, type CallKind, type CallsAtOnce } from "./calls-at-once.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Where ARM is and who we are there. */
export type ArmSettings = {
  readonly credential: TokenCredential;
  readonly endpoint: string;
  /** Without a slash at the end; the scope is this plus `/.default`, whatever the endpoint. */
  readonly audience: string;
  readonly monotonicMs: () => number;
  /** Hears of every request that goes out, and of its status when it was answered. */
  readonly onCall?: (method: string, status: number | undefined) => void;
};

/** What one subscription's calls go through. */
export type SubscriptionClients = {
  /** Tried again by the SDK when the way or the service fails; told to wait, it says so at once. */
  readonly reader: ContainerRegistryManagementClient;
  /** The same, for reads that give way to others when many wait. */
  readonly confirmer: ContainerRegistryManagementClient;
  /** An api-version that still shows virtual network rules, which the current one hides. */
  readonly vnetReader: ContainerRegistryManagementClient;
  /**
   * Sends once. A blind resend of a whole list after a long Retry-After would bring back what others removed
   * meanwhile, and remove what they added.
   */
  readonly writer: ContainerRegistryManagementClient;
  readonly writes: CallBudget;
};

const READ_RETRIES = { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000 };
/** Of this process, over all subscriptions. */
const CALLS_AT_ONCE = 16;
/** The last version whose replies list virtual network rules (azure-cli, acr network-rule, pins the same). */
const VNET_API_VERSION = "2021-08-01-preview";

/** The clients of each subscription, made when first asked for. */
export function createArmClients(
  settings: ArmSettings,
): (subscription: string) => SubscriptionClients {
  const made = new Map<string, SubscriptionClients>();
  const atOnce = createCallsAtOnce(CALLS_AT_ONCE, settings.monotonicMs);
  return (subscription) => {
    const known = made.get(subscription);
    if (known !== undefined) return known;
    const reads = createCallBudget(ARM_BUCKETS.reads, settings.monotonicMs);
    const writes = createCallBudget(ARM_BUCKETS.writes, settings.monotonicMs);
    const client = (
      readsAs: CallKind = "read",
      apiVersion?: string,
    ): ContainerRegistryManagementClient => {
      const { credential, endpoint, audience } = settings;
      const made = new ContainerRegistryManagementClient(credential, subscription, {
        endpoint,
        credentials: { scopes: [`${audience}/.default`] },
        retryOptions: { maxRetries: 0 },
        ...(apiVersion === undefined ? {} : { apiVersion }),
      });
      made.pipeline.addPolicy(
        withinBudget({ reads, writes, atOnce, readsAs, onCall: settings.onCall }),
        {
          afterPhase: "Retry",
        },
      );
      return made;
    };
    const retrying = (
      one: ContainerRegistryManagementClient,
    ): ContainerRegistryManagementClient => {
      one.pipeline.addPolicy(exponentialRetryPolicy(READ_RETRIES), { phase: "Retry" });
      one.pipeline.addPolicy(systemErrorRetryPolicy(READ_RETRIES), { phase: "Retry" });
      return one;
    };
    const clients: SubscriptionClients = {
      reader: retrying(client()),
      confirmer: retrying(client("confirmation")),
      vnetReader: retrying(client("read", VNET_API_VERSION)),
      writer: client(),
      writes,
    };
    made.set(subscription, clients);
    return clients;
  };
}

/** Each GET waits for its turn; a PATCH has had it already, before its list was read. Every reply teaches. */
function withinBudget({
  reads,
  writes,
  atOnce,
  readsAs,
  onCall,
}: {
  readonly reads: CallBudget;
  readonly writes: CallBudget;
  readonly atOnce: CallsAtOnce;
  readonly readsAs: CallKind;
  readonly onCall: ArmSettings["onCall"];
}): PipelinePolicy {
  const never = new AbortController().signal;
  return {
    name: "drawbridgeCallBudget",
    async sendRequest(request, next) {
      const isRead = request.method === "GET";
      const budget = isRead ? reads : writes;
      // The SDK's own type for signals is narrower than what it passes on.
      const signal = request.abortSignal instanceof AbortSignal ? request.abortSignal : never;
      if (isRead) await budget.turn("read", signal);
      const leave = await atOnce.enter(isRead ? readsAs : "write", signal);
      budget.sent();
      let remaining: number | undefined;
      let status: number | undefined;
      try {
        const response = await next(request);
        ({ status } = response);
        remaining = remainingOf(response.headers.get(isRead ? READS_LEFT : WRITES_LEFT));
        if (response.status === 429) budget.learnRetryAfter(retryAfterMs(response.headers));
        return response;
      } finally {
        budget.answered(remaining);
        onCall?.(request.method, status);
        leave();
      }
    },
  };
}

const READS_LEFT = "x-ms-ratelimit-remaining-subscription-reads";
const WRITES_LEFT = "x-ms-ratelimit-remaining-subscription-writes";

function remainingOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}
