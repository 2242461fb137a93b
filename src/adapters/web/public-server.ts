import type { AddressInfo } from "node:net";
import restify from "restify";
import { z } from "zod";
import { beStrict } from "./be-strict.ts";
import { prepareDrain } from "./drain.ts";
import { within } from "../../application/deadline.ts";
import type { Log } from "../../application/ports.ts";
import type { AddressLimits } from "./address-limits.ts";
import type { ProofPage } from "./proof-page.ts";
import { readJsonBody } from "./read-json-body.ts";

/** Handles one POST of the Bot Connector; the reply is sent as it is. */
type Receive = (
  authorization: string,
  body: unknown,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body?: unknown }>;

/** A server that listens, and how to end it: no new requests, then those under way, then the sockets. */
export type RunningServer = { readonly port: number; stop(): Promise<void> };

/** Teams waits some 15 s for an answer to an invoke. */
const ANSWER_WITHIN_MS = 12_000;
const HEADERS_WITHIN_MS = 5_000;
const REQUEST_WITHIN_MS = 20_000;
/** Node looks for connections that are past these times every half minute by itself. */
const LOOK_FOR_LATE_MS = 1_000;
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
  limits: AddressLimits,
  log: Log,
): Promise<RunningServer> {
  const server = restify.createServer({ name: "drawbridge" });
  server.pre(beStrict);
  const stopping = new AbortController();
  // restify takes an async handler only when it has no `next`.
  server.post("/api/messages", async (request, response) => {
    const waitMs = limits.mayPost(request);
    if (waitMs !== undefined) {
      refuse(response, 429, waitMs);
      return;
    }
    const signal = within(ANSWER_WITHIN_MS, stopping.signal);
    const authorization = request.headers.authorization ?? "";
    try {
      const body = await readJsonBody(request);
      const reply = body.kind === "json" ? await receive(authorization, body.value, signal) : body;
      await limits.posted(request, reply.status);
      if ("kind" in reply) {
        log.warn("activity.unreadable", { status: reply.status });
        refuse(response, reply.status);
      } else response.send(reply.status, reply.body);
    } catch (error) {
      log.error("request.failed", { error });
      response.send(500);
    }
  });

  if (page !== undefined) servePage(server, page, limits, stopping.signal);
  // By itself restify quotes the path.
  server.on(
    "restifyError",
    (_request, response: restify.Response, error: unknown, done: () => void) => {
      const { statusCode = 500 } = errorWithStatus.safeParse(error).data ?? {};
      response.sendRaw(statusCode, "", { "cache-control": "no-store" });
      done();
    },
  );

  const http = server.server;
  const drain = prepareDrain(http);
  // With a listener for it, as restify has one, Node gives the socket away, and nothing limits its time any more.
  http.removeAllListeners("upgrade");
  http.headersTimeout = HEADERS_WITHIN_MS;
  http.requestTimeout = REQUEST_WITHIN_MS;
  // An option of `http.createServer`, which restify calls without any; read when the server begins to listen.
  Reflect.set(http, "connectionsCheckingInterval", LOOK_FOR_LATE_MS);
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
    stop: () =>
      drain(DRAIN_WITHIN_MS, () => {
        stopping.abort();
      }),
  };
}

/** Says nothing more, and reads nothing more of what came. */
function refuse(response: restify.Response, status: number, waitMs?: number): void {
  const retryAfter =
    waitMs === undefined ? {} : { "retry-after": String(Math.ceil(waitMs / 1_000)) };
  response.sendRaw(status, "", { ...retryAfter, connection: "close", "cache-control": "no-store" });
}

function servePage(
  server: restify.Server,
  page: ProofPage,
  limits: AddressLimits,
  stopping: AbortSignal,
): void {
  const serve = async (request: restify.Request, response: restify.Response): Promise<void> => {
    const waitMs = await limits.mayVisit(request);
    if (waitMs !== undefined) {
      refuse(response, 429, waitMs);
      return;
    }
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
