import type { AddressInfo } from "node:net";
import restify from "restify";
import { z } from "zod";
import { beStrict } from "./be-strict.ts";
import { within } from "../../application/deadline.ts";
import type { Log } from "../../application/ports.ts";
import type { ProofPage } from "./proof-page.ts";

/** Handles one POST of the Bot Connector; the reply is sent as it is. */
type Receive = (
  authorization: string,
  body: unknown,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body?: unknown }>;

/** A server that listens, and how to end it: no new requests, then those under way, then the sockets. */
export type RunningServer = { readonly port: number; stop(): Promise<void> };

/** Teams sends at most about 100 KB (learn.microsoft.com, "Format your bot messages"). */
const LARGEST_BODY_BYTES = 256 * 1024;
/** Teams waits some 15 s for an answer to an invoke. */
const ANSWER_WITHIN_MS = 12_000;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 20_000;
const DRAIN_WITHIN_MS = 5_000;

const errorWithStatus = z.object({ statusCode: z.int().min(400).max(599) });

/**
 * The one public door: `POST /api/messages`, and the page of one-time links where there are any. Other answers say
 * nothing about what is inside.
 */
export async function startPublicServer(
  { host, port }: { readonly host: string; readonly port: number },
  receive: Receive,
  page: ProofPage | undefined,
  log: Log,
): Promise<RunningServer> {
  const server = restify.createServer({ name: "drawbridge" });
  server.pre(beStrict);
  const stopping = new AbortController();
  // Without a maximum restify reads whatever comes; @types/restify does not know the option.
  const parsing = { maxBodySize: LARGEST_BODY_BYTES, mapParams: false };
  // restify takes an async handler only when it has no `next`.
  server.post(
    "/api/messages",
    restify.plugins.jsonBodyParser(parsing),
    async (request, response) => {
      const signal = within(ANSWER_WITHIN_MS, stopping.signal);
      const authorization = request.headers.authorization ?? "";
      try {
        const body: unknown = request.body;
        const reply = await receive(authorization, body, signal);
        response.send(reply.status, reply.body);
      } catch (error) {
        log.error("request.failed", { error });
        response.send(500);
      }
    },
  );

  if (page !== undefined) servePage(server, page, stopping.signal);
  // By itself restify quotes the path, and of a broken body what was wrong with it.
  server.on(
    "restifyError",
    (_request, response: restify.Response, error: unknown, done: () => void) => {
      const { statusCode = 500 } = errorWithStatus.safeParse(error).data ?? {};
      response.sendRaw(statusCode, "", { "cache-control": "no-store" });
      done();
    },
  );

  const http = server.server;
  // With a listener for it, as restify has one, Node gives the socket away, and nothing limits its time any more.
  http.removeAllListeners("upgrade");
  http.headersTimeout = HEADERS_WITHIN_MS;
  http.requestTimeout = REQUEST_WITHIN_MS;
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    server.listen(port, host, () => {
      http.off("error", reject);
      resolve();
    });
  });
  // A listening TCP server has an AddressInfo; strings are for pipes.
  const address = http.address() as AddressInfo;
  return {
    port: address.port,
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      const late = setTimeout(() => {
        stopping.abort();
        http.closeAllConnections();
      }, DRAIN_WITHIN_MS);
      http.closeIdleConnections();
      await closed;
      clearTimeout(late);
    },
  };
}

function servePage(server: restify.Server, page: ProofPage, stopping: AbortSignal): void {
  const serve = async (request: restify.Request, response: restify.Response): Promise<void> => {
    // The route has the parameter; @types/restify does not know which there are.
    const { link } = request.params as { readonly link: string };
    const answer = await page(request, link, within(ANSWER_WITHIN_MS, stopping));
    response.sendRaw(answer.status, answer.body, answer.headers);
  };
  server.get(PAGE, serve);
  server.head(PAGE, serve);
  server.post(PAGE, serve);
}

const PAGE = "/p/:link";
