import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";

/** A port of 127.0.0.1 that leads to another one, whose server sees every connection come from one address. */
export type AddressRelay = {
  readonly port: number;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
};

/**
 * Carries bytes, and reads none of them: TLS is between the two ends. It is how a program that can't choose the
 * address it comes from, as skopeo can't, comes from another address of this machine, without a privilege.
 */
export async function startAddressRelay(to: number, from: string): Promise<AddressRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection({ host: "127.0.0.1", port: to, localAddress: from });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      // Either end that fails or leaves takes the other with it.
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    port: address.port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
