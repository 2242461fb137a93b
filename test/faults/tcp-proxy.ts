import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What becomes of bytes: `pass`; `stall` holds them, in both directions, until another mode; `drop-replies` lets
 * requests through and loses the answers, and its end resets the connections; `refuse` ends new ones at once.
 */
export type ProxyMode = "pass" | "stall" | "drop-replies" | "refuse";

/** A way to a port of this machine that can be made bad. */
export type TcpProxy = {
  readonly port: number;
  setMode(mode: ProxyMode): void;
  /** Delays each piece that passes, in order. */
  setLatency(ms: number): void;
  /** Resets every connection. */
  cut(): void;
  close(): Promise<void>;
};

/** A proxy on a free port of 127.0.0.1 that passes until told otherwise. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: ProxyMode = "pass";
  let latencyMs = 0;
  const pairs = new Set<readonly [client: Socket, target: Socket]>();

  const forward = (from: Socket, to: Socket, isReply: boolean): void => {
    // One after the other, so that a latency that changes never lets a later piece overtake.
    let sent = Promise.resolve();
    from.on("data", (bytes) => {
      if (isReply && mode === "drop-replies") return;
      const dueAt = performance.now() + latencyMs;
      sent = sent.then(async () => {
        await sleep(Math.max(0, dueAt - performance.now()));
        if (to.writable) to.write(bytes);
      });
    });
  };
  // Bytes that a stall swallowed instead of holding would shift every later reply by one.
  const apply = ([client, target]: readonly [Socket, Socket]): void => {
    for (const socket of [client, target]) {
      if (mode === "stall") socket.pause();
      else socket.resume();
    }
  };

  const server = createServer({ pauseOnConnect: true }, (client) => {
    if (mode === "refuse") {
      client.resetAndDestroy();
      return;
    }
    const target = connect(targetPort, "127.0.0.1");
    const pair = [client, target] as const;
    pairs.add(pair);
    forward(client, target, false);
    forward(target, client, true);
    apply(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");

  const cut = (): void => {
    for (const [client, target] of pairs) {
      client.resetAndDestroy();
      target.destroy();
    }
  };
  return {
    port: address.port,
    setMode(next) {
      // A connection that lost a reply would give each later one to the wrong question.
      if (mode === "drop-replies" && next !== mode) cut();
      mode = next;
      pairs.forEach(apply);
    },
    setLatency(ms) {
      latencyMs = ms;
    },
    cut,
    async close() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
