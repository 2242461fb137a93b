import type { IPRule } from "@azure/arm-containerregistry";
import type { ArmFailure, RegistryRules } from "../../application/ports.ts";
import { registryNameOf, type RegistryId } from "../../domain/ids.ts";
import type { ArmSettings, SubscriptionClients } from "./arm-clients.ts";
import { armFailure } from "./arm-failure.ts";
import { createOwnIdentity } from "./own-identity.ts";
import { createRegistryExtras } from "./registry-extras.ts";
import { viewOf } from "./registry-view.ts";

const POLL_EVERY_MS = 1_000;

/** Network rules through Azure's own SDK. Every call ends with its signal. */
export function createRegistryRules(
  settings: ArmSettings,
  clients: (subscription: string) => SubscriptionClients,
): RegistryRules {
  const ownIds = createOwnIdentity(settings.credential, `${settings.audience}/.default`);
  const extrasOf = createRegistryExtras(clients, settings.monotonicMs);
  return {
    async read(registry, abortSignal, purpose = "act") {
      const { subscription, group, name } = callOf(registry);
      try {
        const { reader, confirmer } = clients(subscription);
        // First, since one of them shows the list, too: none of ours may be read after the one that is sent back.
        const extras = await extrasOf({ subscription, group, name }, abortSignal);
        let answeredAt: Date | undefined;
        const from = purpose === "act" ? reader : confirmer;
        const answer = await from.registries.get(group, name, {
          abortSignal,
          onResponse: ({ headers }) => {
            answeredAt = dateOf(headers.get("date"));
          },
        });
        const view = viewOf(answer, { ...extras, answeredAt }, await ownIds(abortSignal));
        return "kind" in view ? view : { kind: "read", view };
      } catch (error) {
        return armFailure(error, "read");
      }
    },
    async turn(registry, urgency, signal) {
      try {
        await clients(callOf(registry).subscription).writes.turn(urgency, signal);
        return { kind: "turn" };
      } catch {
        return { kind: "conflict", code: "NoTurnInTime" };
      }
    },
    async apply(registry, list, abortSignal) {
      const { subscription, group, name } = callOf(registry);
      const ipRules = list.rules.map((value): IPRule => ({
        action: "Allow",
        iPAddressOrRange: value,
      }));
      const patch: { isTaken: boolean; correlationId?: string | undefined } = { isTaken: false };
      try {
        const poller = clients(subscription).writer.registries.update(
          group,
          name,
          { networkRuleSet: { defaultAction: list.defaultAction, ipRules } },
          {
            abortSignal,
            updateIntervalInMs: POLL_EVERY_MS,
            // Of the PATCH alone: what is asked afterwards goes past it.
            onResponse: ({ status, headers }) => {
              patch.isTaken = status < 300;
              patch.correlationId = headers.get("x-ms-correlation-request-id");
            },
          },
        );
        await poller.pollUntilDone({ abortSignal });
        return { kind: "applied", correlationId: patch.correlationId };
      } catch (error) {
        const failure = writeFailure(error);
        // Azure is at it, and only what becomes of it could not be heard.
        return patch.isTaken ? { kind: "unknown-outcome", code: failure.code } : failure;
      }
    },
  };
}

/** ARM's own clock, to the second. */
function dateOf(header: string | undefined): Date | undefined {
  const at = new Date(header ?? "");
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** A long-running operation that failed, or a reply that the SDK trips over, is no RestError: only a read can tell. */
function writeFailure(error: unknown): ArmFailure {
  try {
    return armFailure(error, "write");
  } catch {
    return { kind: "unknown-outcome", code: error instanceof Error ? error.name : "Error" };
  }
}

/** `/subscriptions/{}/resourcegroups/{}/providers/microsoft.containerregistry/registries/{}`: checked when it was parsed. */
function callOf(registry: RegistryId): {
  readonly subscription: string;
  readonly group: string;
  readonly name: string;
} {
  const [, , subscription = "", , group = ""] = registry.split("/");
  return { subscription, group, name: registryNameOf(registry) };
}
