import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import {
  contains,
  isAddress,
  parseAddress,
  prefixOf,
  sizeOf,
  specialRangeOf,
  type Address,
} from "../../src/domain/address.ts";

const anyAddress = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 32 }))
  .map(([number, bits]) => {
    const network = bits === 32 ? number : number - (number % 2 ** (32 - bits));
    const text = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join(".");
    return address(`${text}/${String(bits)}`);
  });

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(isAddress(parsed), `${text} is an address`);
  return parsed;
}

describe("an address", () => {
  it("has one form, without a /32", () => {
    assert.equal(parseAddress(" 203.0.113.7 "), "203.0.113.7");
    assert.equal(parseAddress("203.0.113.7/32"), "203.0.113.7");
    assert.equal(parseAddress("198.51.100.0/28"), "198.51.100.0/28");
  });

  it("is refused with the reason, and nothing is guessed", () => {
    const kinds = {
      banana: "not-an-address",
      "203.0.113.999": "not-an-address",
      "203.0.113": "not-an-address",
      "0203.0.113.7": "not-an-address",
      "203.0.113.7/33": "not-an-address",
      "203.0.113.7/-1": "not-an-address",
      "203.0.113.7/24/24": "not-an-address",
      "203.0.113.7/": "not-an-address",
      "0x7f.0.0.1": "not-an-address",
      "2001:db8::1": "ipv6",
      "2001:db8::/32": "ipv6",
      "0.0.0.0/0": "everything",
      "203.0.113.7/0": "everything",
    };
    for (const [text, kind] of Object.entries(kinds)) {
      const parsed = parseAddress(text);
      assert.equal(isAddress(parsed) ? "accepted" : parsed.kind, kind, text);
    }
  });

  it("offers the range that was meant when host bits are set", () => {
    assert.deepEqual(parseAddress("198.51.100.9/28"), {
      kind: "host-bits-set",
      text: "198.51.100.9/28",
      canonical: "198.51.100.0/28",
    });
  });

  it("survives being written and read again, whatever it is", () => {
    fc.assert(
      fc.property(anyAddress, (one) => {
        assert.equal(parseAddress(one), one);
        assert.equal(sizeOf(one), 2 ** (32 - prefixOf(one)));
      }),
    );
  });

  it("never makes any text throw", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseAddress(text)));
  });
});

describe("a range", () => {
  it("contains itself and what lies in it, and nothing wider", () => {
    assert.ok(contains(address("198.51.100.0/24"), address("198.51.100.7")));
    assert.ok(contains(address("198.51.100.7"), address("198.51.100.7")));
    assert.ok(!contains(address("198.51.100.7"), address("198.51.100.0/24")));
    assert.ok(!contains(address("198.51.100.0/25"), address("198.51.100.128")));
  });

  it("contains another exactly when their numbers say so", () => {
    const bounds = (one: Address): [number, number] => {
      const [host = ""] = one.split("/");
      const start = host.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
      return [start, start + sizeOf(one) - 1];
    };
    fc.assert(
      fc.property(anyAddress, anyAddress, (outer, inner) => {
        const [low, high] = bounds(outer);
        const [start, end] = bounds(inner);
        assert.equal(contains(outer, inner), low <= start && end <= high);
      }),
    );
  });
});

describe("special ranges", () => {
  it("are told by their name", () => {
    assert.equal(specialRangeOf(address("10.1.2.3")), "private");
    assert.equal(specialRangeOf(address("100.64.0.1")), "shared");
    assert.equal(specialRangeOf(address("203.0.113.7")), "documentation");
    assert.equal(specialRangeOf(address("8.8.8.8")), undefined);
  });

  it("are found in a wider range that only touches one", () => {
    assert.equal(specialRangeOf(address("172.0.0.0/8")), "private");
    assert.equal(specialRangeOf(address("128.0.0.0/1")), "private");
  });

  it("agree with ipaddr.js on every single address", () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const special = ipaddr.IPv4.parse(text).range() !== "unicast";
        assert.equal(specialRangeOf(address(text)) !== undefined, special, text);
      }),
      { numRuns: 2_000 },
    );
  });
});
