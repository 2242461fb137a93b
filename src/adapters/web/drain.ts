import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Ends a server within this many ms; resolves when its last connection is gone. */
export type Drain = (withinMs: number, onLate: () => void) => Promise<void>;

/**
 * The way to end a server in order, made before it listens. No connection is taken any more, those that wait for
 * nothing are closed at once, and each request that is under way gets its answer, which is the last of its connection:
 * a client that keeps its connections would otherwise keep the server. What is left when the time is over is cut off,
 * after `onLate` was called.
 */
export function prepareDrain(server: Server): Drain {
  const sockets = new Set<Socket>();
  const answers = new Set<ServerResponse>();
  let isDraining = false;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // Before whoever answers: it may do so at once.
  server.prependListener("request", (_request, answer) => {
    answers.add(answer);
    answer.once("close", () => answers.delete(answer));
    if (isDraining) beTheLast(answer);
  });
  return async (withinMs, onLate) => {
    isDraining = true;
    const closed = once(server, "close");
    // Closes connections that have had their answers, too.
    server.close();
    for (const answer of answers) beTheLast(answer);
    for (const socket of sockets) if (hasNeverAsked(socket)) socket.destroy();
    const late = setTimeout(() => {
      onLate();
      server.closeAllConnections();
    }, withinMs);
    await closed;
    clearTimeout(late);
  };
}

/** Node closes the connection after an answer that says so. */
function beTheLast(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader("connection", "close");
}

/** Browsers and proxies open connections ahead of need; to Node these are not idle. */
function hasNeverAsked({ bytesRead }: Socket): boolean {
  return bytesRead === 0;
}
