import ipaddr from "ipaddr.js";
import type { Brand } from "./ids.ts";

/**
 * An IPv4 address or range in the one form used everywhere: `203.0.113.7`, `198.51.100.0/28`.
 * No host bits, never a `/32` (ARM strips it: hashicorp/terraform-provider-azurerm, container_registry_resource.go).
 */
export type Address = Brand<string, "Address">;

/** Why a text is not an address that a rule could carry. */
export type AddressRefusal =
  | { readonly kind: "not-an-address"; readonly text: string }
  | { readonly kind: "ipv6"; readonly text: string }
  | { readonly kind: "host-bits-set"; readonly text: string; readonly canonical: Address }
  | { readonly kind: "everything"; readonly text: string };

/** Ranges that no packet from the internet comes from (IANA IPv4 special-purpose address registry, RFC 6890). */
export type SpecialRange =
  | "this-network"
  | "private"
  | "shared"
  | "loopback"
  | "link-local"
  | "documentation"
  | "benchmarking"
  | "multicast"
  | "reserved";

const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ONE_ADDRESS = new RegExp(String.raw`^(?:${OCTET}\.){3}${OCTET}$`);
const PREFIX = /^(?:[0-9]|[12][0-9]|3[0-2])$/;

/** Reads an IPv4 address or CIDR range. Nothing is guessed: octal, short and zone forms are refused. */
export function parseAddress(text: string): Address | AddressRefusal {
  // The common case, thousands of times a round: the pattern is the one form of a single address.
  if (ONE_ADDRESS.test(text)) return text as Address;
  const [host = "", prefix = "32", ...rest] = text.trim().split("/");
  if (host.includes(":") && ipaddr.IPv6.isValid(host)) return { kind: "ipv6", text };
  if (
    rest.length > 0 ||
    !PREFIX.test(prefix) ||
    !ipaddr.IPv4.isValidFourPartDecimal(host) ||
    !ipaddr.IPv4.isValid(host)
  ) {
    return { kind: "not-an-address", text };
  }
  const bits = Number(prefix);
  if (bits === 0) return { kind: "everything", text };
  const network = ipaddr.IPv4.networkAddressFromCIDR(`${host}/${prefix}`).toString();
  const canonical = canonicalForm(network, bits);
  return network === host ? canonical : { kind: "host-bits-set", text, canonical };
}

/** Tells a parsed address from a refusal. */
export function isAddress(parsed: Address | AddressRefusal): parsed is Address {
  return typeof parsed === "string";
}

/** The length of the prefix: 32 for one address, 28 for sixteen. A wider range has a smaller number. */
export function prefixOf(address: Address): number {
  return cidrOf(address)[1];
}

/** How many addresses the range holds. */
export function sizeOf(address: Address): number {
  return 2 ** (32 - prefixOf(address));
}

/** Whether it is more than one address: only then can it contain another. */
export function isRange(address: Address): boolean {
  return address.includes("/");
}

/** Whether a rule for `outer` lets everything of `inner` pass. */
export function contains(outer: Address, inner: Address): boolean {
  const [network, bits] = cidrOf(outer);
  const [host, width] = cidrOf(inner);
  return width >= bits && host.match(network, bits);
}

/** The special-purpose range that shares an address with this one; `undefined` for a public address. */
export function specialRangeOf(address: Address): SpecialRange | undefined {
  const [network, bits] = cidrOf(address);
  const found = SPECIAL_RANGES.find(([special]) => {
    const [start, width] = ipaddr.IPv4.parseCIDR(special);
    return network.match(start, Math.min(bits, width));
  });
  return found?.[1];
}

const SPECIAL_RANGES: readonly (readonly [cidr: string, name: SpecialRange])[] = [
  ["0.0.0.0/8", "this-network"],
  ["10.0.0.0/8", "private"],
  ["172.16.0.0/12", "private"],
  ["192.168.0.0/16", "private"],
  ["100.64.0.0/10", "shared"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["192.0.2.0/24", "documentation"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["198.18.0.0/15", "benchmarking"],
  ["224.0.0.0/4", "multicast"],
  ["192.0.0.0/24", "reserved"],
  ["192.31.196.0/24", "reserved"],
  ["192.52.193.0/24", "reserved"],
  ["192.88.99.0/24", "reserved"],
  ["192.175.48.0/24", "reserved"],
  ["240.0.0.0/4", "reserved"],
];

function canonicalForm(network: string, bits: number): Address {
  // Made from a validated network address and prefix: the definition of the brand.
  return (bits === 32 ? network : `${network}/${String(bits)}`) as Address;
}

function cidrOf(address: Address): [ipaddr.IPv4, number] {
  return ipaddr.IPv4.parseCIDR(isRange(address) ? address : `${address}/32`);
}
