import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "./metrics.ts";
import type { StatusPage } from "./status-page.ts";

/** Tells whether the process can do its work; `why` is for the operator. */
export type Readiness = (
  signal: AbortSignal,
) => Promise<{ readonly ready: true } | { readonly ready: false; readonly why: string }>;

const CHECK_WITHIN_MS = 2_000;

/**
 * `GET /healthz` (the process answers), `/readyz` (it can work), `/metrics` and `/status` (a page for people), never on
 * the public port.
 */
export async function startOperationsServer(
  { host, port }: { readonly host: string; readonly port: number },
  readiness: Readiness,
  metrics: Pick<Metrics, "contentType" | "text">,
  statusPage: StatusPage,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: Readonly<Record<string, unknown>>): void => {
      response.writeHead(status, {
        "content-type": "application/json",
        "cache-control": "no-store",
      });
      response.end(JSON.stringify(body));
    };
    const path = request.method === "GET" ? request.url : undefined;
    if (path === "/healthz") reply(200, { status: "up" });
    else if (path === "/readyz") {
      readiness(AbortSignal.timeout(CHECK_WITHIN_MS)).then(
        (state) => {
          reply(state.ready ? 200 : 503, state);
        },
        (error: unknown) => {
          reply(503, { ready: false, why: error instanceof Error ? error.name : "unknown" });
        },
      );
    } else if (path === "/metrics") {
      metrics.text().then(
        (text) => {
          response.writeHead(200, { "content-type": metrics.contentType });
          response.end(text);
        },
        (error: unknown) => {
          reply(500, { error: error instanceof Error ? error.name : "unknown" });
        },
      );
    } else if (path === "/status" || path === "/status?refresh=off") {
      if (!isMeantForUs(host, request.headers.host)) {
        reply(421, { error: "not under this name" });
        return;
      }
      statusPage(path === "/status").then(
        ({ status, headers, body }) => {
          response.writeHead(status, headers);
          response.end(body);
        },
        (error: unknown) => {
          reply(500, { error: error instanceof Error ? error.name : "unknown" });
        },
      );
    } else reply(404, { error: "not found" });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  // A listening TCP server has an AddressInfo; strings are for pipes.
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const LOOPBACK = /^(127(\.\d+){3}|localhost|\[?::1\]?)$/;

/**
 * On loopback only who asks for loopback is meant: a page of somebody else whose name was made to point here would
 * read along in an operator's browser (DNS rebinding). Elsewhere names are whatever the network calls us.
 */
function isMeantForUs(listensOn: string, hostHeader: string | undefined): boolean {
  if (!LOOPBACK.test(listensOn)) return true;
  return LOOPBACK.test(URL.parse(`http://${hostHeader ?? ""}`)?.hostname ?? "");
}
