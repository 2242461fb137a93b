import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import {
  clientAddress,
  clientHost,
  type ClientProfile,
} from "../../src/adapters/web/client-address.ts";

const FDID = "55ce4ed1-4b06-4bf1-b40e-4638452104da";
const PROFILES = {
  direct: { profile: "direct" },
  aca: { profile: "container-apps" },
  app: { profile: "app-service" },
  afd: { profile: "front-door", frontDoorId: FDID },
} as const satisfies Record<string, ClientProfile>;

/** What of a request the profiles may look at. */
function from(remoteAddress: string | undefined, headers: Record<string, string>): IncomingMessage {
  // Nothing else is read.
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

function seen(profile: keyof typeof PROFILES, socket: string, headers = {}): string {
  const caller = clientAddress(from(socket, headers), PROFILES[profile]);
  if (caller.kind === "unknown") return "unknown";
  return caller.kind === "ipv4" ? caller.address : `IPv6 ${caller.text}`;
}

/** All the headers that somebody might believe. */
const FORGED = {
  "x-forwarded-for": "203.0.113.66",
  "x-real-ip": "203.0.113.66",
  "client-ip": "203.0.113.66",
  "x-client-ip": "203.0.113.66",
  "x-azure-clientip": "203.0.113.66",
  "x-azure-socketip": "203.0.113.66",
  "true-client-ip": "203.0.113.66",
  forwarded: "for=203.0.113.66",
};
const xff = (value: string) => ({ "x-forwarded-for": value });
const afd = (socketIp: string, id = FDID) => ({ "x-azure-fdid": id, "x-azure-socketip": socketIp });

describe("the address of a client", () => {
  const cases: readonly (readonly [
    why: string,
    profile: keyof typeof PROFILES,
    socket: string,
    headers: Readonly<Record<string, string>>,
    seen: string,
  ])[] = [
    ["is the socket's", "direct", "203.0.113.7", {}, "203.0.113.7"],
    ["is the socket's, mapped into IPv6", "direct", "::ffff:203.0.113.7", {}, "203.0.113.7"],
    ["is the socket's, mapped in hex", "direct", "::ffff:cb00:7107", {}, "203.0.113.7"],
    ["is the socket's, over IPv6", "direct", "2001:db8::7", {}, "IPv6 2001:db8::7"],
    ["is private when the socket's is", "direct", "10.0.0.4", {}, "10.0.0.4"],
    ["does not come from any header", "direct", "203.0.113.7", FORGED, "203.0.113.7"],
    ["does not come from a header, from within either", "direct", "10.0.0.4", FORGED, "10.0.0.4"],

    ["is what the ingress adds", "aca", "100.100.0.9", xff("203.0.113.7"), "203.0.113.7"],
    [
      "is the last that the ingress adds",
      "aca",
      "100.100.0.9",
      xff("203.0.113.66, 10.0.0.1,203.0.113.7"),
      "203.0.113.7",
    ],
    [
      "is not an earlier one, however private the last",
      "aca",
      "10.0.0.9",
      xff("203.0.113.66, 10.0.0.1"),
      "10.0.0.1",
    ],
    ["may be IPv6 there", "aca", "::ffff:100.100.0.9", xff("2001:db8::7"), "IPv6 2001:db8::7"],
    [
      "is the socket's for who comes past the ingress",
      "aca",
      "198.51.100.9",
      xff("203.0.113.66"),
      "198.51.100.9",
    ],
    ["is the socket's without the header", "aca", "100.100.0.9", {}, "100.100.0.9"],
    [
      "does not come from another header",
      "aca",
      "100.100.0.9",
      { ...FORGED, ...xff("203.0.113.7") },
      "203.0.113.7",
    ],
    ["is none when the header is none", "aca", "100.100.0.9", xff("unknown"), "unknown"],
    ["is none when it is a range", "aca", "100.100.0.9", xff("203.0.113.0/28"), "unknown"],
    ["is none when it is octal", "aca", "100.100.0.9", xff("0313.0.113.7"), "unknown"],

    [
      "is what the front end adds, without its port",
      "app",
      "169.254.130.1",
      xff("203.0.113.7:50412"),
      "203.0.113.7",
    ],
    [
      "is the last that the front end adds",
      "app",
      "169.254.130.1",
      xff("203.0.113.66:1, 203.0.113.7:50412"),
      "203.0.113.7",
    ],
    [
      "may be IPv6 with a port",
      "app",
      "169.254.130.1",
      xff("[2001:db8::7]:50412"),
      "IPv6 2001:db8::7",
    ],
    [
      "is the socket's for who comes past the front end",
      "app",
      "198.51.100.9",
      FORGED,
      "198.51.100.9",
    ],

    ["is what our Front Door says", "afd", "10.0.0.9", afd("203.0.113.7"), "203.0.113.7"],
    [
      "is what it says of the socket, not of the client",
      "afd",
      "10.0.0.9",
      { ...FORGED, ...afd("203.0.113.7") },
      "203.0.113.7",
    ],
    [
      "is not what another's Front Door says",
      "afd",
      "10.0.0.9",
      afd("203.0.113.66", "66666666-4b06-4bf1-b40e-4638452104da"),
      "unknown",
    ],
    ["is nothing past Front Door", "afd", "198.51.100.9", FORGED, "unknown"],
    [
      "is nothing when the header came twice",
      "afd",
      "10.0.0.9",
      afd("203.0.113.66, 203.0.113.7"),
      "unknown",
    ],
    [
      "is nothing when the id came twice",
      "afd",
      "10.0.0.9",
      afd("203.0.113.7", `${FDID}, ${FDID}`),
      "unknown",
    ],
  ];
  for (const [why, profile, socket, headers, expected] of cases) {
    it(`${PROFILES[profile].profile}: ${why}`, () => {
      assert.equal(seen(profile, socket, headers), expected);
    });
  }

  it("is none when the socket is gone", () => {
    assert.equal(clientAddress(from(undefined, FORGED), PROFILES.direct).kind, "unknown");
  });

  it("goes with the host that was asked for: Front Door's own word, and else the header", () => {
    const headers = { host: "app.internal", "x-forwarded-host": "drawbridge.example" };
    assert.equal(clientHost(from("10.0.0.9", headers), PROFILES.aca), "app.internal");
    const told = { ...headers, ...afd("203.0.113.7") };
    assert.equal(clientHost(from("10.0.0.9", told), PROFILES.afd), "drawbridge.example");
    assert.equal(clientHost(from("10.0.0.9", headers), PROFILES.afd), undefined);
  });
});
