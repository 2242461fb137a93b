import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../src/domain/duration.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

describe("a duration", () => {
  it("is read in the ways people write it", () => {
    const lengths = {
      "4h": 4 * HOUR_MS,
      "90m": 90 * MINUTE_MS,
      "1h30m": 90 * MINUTE_MS,
      "1h 30 min": 90 * MINUTE_MS,
      "1 hour and 30 minutes": 90 * MINUTE_MS,
      "2 hours": 2 * HOUR_MS,
      " 2  Hours ": 2 * HOUR_MS,
      "half an hour": 30 * MINUTE_MS,
      "an hour": HOUR_MS,
      "a day": 24 * HOUR_MS,
      "1d": 24 * HOUR_MS,
      "20s": 20_000,
    };
    for (const [text, ms] of Object.entries(lengths)) assert.equal(parseDuration(text), ms, text);
  });

  it("is refused with the reason when it is not fully understood", () => {
    const kinds = {
      "": "not-a-duration",
      soon: "not-a-duration",
      constructor: "not-a-duration",
      __proto__x: "not-a-duration",
      toString: "not-a-duration",
      "1h abc": "not-a-duration",
      "4x": "not-a-duration",
      "30m1h": "not-a-duration",
      "1h1h": "not-a-duration",
      "4": "duration-without-unit",
      "1,5h": "duration-with-fraction",
      "1.5 hours": "duration-with-fraction",
      "-1h": "negative-duration",
      "0h": "no-time-at-all",
      "0h0m": "no-time-at-all",
    };
    for (const [text, kind] of Object.entries(kinds)) {
      const parsed = parseDuration(text);
      assert.equal(typeof parsed === "number" ? "accepted" : parsed.kind, kind, `"${text}"`);
    }
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
        assert.equal(parseDuration(formatDuration(seconds * 1_000)), seconds * 1_000);
      }),
    );
  });

  it("is a positive length or a refusal for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseDuration(text);
        assert.ok(typeof parsed === "object" || parsed > 0);
      }),
    );
  });
});
