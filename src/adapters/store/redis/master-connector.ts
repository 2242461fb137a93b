import { Socket } from "node:net";
import { AbstractConnector } from "ioredis";
import type { Endpoint } from "./server-url.ts";
import { socketTo, type ServerIdentity } from "./server-socket.ts";

/** Says where to connect to: asked anew for every attempt. */
export type Locate = (signal: AbortSignal) => Promise<Endpoint>;

/** How long a server gets to answer our hanging up, in ms, before the socket is closed from this side alone. */
const HANG_UP_WITHIN_MS = 500;

/**
 * How ioredis gets a socket to a master. Its own connectors end a client for good when a master cannot be found at
 * the moment (SentinelConnector.connect), end a TLS socket in the middle of its handshake, and let its second error
 * go uncaught; for a cluster it brings a pool that sends a command again. Here one connection goes to the one
 * master that has our keys, and everything that goes wrong is one more attempt.
 */
export function connectorTo(locate: Locate, identity: ServerIdentity | undefined) {
  return class extends AbstractConnector {
    #search = new AbortController();
    #socket: Socket | undefined;
    #isUp = false;
    #tell: (type: string, error: Error) => void = () => undefined;

    constructor() {
      super(HANG_UP_WITHIN_MS);
    }

    override async connect(tell: (type: string, error: Error) => void): Promise<Socket> {
      this.#tell = tell;
      this.#isUp = false;
      this.#search = new AbortController();
      return this.#open(this.#search.signal);
    }

    /** Asked with what INFO answers, before the first command. */
    override check(info: { readonly role?: string }): boolean {
      if (info.role === undefined || info.role === "master") return true;
      this.#tell("error", new Error("The Redis server is a replica."));
      return false;
    }

    override disconnect(): void {
      this.#search.abort();
      // Without a socket yet, the search ends the attempt.
      if (this.#socket === undefined || this.#socket.destroyed) return;
      if (this.#isUp) super.disconnect();
      else this.#socket.destroy();
    }

    async #open(signal: AbortSignal): Promise<Socket> {
      delete this.firstError;
      try {
        const endpoint = await locate(signal);
        signal.throwIfAborted();
        const socket = socketTo(endpoint, identity);
        // The second name is that of the class above, for its `disconnect`.
        this.#socket = this.stream = socket;
        socket.once(identity ? "secureConnect" : "connect", () => {
          this.#isUp = true;
        });
        return socket;
      } catch (error) {
        if (!signal.aborted) this.firstError = asError(error);
        // ioredis tries again after a socket that is closed already, and never after a rejection.
        return new Socket().destroy();
      }
    }
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
