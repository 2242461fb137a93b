import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import type { Agent, RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import type { TokenCredential } from "@azure/identity";
import type { AzureEmulator } from "./emulator.ts";
import { CLIENT_ADDRESS_HEADER } from "./front-end.ts";
import { parseJson } from "./local-http.ts";

const BOUND_MS = 10_000;
const POLL_MS = 10;

/** The subscription and the resource group that `registryId` puts registries into. */
export const SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
export const GROUP = "rg-test";

/** The resource id of a registry of that name for a test. */
export function registryId(name: string, group = GROUP): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

/** The real SDK's client for an emulator; it tries everything once. */
export function sdkClient(
  azure: AzureEmulator,
  credential: TokenCredential,
): ContainerRegistryManagementClient {
  return new ContainerRegistryManagementClient(credential, SUBSCRIPTION, {
    endpoint: azure.armUrl,
    credentials: { scopes: ["https://management.azure.com/.default"] },
    tlsOptions: { ca: azure.caPem },
    retryOptions: { maxRetries: 0 },
  });
}

/** The addresses and blocks of a registry's rules, as the SDK reads them; undefined when it has no rule set. */
export async function readRules(
  client: ContainerRegistryManagementClient,
  name: string,
): Promise<readonly string[] | undefined> {
  const registry = await client.registries.get(GROUP, name, bounded());
  return registry.networkRuleSet?.ipRules?.map((rule) => rule.iPAddressOrRange);
}

/** Writes a registry's whole list with the SDK. */
export async function writeRules(
  client: ContainerRegistryManagementClient,
  name: string,
  rules: readonly string[],
  options = bounded(),
): Promise<void> {
  const ipRules = rules.map((iPAddressOrRange) => ({ action: "Allow", iPAddressOrRange }));
  const body = { networkRuleSet: { defaultAction: "Deny", ipRules } };
  await client.registries.update(GROUP, name, body, options).pollUntilDone();
}

/** A credential that always gives this token. */
export function staticToken(token: string): TokenCredential {
  return {
    getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
}

/** Gets a token as a managed identity does. */
export async function askForToken(azure: AzureEmulator, resource: string): Promise<string> {
  const query = new URLSearchParams({ "api-version": "2019-08-01", resource });
  const reply = await fetch(`${azure.tokenUrl}?${query.toString()}`, {
    headers: { "X-IDENTITY-HEADER": azure.identityHeader },
    signal: AbortSignal.timeout(BOUND_MS),
  });
  // The emulator's own reply; a wrong one fails the test that uses the token.
  const body = (await reply.json()) as { readonly access_token: string };
  return body.access_token;
}

/** What came back from `visit`. */
export interface Visit {
  readonly status: number | undefined;
  readonly body: string;
  /** WWW-Authenticate. */
  readonly challenge: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** How to visit: by GET, from nowhere in particular, unless it says otherwise. */
interface VisitOptions {
  readonly method?: string;
  /** The address to claim. */
  readonly address?: string;
  /** The address of this host to connect from, as 127.0.0.9. */
  readonly from?: string;
  readonly token?: string;
  readonly body?: string;
  /** The connections to use; one of its own by default. */
  readonly agent?: Agent;
}

/** One https request on a connection of its own that trusts the emulator's authority only; ten seconds at most. */
export function visit(azure: AzureEmulator, url: string, how: VisitOptions = {}): Promise<Visit> {
  const options: RequestOptions = {
    method: how.method ?? "GET",
    ca: azure.caPem,
    agent: how.agent ?? false,
    ...(how.from === undefined ? {} : { localAddress: how.from }),
    signal: AbortSignal.timeout(BOUND_MS),
    headers: {
      ...(how.address === undefined ? {} : { [CLIENT_ADDRESS_HEADER]: how.address }),
      ...(how.token === undefined ? {} : { authorization: `Bearer ${how.token}` }),
    },
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (reply) => {
      let body = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => (body += chunk));
      reply.on("error", reject);
      reply.on("end", () => {
        const { statusCode: status, headers } = reply;
        resolve({ status, body, challenge: headers["www-authenticate"], headers });
      });
    });
    sent.on("error", reject);
    sent.end(how.body);
  });
}

/** Asks the front end of a registry for `/v2/` or another path, as somebody at `address` (else at 127.0.0.1). */
export function visitFrontEnd(
  azure: AzureEmulator,
  name: string,
  how: VisitOptions & { readonly path?: string } = {},
): Promise<Visit> {
  const found = azure.registries.find((registry) => registry.id.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`There is no registry ${name}.`);
  return visit(azure, `https://${found.loginServer}${how.path ?? "/v2/"}`, how);
}

/** A parsed reply of Azure Resource Manager. */
export interface ArmVisit {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when there is none. */
  readonly body: unknown;
}

/** Asks Azure Resource Manager as any https client does; `path` may hold a query. Tries once. */
export async function askArm(
  azure: AzureEmulator,
  method: string,
  path: string,
  how: { readonly token?: string; readonly body?: unknown; readonly version?: string } = {},
): Promise<ArmVisit> {
  const token = how.token ?? (await askForToken(azure, "https://management.azure.com"));
  const url = new URL(path, azure.armUrl);
  if (!url.searchParams.has("api-version")) {
    url.searchParams.set("api-version", how.version ?? "2025-11-01");
  }
  const sent = how.body === undefined ? {} : { body: JSON.stringify(how.body) };
  const { status, headers, body } = await visit(azure, url.href, { method, token, ...sent });
  return { status, headers, body: parseJson(body) };
}

/** Options for the SDK that end a call after ten seconds. */
export function bounded(ms = BOUND_MS): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(ms) };
}

/** Resolves when the condition holds; throws when it does not within ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + BOUND_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("It did not come to pass in time.");
    await sleep(POLL_MS);
  }
}
