import { versionProblem } from "./api-versions.ts";
import type { ArmAnswer, ArmCall, ArmContext, ArmHandler, ArmRequest } from "./arm-call.ts";
import { registryIdOf, unchanged } from "./arm-call.ts";
import { getOperationResult, getOperationStatus } from "./arm-operations.ts";
import {
  getRegistry,
  listLocks,
  listPermissions,
  listRegistries,
  listUsages,
} from "./arm-reads.ts";
import type { ArmReply } from "./arm-replies.ts";
import { apiVersionProblem, armError, tokenProblem } from "./arm-replies.ts";
import {
  checkScope,
  getSubscription,
  listResourceGroups,
  listResources,
  listSubscriptions,
  listTenants,
} from "./arm-scopes.ts";
import { deleteTags, getTags, patchTags, putTags } from "./arm-tags.ts";
import { patchRegistry, putRegistry } from "./arm-writes.ts";
import type { Caller, KnownTokens } from "./issued-tokens.ts";

/** Also the audience of before Resource Manager, which azure-cli asks for. Source: azure-cli core/cloud.py. */
const AUDIENCES = ["https://management.azure.com", "https://management.core.windows.net"];

const SUBSCRIPTION = "/subscriptions/:subscriptionId";
const GROUP = `${SUBSCRIPTION}/resourceGroups/:resourceGroup`;
const REGISTRIES = "/providers/Microsoft.ContainerRegistry/registries";
const REGISTRY = `${GROUP}${REGISTRIES}/:name`;

interface Route {
  /** Segments; one that starts with a colon stands for any, and is handed on. */
  readonly pattern: readonly string[];
  readonly of: "registries" | "anything";
  readonly methods: Readonly<Partial<Record<string, ArmHandler>>>;
}

const ROUTES: readonly Route[] = [
  route("/tenants", "anything", { GET: listTenants }),
  route("/subscriptions", "anything", { GET: listSubscriptions }),
  route(SUBSCRIPTION, "anything", { GET: getSubscription }),
  route(`${SUBSCRIPTION}/resources`, "anything", { GET: listResources }),
  route(`${SUBSCRIPTION}/resourceGroups`, "anything", { GET: listResourceGroups }),
  route(`${GROUP}/resources`, "anything", { GET: listResources }),
  route(`${SUBSCRIPTION}${REGISTRIES}`, "registries", { GET: listRegistries }),
  route(`${GROUP}${REGISTRIES}`, "registries", { GET: listRegistries }),
  route(REGISTRY, "registries", { GET: getRegistry, PATCH: patchRegistry, PUT: putRegistry }),
  route(`${REGISTRY}/listUsages`, "registries", { GET: listUsages }),
  route(`${REGISTRY}/operationStatuses/:operation`, "registries", { GET: getOperationStatus }),
  route(
    `${SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/locations/:location/operationResults/:operation`,
    "registries",
    { GET: getOperationResult },
  ),
  route(`${REGISTRY}/providers/Microsoft.Authorization/locks`, "anything", { GET: listLocks }),
  route(`${REGISTRY}/providers/Microsoft.Authorization/permissions`, "anything", {
    GET: listPermissions,
  }),
  route(`${REGISTRY}/providers/Microsoft.Resources/tags/default`, "anything", {
    GET: getTags,
    PATCH: patchTags,
    PUT: putTags,
    DELETE: deleteTags,
  }),
];

/** Says what list the sender of a request was last shown of a registry. */
type LastRead = (registryId: string) => readonly string[] | undefined;

/** Who sent a request, by its token; undefined when the token is not one for Azure Resource Manager. */
export function callerOf(
  tokens: KnownTokens,
  authorization: string | undefined,
): Caller | undefined {
  return tokens.callerOf(bearer(authorization));
}

/** Answers one request; what it writes has been applied to the store when this resolves to `applied`. */
export async function answerArm(
  context: ArmContext & { readonly tokens: KnownTokens; readonly lastRead: LastRead },
  request: ArmRequest,
): Promise<ArmAnswer> {
  const { tokens } = context;
  const caller = callerOf(tokens, request.authorization);
  const refused = checkToken(tokens, request.authorization);
  if (refused !== undefined || caller === undefined) {
    return unchanged(refused ?? tokenProblem.unknown());
  }

  const { pathname, searchParams } = request.target;
  const version = searchParams.get("api-version");
  const found = findRoute(pathname);
  const problem = versionProblem(version, found?.route.of ?? "registries");
  if (problem !== undefined || version === null) {
    return unchanged(apiVersionProblem[problem ?? "missing"](version ?? ""));
  }
  if (found === undefined) {
    return unchanged(armError(404, "NotFound", `Nothing is emulated at ${pathname}.`));
  }

  const { subscriptionId = "", resourceGroup = "", name = "", operation = "" } = found.parts;
  const place = { subscriptionId, resourceGroup, name, operation };
  const missing = checkScope(context.store, place);
  if (missing !== undefined) return unchanged(missing);
  const handler = found.route.methods[request.method];
  if (handler === undefined) {
    const message = `${request.method} is not emulated here.`;
    return unchanged(armError(405, "MethodNotAllowed", message));
  }
  const lastRead = context.lastRead(registryIdOf(place));
  const call: ArmCall = { context, request, version, caller, lastRead, ...place };
  return handler(call);
}

function route(path: string, of: Route["of"], methods: Route["methods"]): Route {
  return { pattern: path.split("/").slice(1), of, methods };
}

function bearer(authorization: string | undefined): string {
  return /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "";
}

function checkToken(tokens: KnownTokens, authorization: string | undefined): ArmReply | undefined {
  if (authorization === undefined) return tokenProblem.missing();
  const resource = tokens.resourceOf(bearer(authorization));
  if (resource === undefined) return tokenProblem.unknown();
  return AUDIENCES.includes(resource) ? undefined : tokenProblem.wrongAudience(resource);
}

function findRoute(
  pathname: string,
): { readonly route: Route; readonly parts: Readonly<Record<string, string>> } | undefined {
  const segments = pathname.replace(/\/+$/, "").split("/").slice(1);
  for (const route of ROUTES) {
    const parts = match(route.pattern, segments);
    if (parts !== undefined) return { route, parts };
  }
  return undefined;
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (wanted.startsWith(":")) {
      const part = decoded(segment);
      if (part === undefined || part === "") return undefined;
      parts[wanted.slice(1)] = part;
    } else if (wanted.toLowerCase() !== segment.toLowerCase()) {
      return undefined;
    }
  }
  return parts;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // a stray %
  }
}
