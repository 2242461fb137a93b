import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DICTIONARY, pack, unpack } from "../../src/adapters/store/redis/packed-text.ts";
import { leaseCodec } from "../../src/adapters/store/record-codec.ts";
import { openLease } from "../bench/leases.ts";
import { registryNumber } from "../bench/numbered-ids.ts";

// What they were when the format was new.
const FIRST_DICTIONARY_SHA256 = "3adf62240af357c7dd7f6d93f08033c8982803349881b8102a1a84dd59e2af83";
const PACKED_IN_THE_FIRST_VERSION = "AcNIQIgYhXs7I78kLbNCqRYA";

describe("a packed text", () => {
  it("is read back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = JSON.stringify({ v: 1, value });
        assert.equal(unpack(pack(json)), json);
      }),
    );
  });

  it("of a lease is less than half of it", () => {
    const json = leaseCodec.encode(
      openLease(7, registryNumber(3, 2), 7, new Date(1_800_000_000_123)),
    );
    assert.ok(pack(json).length < 0.45 * json.length, `${pack(json).length} of ${json.length}`);
  });

  it("was written once and is read for ever: the dictionary stays as it is", () => {
    assert.equal(createHash("sha256").update(DICTIONARY).digest("hex"), FIRST_DICTIONARY_SHA256);
    const packed = Buffer.from(PACKED_IN_THE_FIRST_VERSION, "base64");
    assert.equal(unpack(packed), '{"v":1,"status":"pending","reason":"hotfix"}');
  });

  it("may also be text as it is, as somebody who repairs a record writes it", () => {
    assert.equal(unpack(Buffer.from('{"v":1}')), '{"v":1}');
  });

  it("is no text when it is cut, of another format, or nothing", () => {
    const whole = pack(leaseCodec.encode(openLease(7, registryNumber(3, 2), 7, new Date(0))));
    for (const bytes of [whole.subarray(0, -9), Buffer.from("\u0002abc"), Buffer.alloc(0)]) {
      assert.equal(unpack(bytes), "");
    }
  });
});
