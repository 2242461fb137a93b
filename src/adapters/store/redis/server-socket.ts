import { connect as connectTcp, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from "node:tls";
import type { Endpoint } from "./server-url.ts";

/** Whom to take for the server: a part of what `tls.connect` is told. */
export type ServerIdentity = Pick<ConnectionOptions, "servername" | "checkServerIdentity">;

/**
 * A socket that is on its way to the server, through TLS when there is an identity to check. An error of it never
 * goes uncaught: ioredis listens for one, and a TLS socket may tell of two, such as a certificate that we refuse
 * and the alert with which the server answers our hanging up.
 */
export function socketTo({ host, port }: Endpoint, identity: ServerIdentity | undefined): Socket {
  const socket = identity ? connectTls({ ...identity, host, port }) : connectTcp({ host, port });
  socket.on("error", () => undefined);
  return socket;
}

/**
 * A certificate has to be valid for the host that is connected to, or for one of the URL: a cluster and sentinels
 * usually name further servers by IP addresses, which certificates do not have. Authorities are those of Node and
 * of NODE_EXTRA_CA_CERTS.
 */
export function identityOf(endpoints: readonly Endpoint[]): ServerIdentity {
  const names = endpoints.filter(({ host }) => isIP(host) === 0);
  const [only] = names;
  return {
    ...(only && endpoints.length === 1 && { servername: only.host }),
    checkServerIdentity: (connectedTo, certificate) => {
      const wrong = checkServerIdentity(connectedTo, certificate);
      const isOfUrl = endpoints.some(({ host }) => !checkServerIdentity(host, certificate));
      return isOfUrl ? undefined : wrong;
    },
  };
}
