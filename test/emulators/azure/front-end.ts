import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { BlockList, isIPv4 } from "node:net";
import type { LocalCertificate } from "./certificate.ts";
import { listenOnLocalhost, targetOf } from "./local-http.ts";
import type { LocalServer } from "./local-http.ts";
import type { Registry } from "./registry.ts";

/** The request header that says which address a request shall seem to come from. */
export const CLIENT_ADDRESS_HEADER = "x-emulated-client-address";

/** Opens the front end of one registry, on a port of its own. `registry` is asked for its newest state each time. */
export function openFrontEnd(
  { key, cert }: LocalCertificate,
  registry: () => Registry | undefined,
): Promise<LocalServer> {
  return listenOnLocalhost(createServer({ key, cert }, frontEndListener(registry)));
}

/**
 * Whether the firewall of a registry lets an address in.
 * Source: Azure docs, "Configure public IP network rules" (Disabled overrides the rules; the firewall is Premium's).
 */
export function admits(registry: Registry, address: string): boolean {
  if (registry.publicNetworkAccess === "Disabled") return false;
  if (registry.sku !== "Premium" || registry.defaultAction === "Allow") return true;
  if (!isIPv4(address)) return false;
  const allowed = new BlockList();
  for (const rule of registry.rules) {
    const [network = "", prefix = "32"] = rule.split("/");
    allowed.addSubnet(network, Number(prefix), "ipv4");
  }
  return allowed.check(address, "ipv4");
}

function frontEndListener(current: () => Registry | undefined): RequestListener {
  return (request, response) => {
    const registry = current();
    const address = clientAddress(
      request.headers[CLIENT_ADDRESS_HEADER],
      request.socket.remoteAddress,
    );
    const reply = answer(registry, address, request.method ?? "GET", targetOf(request)?.pathname);
    response.writeHead(reply.status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(reply.body),
      "docker-distribution-api-version": "registry/2.0",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      server: "AzureContainerRegistry",
      "x-ms-correlation-request-id": randomUUID(),
      ...reply.headers,
    });
    response.end(request.method === "HEAD" ? undefined : reply.body);
  };
}

interface Reply {
  readonly status: number;
  /** As bytes on the wire: Azure writes the quotes around the address as \u0027. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Denied is denied on every path, before anything else is looked at.
 * Sources: docker/build-push-action#1214 and the Azure SDK's container registry TROUBLESHOOTING.md (403);
 * Azure docs, "Authenticate with a registry" (401). The 403's headers are our guess.
 */
function answer(
  registry: Registry | undefined,
  address: string,
  method: string,
  path: string | undefined,
): Reply {
  if (registry === undefined) return failure(404, "NAME_UNKNOWN", "registry is gone");
  if (!admits(registry, address)) {
    const quoted = `\\u0027${address}\\u0027`;
    return failure(
      403,
      "DENIED",
      `client with IP ${quoted} is not allowed access. Refer https://aka.ms/acr/firewall to grant access.`,
    );
  }
  if (method !== "GET" && method !== "HEAD") {
    return { ...failure(405, "UNSUPPORTED", "not emulated"), headers: { allow: "GET, HEAD" } };
  }
  if (path !== "/v2/" && path !== "/v2") return failure(404, "NOT_FOUND", "not emulated");
  const { loginServer } = registry;
  return {
    status: 401,
    body: '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information.","detail":null}]}',
    headers: {
      "www-authenticate": `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"`,
    },
  };
}

/** `message` goes into the body as it is: it must not hold anything JSON would escape. */
function failure(status: number, code: string, message: string): Reply {
  return { status, body: `{"errors":[{"code":"${code}","message":"${message}"}]}` };
}

function clientAddress(header: string | string[] | undefined, peer: string | undefined): string {
  const claimed = typeof header === "string" ? header.trim() : "";
  // Only what can stand in an address, since it is written into the reply.
  if (/^[0-9A-Fa-f.:]+$/.test(claimed)) return claimed;
  return (peer ?? "unknown").replace(/^::ffff:/, "");
}
