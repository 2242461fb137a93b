import { createServer, type IncomingMessage } from "node:http";
import {
  listener,
  listenOnLocalhost,
  parseJson,
  readBody,
  sendJson,
  targetOf,
} from "../azure/local-http.ts";
import { isObject } from "./json.ts";
import type { TokenIssuer } from "./token-issuer.ts";

/** What the gateway signs with, for whom, and where it passes things on. */
export interface SigningGatewayOptions {
  readonly issuer: Pick<TokenIssuer, "connectorToken">;
  readonly appId: string;
  /** The bot's whole messaging endpoint, as `http://127.0.0.1:3978/api/messages`. */
  readonly botUrl: string;
  /** Milliseconds until a bot that does not answer is a 502; 30000 by default. */
  readonly timeoutMs?: number;
}

/** A running gateway. */
export interface SigningGateway {
  /** Where to post activities: `http://127.0.0.1:…/api/messages`. */
  readonly url: string;
  /** Frees the port; what is being passed on is given up. */
  stop(): Promise<void>;
}

const PATH = "/api/messages";
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Signs, on 127.0.0.1, what Microsoft 365 Agents Playground posts without a token, so that the bot's own check stays
 * on: each activity goes on with a Bot Connector token for its `serviceUrl`, and the bot's answer comes back as it is.
 * A web page can post here only with a preflight that is never granted, so that none can borrow the signature.
 */
export async function startSigningGateway(options: SigningGatewayOptions): Promise<SigningGateway> {
  const { issuer, appId, botUrl, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const stopping = new AbortController();

  const server = await listenOnLocalhost(
    createServer(
      listener(async (request, response) => {
        const problem = problemOf(request, host);
        if (problem !== undefined) {
          sendJson(request, response, problem.status, { error: problem.why });
          return;
        }
        const text = await readBody(request);
        const activity = parseJson(text);
        if (!isObject(activity) || typeof activity["serviceUrl"] !== "string") {
          sendJson(request, response, 400, { error: "The body is no activity with a serviceUrl." });
          return;
        }
        const token = issuer.connectorToken({ appId, serviceUrl: activity["serviceUrl"] });
        const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
        const answer = await passOn(botUrl, text, token, signal);
        if (answer === undefined) {
          sendJson(request, response, 502, { error: "The bot did not answer." });
          return;
        }
        response.writeHead(answer.status, {
          "content-type": answer.contentType,
          "content-length": answer.body.length,
        });
        response.end(answer.body);
      }),
    ),
  );
  const host = `127.0.0.1:${String(server.port)}`;

  return {
    url: `http://${host}${PATH}`,
    async stop() {
      stopping.abort();
      await server.close();
    },
  };
}

function problemOf(
  request: IncomingMessage,
  host: string,
): { readonly status: number; readonly why: string } | undefined {
  const { headers, method } = request;
  if (headers.host !== host) return { status: 403, why: "Not called by its own name." };
  if (targetOf(request)?.pathname !== PATH) return { status: 404, why: `Only ${PATH} is here.` };
  if (method !== "POST") return { status: 405, why: "Only POST is here." };
  const type = headers["content-type"] ?? "";
  if (!/^application\/json\b/i.test(type)) return { status: 415, why: "Only JSON is passed on." };
  return undefined;
}

/** Undefined when the bot cannot be reached or gives no whole answer before the signal. */
async function passOn(botUrl: string, activity: string, token: string, signal: AbortSignal) {
  try {
    const answer = await fetch(botUrl, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: activity,
      redirect: "manual",
      signal,
    });
    return {
      status: answer.status,
      contentType: answer.headers.get("content-type") ?? "application/json",
      body: Buffer.from(await answer.arrayBuffer()),
    };
  } catch {
    return undefined;
  }
}
