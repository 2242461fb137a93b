import { registryBody } from "./arm-bodies.ts";
import type { ArmAnswer, ArmCall, ArmHandler } from "./arm-call.ts";
import { registryIdOf, unchanged } from "./arm-call.ts";
import { armError, notFound, refusedChange } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import type { LongRunning } from "./conditions.ts";
import { changeRegistry } from "./registry-change.ts";
import type { WriteOrigin } from "./registry-store.ts";
import type { RegistryChange } from "./registry.ts";

/**
 * Begins a write that ends later; refuses at once what would be refused in the end. The journal's hooks see no
 * `applied` of it. The URLs are shorter than real ones, which carry a signature of 4 kB.
 * Source: azure-rest-api-specs example RegistryUpdate.json (201, Azure-AsyncOperation, a body that says Updating);
 * azure-cli recording test_acr_network_rule.yaml (the status); the 202 forms are ARM's documented ones.
 */
export function startOperation(
  call: ArmCall,
  change: RegistryChange,
  origin: WriteOrigin,
  how: LongRunning,
): ArmAnswer {
  const { store, operations } = call.context;
  const id = registryIdOf(call);
  const before = store.find(id);
  if (before === undefined) return unchanged(notFound(call));
  const tried = changeRegistry(before, change, origin.author, before.lastModified.at);
  if (tried.kind !== "changed") return unchanged(refusedChange(tried));

  store.showState(id, "Updating");
  const name = operations.begin(id, how, (applied) => {
    if (applied) store.change(id, change, origin);
    store.showState(id, "Succeeded");
  });
  const running = { ...tried.registry, provisioningState: "Updating" } as const;
  const body = registryBody(running, call.version);
  return { reply: started(call, name, how, body), applied: false, shown: running };
}

/** What Azure-AsyncOperation leads to. */
export const getOperationStatus: ArmHandler = (call) => {
  const operation = call.context.operations.find(call.operation);
  if (operation === undefined || operation.how.outcome === "not-found") {
    return unchanged(unknownOperation(call));
  }
  const { running, how } = operation;
  const status = running ? "Updating" : how.outcome;
  const error = status === "Failed" ? { code: how.code, message: how.message } : undefined;
  const headers = running ? retryAfter(how) : {};
  return unchanged({ status: 200, body: { status, error }, headers });
};

/** What Location leads to: 202 while it runs, then what the write would have been answered. */
export const getOperationResult: ArmHandler = (call) => {
  const { operations, store } = call.context;
  const operation = operations.find(call.operation);
  if (operation === undefined || operation.how.outcome === "not-found") {
    return unchanged(unknownOperation(call));
  }
  const { registryId, running, how } = operation;
  if (running) {
    const { origin, target } = call.request;
    const location = `${origin}${target.pathname}${target.search}`;
    return unchanged({ status: 202, body: undefined, headers: { location, ...retryAfter(how) } });
  }
  if (how.outcome === "Failed") return unchanged(armError(500, how.code, how.message));
  if (how.outcome === "Canceled") {
    return unchanged(armError(409, "OperationCanceled", "The operation was canceled."));
  }
  const registry = store.find(registryId);
  if (registry === undefined) return unchanged(unknownOperation(call));
  return unchanged({ status: 200, body: registryBody(registry, call.version) }, registry);
};

function started(call: ArmCall, name: string, how: LongRunning, body: unknown): ArmReply {
  const { request, version } = call;
  const query = `?api-version=${version}&t=638400000000000000&c=emulated`;
  const id = registryIdOf(call);
  const status = `${request.origin}${id}/operationStatuses/${name}${query}`;
  const provider = `${request.origin}/subscriptions/${call.subscriptionId}/providers/Microsoft.ContainerRegistry`;
  const location = `${provider}/locations/westeurope/operationResults/${name}${query}`;
  const later = retryAfter(how);
  switch (how.answer) {
    case "201-async":
      return { status: 201, body, headers: { "azure-asyncoperation": status, ...later } };
    case "202-async":
      return { status: 202, body, headers: { "azure-asyncoperation": status, ...later } };
    case "202-location":
      return { status: 202, body: undefined, headers: { location, ...later } };
    case "200-updating":
      return { status: 200, body };
  }
}

function retryAfter({ retryAfterSeconds: seconds }: LongRunning): Record<string, string> {
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}

function unknownOperation({ operation }: ArmCall): ArmReply {
  const message = `The operation '${operation}' could not be found.`;
  return armError(404, "OperationNotFound", message);
}
