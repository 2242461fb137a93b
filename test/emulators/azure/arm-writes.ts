import { registryBody } from "./arm-bodies.ts";
import type { ArmAnswer, ArmCall, ArmHandler } from "./arm-call.ts";
import { registryIdOf, unchanged } from "./arm-call.ts";
import { startOperation } from "./arm-operations.ts";
import { writeRefusal } from "./arm-refusals.ts";
import { armError, notFound, refusedChange } from "./arm-replies.ts";
import { parseJson } from "./local-http.ts";
import type { WriteOrigin } from "./registry-store.ts";
import type { RegistryChange } from "./registry.ts";
import { parseWrite } from "./write-body.ts";
import type { ParsedWrite } from "./write-body.ts";

/**
 * Replaces what the body names. Answered 200 with the final body unless asked otherwise: every recorded change of
 * network rules was (azure-cli, 2020 to 2026).
 */
export const patchRegistry: ArmHandler = (call) => {
  const parsed = parseBody(call);
  if ("reply" in parsed) return parsed;
  if (call.context.store.find(registryIdOf(call)) === undefined) return unchanged(notFound(call));
  return write(call, parsed.change, "PATCH");
};

/**
 * Makes a registry, or writes to one as a template deployment does: its tags are replaced even when the body has
 * none. That a PUT leaves properties alone that it does not name is our guess.
 * Source: fgarofalo56/csa-inabox, docs/fiab/acr-firewall-lease.md (what a redeployment took away).
 */
export const putRegistry: ArmHandler = async (call) => {
  const parsed = parseBody(call);
  if ("reply" in parsed) return parsed;
  const { change } = parsed;
  if (call.context.store.find(registryIdOf(call)) !== undefined) {
    return write(call, { ...change, tags: change.tags ?? {} }, "PUT");
  }
  return create(call, parsed);
};

function parseBody(call: ArmCall): ParsedWrite | ArmAnswer {
  const parsed = parseWrite(parseJson(call.request.body), call.version);
  if (!("problem" in parsed)) {
    const refused = writeRefusal(call, parsed.change);
    return refused === undefined ? parsed : unchanged(refused);
  }
  const message = `The request content was invalid and could not be deserialized: '${parsed.problem}'.`;
  return unchanged(armError(400, "InvalidRequestContent", message));
}

function write(call: ArmCall, change: RegistryChange, method: "PATCH" | "PUT"): ArmAnswer {
  const { context, version, lastRead, request } = call;
  const id = registryIdOf(call);
  const author = { by: call.caller.objectId, byType: "Application" } as const;
  const origin: WriteOrigin = { author, method, lastRead, receivedAt: request.receivedAt };
  const { longRunning } = context.conditions.of(id);
  if (longRunning !== undefined && longRunning !== null) {
    return startOperation(call, change, origin, longRunning);
  }
  const outcome = context.store.change(id, change, origin);
  if (outcome === undefined) return unchanged(notFound(call));
  if (outcome.kind !== "changed") return unchanged(refusedChange(outcome));
  const { registry } = outcome;
  const reply = { status: 200, body: registryBody(registry, version) };
  return { reply, applied: true, shown: registry };
}

/** Answered 201 with the final body; a real one may take a while, with an Azure-AsyncOperation to poll. */
async function create(call: ArmCall, { change, location }: ParsedWrite): Promise<ArmAnswer> {
  const { context, caller, version } = call;
  const id = registryIdOf(call);
  const { sku, tags, defaultAction, rules, publicNetworkAccess } = change;
  if (sku === undefined || location === undefined) {
    const message = "The location and sku properties are required for a registry.";
    return unchanged(armError(400, "LocationRequired", message));
  }
  const seed = {
    ...{ id, sku, location },
    tags: { ...tags },
    defaultAction: defaultAction ?? "Allow",
    rules: [...(rules ?? [])],
    publicNetworkAccess,
    properties: { ...change.properties },
  };
  await context.create(seed, { by: caller.objectId, byType: "Application" });
  const registry = context.store.find(id);
  if (registry === undefined) return unchanged(notFound(call));
  const reply = { status: 201, body: registryBody(registry, version) };
  return { reply, applied: true, shown: registry };
}
