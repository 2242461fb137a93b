import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseCommand } from "../../src/domain/commands/command.ts";

const HOUR_MS = 3_600_000;
const plain = {
  kind: "allow",
  address: "203.0.113.7",
  durationMs: 4 * HOUR_MS,
  until: undefined,
};

describe("a request in words", () => {
  it("is understood in any order, with or without politeness", () => {
    const whole = { ...plain, registryName: "acrdemomagic", reason: undefined };
    for (const text of [
      "allow 203.0.113.7 for 4h on acrdemomagic",
      "Allow 203.0.113.7 for 4 hours on acrdemomagic, please",
      "please could you allow 203.0.113.7 on acrdemomagic for 4h?",
      "hi, allow 203.0.113.7/32 on AcrDemoMagic for 4h.",
      "open acrdemomagic for 203.0.113.7 for 4h",
      "let 203.0.113.7 in to acrdemomagic for 4h please",
    ]) {
      assert.deepEqual(parseCommand(text), whole, text);
    }
  });

  it("keeps the reason as it was written", () => {
    assert.deepEqual(parseCommand("allow 203.0.113.7 for 4h because TICKET-12: Hotfix, on call"), {
      ...plain,
      registryName: undefined,
      reason: "TICKET-12: Hotfix, on call",
    });
    assert.deepEqual(parseCommand("allow 203.0.113.7 for 4h on acrdemomagic, deploying Hotfix"), {
      ...plain,
      registryName: "acrdemomagic",
      reason: "deploying Hotfix",
    });
  });

  it("leaves what is missing missing", () => {
    assert.deepEqual(parseCommand("allow 198.51.100.0/28"), {
      kind: "allow",
      address: "198.51.100.0/28",
      durationMs: undefined,
      until: undefined,
      registryName: undefined,
      reason: undefined,
    });
  });

  it("says what is wrong with an address or a duration", () => {
    const problems = {
      "allow 203.0.113.999 for 4h": "not-an-address",
      "allow banana for 4h": "not-an-address",
      "allow 2001:db8::1 for 4h": "ipv6",
      "allow 0.0.0.0/0 for 4h": "everything",
      "allow 198.51.100.9/28 for 4h": "host-bits-set",
      "allow 203.0.113.7 for 4": "duration-without-unit",
      "allow 203.0.113.7 for 1,5h": "duration-with-fraction",
      "allow 203.0.113.7 for -1h": "negative-duration",
      "allow 203.0.113.7 for ages": "not-a-duration",
    };
    for (const [text, kind] of Object.entries(problems)) {
      const parsed = parseCommand(text);
      assert.equal(parsed.kind === "malformed" ? parsed.problem.kind : parsed.kind, kind, text);
    }
  });

  it("is never made from a guess", () => {
    for (const text of [
      "don't allow 203.0.113.7 for 4h",
      "do not open 203.0.113.7",
      "never allow 203.0.113.7",
      "allow 203.0.113.7 and 203.0.113.8 for 4h",
      "allow 203.0.113.7 for 4h for 8h",
      "allow 203.0.113.7 on acrdemomagic on acrother1",
      "allow 203.0.113.7 tomorrow",
      "203.0.113.7 for 4h",
      "who did allow 203.0.113.7 for 4h",
      "allow",
      "allow please",
      "I was allowed 203.0.113.7",
    ]) {
      assert.notEqual(parseCommand(text).kind, "allow", text);
    }
  });

  it("asks for a typed address where somebody means their own", () => {
    for (const text of ["allow my IP for 4h", "open acrdemomagic for my ip for 2 hours"]) {
      assert.equal(parseCommand(text).kind, "allow-my-address", text);
    }
  });
});

describe("other messages", () => {
  it("are status, help or unknown", () => {
    assert.equal(parseCommand("Status").kind, "status");
    assert.equal(parseCommand("my access?").kind, "status");
    assert.equal(parseCommand("").kind, "help");
    assert.equal(parseCommand("help!").kind, "help");
    assert.deepEqual(parseCommand("what a day"), { kind: "unknown", suggestion: undefined });
  });

  it("never throw, and never hold what is no address or no time, whatever they are", () => {
    const words = fc.constantFrom(
      ...["allow", "for", "on", "203.0.113.7", "4h", "because", ",", "my", "/"],
      ...["constructor", "__proto__", "toString", "hasOwnProperty"],
    );
    const sentence = fc.array(fc.oneof(words, fc.string()), { maxLength: 20 });
    fc.assert(
      fc.property(sentence, (parts) => {
        const command = parseCommand(parts.join(" "));
        if (command.kind !== "allow") return;
        assert.equal(typeof command.address, "string");
        assert.ok(command.durationMs === undefined || command.durationMs > 0);
      }),
      { numRuns: 2_000 },
    );
  });
});
