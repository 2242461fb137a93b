import { parsePatch, registryBody } from "./arm-bodies.ts";
import {
  API_VERSION,
  apiVersionProblem,
  armError,
  refusedChange,
  tokenProblem,
} from "./arm-replies.ts";
import type { ArmReply } from "./arm-replies.ts";
import { parseJson } from "./local-http.ts";
import type { RegistryStore } from "./registry-store.ts";
import type { Author } from "./registry.ts";
import { EMULATED_IDENTITY } from "./token-endpoint.ts";
import type { IssuedTokens } from "./token-endpoint.ts";

const REGISTRIES =
  /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?\/providers\/Microsoft\.ContainerRegistry\/registries(?:\/([^/]+))?$/i;
const DATE_VERSION = /^\d{4}-\d{2}-\d{2}(-preview)?$/;
const AUDIENCE = "https://management.azure.com";

/** What of a request decides the answer. */
export interface ArmRequest {
  readonly method: string;
  readonly target: URL;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** The reply, and whether the request has changed a registry. */
export interface ArmAnswer {
  readonly reply: ArmReply;
  readonly applied: boolean;
}

interface Deps {
  readonly store: RegistryStore;
  readonly tokens: IssuedTokens;
}

interface Route {
  readonly subscriptionId: string;
  readonly resourceGroup: string | undefined;
  readonly name: string | undefined;
}

/** Answers one request; a PATCH has been applied to the store when this returns `applied`. */
export function answerArm({ store, tokens }: Deps, request: ArmRequest): ArmAnswer {
  const problem =
    checkToken(tokens, request.authorization) ??
    checkApiVersion(request.target.searchParams.get("api-version"));
  if (problem !== undefined) return read(problem);

  const route = parseRoute(request.target.pathname);
  if (route === undefined) {
    return read(armError(404, "NotFound", `Nothing is emulated at ${request.target.pathname}.`));
  }
  const missing = checkScope(store, route);
  if (missing !== undefined) return read(missing);

  const { method } = request;
  if (route.name === undefined && method === "GET") return read(listRegistries(store, route));
  if (route.name !== undefined && method === "GET") return read(getRegistry(store, route));
  if (route.name !== undefined && method === "PATCH") return patch(store, route, request.body);
  return read(armError(405, "MethodNotAllowed", `${method} is not emulated here.`));
}

function read(reply: ArmReply): ArmAnswer {
  return { reply, applied: false };
}

function checkToken(tokens: IssuedTokens, authorization: string | undefined): ArmReply | undefined {
  if (authorization === undefined) return tokenProblem.missing();
  const [, token = ""] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
  const resource = tokens.resourceOf(token);
  if (resource === undefined) return tokenProblem.unknown();
  return resource === AUDIENCE ? undefined : tokenProblem.wrongAudience(resource);
}

function checkApiVersion(version: string | null): ArmReply | undefined {
  if (version === null || version === "") return apiVersionProblem.missing();
  if (version === API_VERSION) return undefined;
  return DATE_VERSION.test(version)
    ? apiVersionProblem.unknown(version)
    : apiVersionProblem.malformed(version);
}

function parseRoute(pathname: string): Route | undefined {
  const match = REGISTRIES.exec(pathname);
  if (match === null) return undefined;
  try {
    const [subscriptionId, resourceGroup, name] = match
      .slice(1)
      // A group that did not take part in the match is undefined, which the lib's type leaves out.
      .map((part: string | undefined) => (part === undefined ? part : decodeURIComponent(part)));
    // A registry is only ever addressed through its resource group.
    if (subscriptionId === undefined || (name !== undefined && resourceGroup === undefined)) {
      return undefined;
    }
    return { subscriptionId, resourceGroup, name };
  } catch {
    return undefined; // a stray % in the path
  }
}

/** A subscription and a resource group exist as long as there is a registry in them. */
function checkScope(store: RegistryStore, route: Route): ArmReply | undefined {
  const { subscriptionId, resourceGroup } = route;
  const inSubscription = store.all().filter((it) => same(it.subscriptionId, subscriptionId));
  if (inSubscription.length === 0) {
    const message = `The subscription '${subscriptionId}' could not be found.`;
    return armError(404, "SubscriptionNotFound", message);
  }
  if (resourceGroup === undefined) return undefined;
  if (inSubscription.some((it) => same(it.resourceGroup, resourceGroup))) return undefined;
  return armError(
    404,
    "ResourceGroupNotFound",
    `Resource group '${resourceGroup}' could not be found.`,
  );
}

function listRegistries(store: RegistryStore, { subscriptionId, resourceGroup }: Route): ArmReply {
  const found = store
    .all()
    .filter((it) => same(it.subscriptionId, subscriptionId))
    .filter((it) => resourceGroup === undefined || same(it.resourceGroup, resourceGroup));
  return { status: 200, body: { value: found.map(registryBody) } };
}

function getRegistry(store: RegistryStore, route: Route): ArmReply {
  const registry = store.find(idOf(route));
  return registry === undefined ? notFound(route) : { status: 200, body: registryBody(registry) };
}

/** Answered 200 with the final body: every recorded change of network rules was (azure-cli, 2020 to 2026). */
function patch(store: RegistryStore, route: Route, body: string): ArmAnswer {
  if (store.find(idOf(route)) === undefined) return read(notFound(route));
  const change = parsePatch(parseJson(body));
  if ("problem" in change) {
    const message = `The request content was invalid and could not be deserialized: '${change.problem}'.`;
    return read(armError(400, "InvalidRequestContent", message));
  }
  const author: Author = { by: EMULATED_IDENTITY.objectId, byType: "Application" };
  const outcome = store.change(idOf(route), change, author, "PATCH");
  if (outcome === undefined) return read(notFound(route));
  if (outcome.kind !== "changed") return read(refusedChange(outcome));
  return { reply: { status: 200, body: registryBody(outcome.registry) }, applied: true };
}

function notFound({ resourceGroup = "", name = "" }: Route): ArmReply {
  return armError(
    404,
    "ResourceNotFound",
    `The Resource 'Microsoft.ContainerRegistry/registries/${name}' under resource group '${resourceGroup}' ` +
      "was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  );
}

function idOf({ subscriptionId, resourceGroup = "", name = "" }: Route): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
