import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { clientAddress, type ClientProfile } from "./client-address.ts";
import type { RateLimits } from "./rate-limits.ts";

/** What may come from one address; each answers with the ms to wait, or `undefined` when it may. */
export type AddressLimits = {
  /** Before a post to the bot is read. */
  mayPost(request: IncomingMessage): number | undefined;
  /** After it was judged, with what it was answered. */
  posted(request: IncomingMessage, status: number): Promise<void>;
  mayVisit(request: IncomingMessage): Promise<number | undefined>;
};

/** A good token says that the Bot Connector comes from there. */
const TRUSTED_FOR_MS = 10 * 60_000;
const REMEMBERED = 10_000;
/** No good token came with it: not JSON, or one that was refused. */
const STRANGE: ReadonlySet<number> = new Set([400, 401, 408, 413, 415]);
/** The token was good: acted on, or not for us all the same. What failed by itself says nothing. */
const KNOWN: ReadonlySet<number> = new Set([200, 403]);

/**
 * Holds off addresses that keep posting what is refused, and those that look at links without end. An address that a
 * good token came from lately is not held off: the Bot Connector's own, and in front of a bot whose `CLIENT_ADDRESS` is
 * wrong everybody's, so that strangers can't lock Teams out.
 */
export function createAddressLimits(
  limits: RateLimits,
  profile: ClientProfile,
  monotonicMs: () => number,
): AddressLimits {
  const heldOff = new Map<string, number>();
  const trusted = new Map<string, number>();
  const left = (until: Map<string, number>, address: string): number =>
    (until.get(address) ?? 0) - monotonicMs();
  return {
    mayPost(request) {
      const address = networkOf(request, profile);
      const waitMs = left(heldOff, address);
      return waitMs > 0 && left(trusted, address) <= 0 ? waitMs : undefined;
    },
    async posted(request, status) {
      const address = networkOf(request, profile);
      if (KNOWN.has(status)) remember(trusted, address, monotonicMs() + TRUSTED_FOR_MS);
      if (!STRANGE.has(status)) return;
      const waitMs = await limits.attempt("refused", address);
      if (waitMs !== undefined) remember(heldOff, address, monotonicMs() + waitMs);
    },
    mayVisit: (request) => limits.attempt("page", networkOf(request, profile)),
  };
}

/** Of version 6 the first 64 bits: one subscriber has at least as many addresses as they leave. */
function networkOf(request: IncomingMessage, profile: ClientProfile): string {
  const caller = clientAddress(request, profile);
  switch (caller.kind) {
    case "ipv4":
      return caller.address;
    case "ipv6":
      return ipaddr.IPv6.parse(caller.text).parts.slice(0, 4).join(":");
    case "unknown":
      return "unknown";
  }
}

function remember(map: Map<string, number>, address: string, until: number): void {
  // The oldest goes first: it is put behind again when it is heard of.
  map.delete(address);
  map.set(address, until);
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED) return;
    map.delete(oldest);
  }
}
