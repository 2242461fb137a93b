import { once } from "node:events";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const MAX_BODY_BYTES = 1024 * 1024;

/** A server that listens. */
export interface LocalServer {
  readonly port: number;
  /** Resolves when the port is free again and every connection to it is gone, finished or not. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1, or another address; `localhost` reaches it too, once a client has been refused
 * at ::1. Whoever connects from another address of 127.0.0.0/8 is seen by that address.
 */
export async function listenOnLocalhost(
  server: Server,
  address = "127.0.0.1",
): Promise<LocalServer> {
  // closeAllConnections() overlooks a connection that is still in its TLS handshake.
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("Not a TCP server.");

  return {
    port: bound.port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Turns an async handler into a listener: what the handler throws becomes a 500 that shows it. */
export function listener(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestListener {
  return (request, response) => {
    // A client that leaves early is part of what is emulated, not an error of the emulator.
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    serve(request, response).catch((error: unknown) => {
      if (response.destroyed || response.headersSent) return;
      const tooLarge = error instanceof BodyTooLarge;
      response.setHeader("connection", "close");
      sendJson(request, response, tooLarge ? 413 : 500, {
        error: { code: tooLarge ? "BodyTooLarge" : "EmulatorError", message: String(error) },
      });
    });
  };
}

/** A request body of more than 1 MiB. */
class BodyTooLarge extends Error {}

/** The whole body as text; throws, and so answers 413, when it is longer than 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Without destroyOnReturn the socket would be closed before the 413 could be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // A request that was given no encoding yields Buffers.
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLarge("The body is longer than 1 MiB.");
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The value a JSON text stands for; undefined (which no JSON text stands for) when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Path and query of a request target; undefined when it cannot be read as one. */
export function targetOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? "/", "http://localhost") ?? undefined;
}

/** Answers with JSON and the given extra headers; the body is left out of a reply to HEAD. */
export function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : text);
}
