import { registryBody, usagesBody } from "./arm-bodies.ts";
import type { ArmCall, ArmHandler } from "./arm-call.ts";
import { registryIdOf, unchanged } from "./arm-call.ts";
import { notAuthorized, notFound } from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import { registriesIn } from "./arm-scopes.ts";
import { page } from "./paging.ts";
import type { Registry } from "./registry.ts";

/** The registries that the caller may read, of a subscription or a resource group. */
export const listRegistries: ArmHandler = (call) => {
  const { context, request, version } = call;
  const found = registriesIn(call)
    .filter((it) => context.conditions.of(it.id).mayRead !== false)
    .map((it) => registryBody(it, version));
  return unchanged(page(request, found, context.pageSize));
};

/** One registry. */
export const getRegistry: ArmHandler = (call) => {
  const found = readable(call, "read");
  if ("refused" in found) return unchanged(found.refused);
  return unchanged(
    { status: 200, body: registryBody(found.registry, call.version) },
    found.registry,
  );
};

/** How much of its limits a registry uses, `IPRules` among them. */
export const listUsages: ArmHandler = (call) => {
  const found = readable(call, "listUsages/read");
  if ("refused" in found) return unchanged(found.refused);
  return unchanged({ status: 200, body: usagesBody(found.registry) });
};

/** The lock of a registry, if it has one. Source: ARM, "Management Locks - List At Resource Level" (2016-09-01). */
export const listLocks: ArmHandler = (call) => {
  const id = registryIdOf(call);
  const level = call.context.conditions.of(id).lock ?? undefined;
  const lock = {
    id: `${id}/providers/Microsoft.Authorization/locks/emulated`,
    name: "emulated",
    type: "Microsoft.Authorization/locks",
    properties: { level, notes: "An emulated lock." },
  };
  return unchanged({ status: 200, body: { value: level === undefined ? [] : [lock] } });
};

/** What the caller may do. Source: ARM, "Permissions - List For Resource" (2022-04-01). */
export const listPermissions: ArmHandler = (call) => {
  const id = registryIdOf(call);
  const { permissions } = call.context.conditions.of(id);
  if (permissions === undefined) {
    return unchanged(notAuthorized(call.caller, "permissions/read", id));
  }
  const entry = { actions: permissions, notActions: [], dataActions: [], notDataActions: [] };
  return unchanged({ status: 200, body: { value: [entry] } });
};

/** The registry of a call, or why it is not shown to this caller. */
export function readable(
  call: ArmCall,
  action: string,
): { readonly registry: Registry } | { readonly refused: ArmReply } {
  const id = registryIdOf(call);
  if (call.context.conditions.of(id).mayRead === false) {
    return { refused: notAuthorized(call.caller, action, id) };
  }
  const registry = call.context.store.find(id);
  return registry === undefined ? { refused: notFound(call) } : { registry };
}
