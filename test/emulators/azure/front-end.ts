import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import * as z from "zod";
import type { LocalCertificate } from "./certificate.ts";
import { failure } from "./data-plane.ts";
import type { DataPlane, PlaneReply } from "./data-plane.ts";
import { admits } from "./firewall.ts";
import { listener, listenOnLocalhost, readBody, targetOf } from "./local-http.ts";
import type { LocalServer } from "./local-http.ts";
import type { Registry } from "./registry.ts";

/** The request header that says which address a request shall seem to come from. */
export const CLIENT_ADDRESS_HEADER = "x-emulated-client-address";

/** See `FrontEnds`. */
export const frontEndsSchema = z.strictObject({
  delaysMs: z.array(z.int().nonnegative()).min(1).default([0]),
  tokenDelayMs: z.int().nonnegative().default(0),
  pick: z.enum(["connection", "request"]).default("connection"),
});

/**
 * The front ends behind a registry's one host and port: each sees a change that many milliseconds late, by the
 * emulator's clock; `/oauth2/…` sees it `tokenDelayMs` later still. They take turns, by `connection` (a connection
 * stays with the one it has come to) or by `request`. By default there is one, and it sees changes at once.
 * Source: fgarofalo56/csa-inabox, scripts/ci/acr-dataplane-ready.sh (front ends that disagree for 30 to 90 s, a token
 * exchange that lags on its own).
 */
export type FrontEnds = z.input<typeof frontEndsSchema>;

/** Where a front end knows its registry from. */
export interface FrontEndSource {
  current(): Registry | undefined;
  asOf(atMs: number): Registry | undefined;
  frontEnds(): z.output<typeof frontEndsSchema>;
  now(): Date;
}

/** Where servers listen, and what their clients call them. */
export interface ListenAt {
  readonly address: string;
  readonly host: string;
}

/** Opens the front ends of one registry, on a port of its own. */
export function openFrontEnd(
  { key, cert }: LocalCertificate,
  source: FrontEndSource,
  plane: DataPlane,
  at: ListenAt,
): Promise<LocalServer> {
  return listenOnLocalhost(
    createServer({ key, cert }, frontEndListener(source, plane)),
    at.address,
  );
}

function frontEndListener(source: FrontEndSource, plane: DataPlane): RequestListener {
  const chosen = new WeakMap<Socket, number>();
  let turn = 0;

  /** The delay of the front end that serves this request. */
  function delayOf(socket: Socket): number {
    const { delaysMs, pick } = source.frontEnds();
    const index = pick === "request" ? turn++ : (chosen.get(socket) ?? turn++);
    chosen.set(socket, index);
    return delaysMs[index % delaysMs.length] ?? 0;
  }

  return listener(async (request, response) => {
    const { headers, socket, method = "GET" } = request;
    const target = targetOf(request) ?? new URL("http://localhost/");
    const body = await readBody(request);
    const extraMs = target.pathname.startsWith("/oauth2/") ? source.frontEnds().tokenDelayMs : 0;
    const registry = source.current();
    const seen = source.asOf(source.now().getTime() - delayOf(socket) - extraMs);
    const address = clientAddress(headers[CLIENT_ADDRESS_HEADER], socket.remoteAddress);

    const denied = refusal(registry && seen, address);
    const { authorization } = headers;
    const loginServer = registry?.loginServer ?? "";
    const reply = denied ?? plane.answer({ method, target, authorization, body, loginServer });
    response.writeHead(reply.status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(reply.body),
      "docker-distribution-api-version": "registry/2.0",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      server: "AzureContainerRegistry",
      "x-ms-correlation-request-id": randomUUID(),
      ...reply.headers,
    });
    response.end(method === "HEAD" ? undefined : reply.body);
  });
}

/**
 * Denied is denied on every path, before anything else is looked at. Azure writes the quotes around the address as
 * \u0027. Sources: docker/build-push-action#1214 and the Azure SDK's container registry TROUBLESHOOTING.md (403). The
 * 403's headers are our guess.
 */
function refusal(registry: Registry | undefined, address: string): PlaneReply | undefined {
  if (registry === undefined) return failure(404, "NAME_UNKNOWN", "registry is gone");
  if (admits(registry, address)) return undefined;
  const quoted = `\\u0027${address}\\u0027`;
  return failure(
    403,
    "DENIED",
    `client with IP ${quoted} is not allowed access. Refer https://aka.ms/acr/firewall to grant access.`,
  );
}

function clientAddress(header: string | string[] | undefined, peer: string | undefined): string {
  const claimed = typeof header === "string" ? header.trim() : "";
  // Only what can stand in an address, since it is written into the reply.
  if (/^[0-9A-Fa-f.:]+$/.test(claimed)) return claimed;
  return (peer ?? "unknown").replace(/^::ffff:/, "");
}
