import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import proxyAddr from "proxy-addr";
import { isAddress, parseAddress, type Address } from "../../domain/address.ts";

/** What stands between a client and this process, and so what can be believed about who calls. */
export type ClientProfile =
  /** Nothing: the socket is the client's. No header is read. */
  | { readonly profile: "direct" }
  /**
   * The ingress of Azure Container Apps. It appends the sender to X-Forwarded-For, and "provides the rightmost IP
   * only; users must validate any other values" (learn.microsoft.com, "Ingress in Azure Container Apps").
   */
  | { readonly profile: "container-apps" }
  /**
   * The front end of Azure App Service. It appends too, as address:port, like Application Gateway (github.com,
   * rack/rack issue 1227).
   */
  | { readonly profile: "app-service" }
  /**
   * Azure Front Door. X-Azure-SocketIP is the other end of the client's connection to it, where X-Azure-ClientIP "can
   * be arbitrarily overwritten by a user"; X-Azure-FDID names whose Front Door it is (learn.microsoft.com, "Protocol
   * support for HTTP headers in Azure Front Door"). The id is no secret: the origin must be closed to everything but
   * the service tag AzureFrontDoor.Backend.
   */
  | { readonly profile: "front-door"; readonly frontDoorId: string };

/** Who calls, as far as it can be told. */
export type Caller =
  | { readonly kind: "ipv4"; readonly address: Address }
  | { readonly kind: "ipv6"; readonly text: string }
  /** Came past what the profile names, or it sends what no address is. */
  | { readonly kind: "unknown" };

/** The address that the request came from. A header that the profile does not name changes nothing. */
export function clientAddress(request: IncomingMessage, client: ClientProfile): Caller {
  switch (client.profile) {
    case "direct":
      return callerOf(request.socket.remoteAddress);
    case "container-apps":
    case "app-service":
      return callerOf(proxyAddr(request, trustsTheFrontEnd));
    case "front-door":
      return isFromFrontDoor(request, client.frontDoorId)
        ? callerOf(single(request.headers["x-azure-socketip"]))
        : { kind: "unknown" };
  }
}

/** The host name that the client asked for. Front Door may send its own, and the client's beside it. */
export function clientHost(request: IncomingMessage, client: ClientProfile): string | undefined {
  if (client.profile !== "front-door") return request.headers.host;
  return isFromFrontDoor(request, client.frontDoorId)
    ? single(request.headers["x-forwarded-host"])
    : undefined;
}

function isFromFrontDoor({ headers }: IncomingMessage, id: string): boolean {
  return single(headers["x-azure-fdid"])?.toLowerCase() === id;
}

// Both front ends reach the process from within its network: Container Apps from its infrastructure's subnet or
// 100.100.0.0/16 (learn.microsoft.com, "Networking in Azure Container Apps environment"), App Service over link-local
// or private addresses.
const FRONT_ENDS = new Set(["private", "carrierGradeNat", "linkLocal", "loopback", "uniqueLocal"]);

/** One hop: the front end that the connection comes from. What it was told by others is not believed. */
function trustsTheFrontEnd(address: string, hop: number): boolean {
  return hop === 0 && ipaddr.isValid(address) && FRONT_ENDS.has(ipaddr.process(address).range());
}

const IPV4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/;
const IPV6_WITH_PORT = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/;

function callerOf(text: string | undefined): Caller {
  if (text === undefined) return { kind: "unknown" };
  const host = IPV4_WITH_PORT.exec(text)?.[1] ?? IPV6_WITH_PORT.exec(text)?.[1] ?? text;
  const plain = ipaddr.IPv6.isValid(host) ? ipaddr.process(host) : undefined;
  // A socket that takes both families shows IPv4 as ::ffff:203.0.113.7.
  if (plain?.kind() === "ipv6") return { kind: "ipv6", text: plain.toString() };
  const address = parseAddress(plain?.toString() ?? host);
  return isAddress(address) && !address.includes("/")
    ? { kind: "ipv4", address }
    : { kind: "unknown" };
}

/** A header that came twice says two things: neither is believed. */
function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" && !value.includes(",") ? value.trim() : undefined;
}
