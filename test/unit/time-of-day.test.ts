import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatTimeOfDay, instantOf, parseTimeOfDay } from "../../src/domain/time-of-day.ts";

const BERLIN = "Europe/Berlin";

function at(hour: number, minute: number, now: string, zone: string): string {
  const instant = instantOf({ hour, minute }, new Date(now), zone);
  return instant instanceof Date ? instant.toISOString().replace(":00.000Z", "Z") : instant.kind;
}

describe("a time of day", () => {
  it("is the next moment at which the sender's own clock shows it", () => {
    assert.equal(at(17, 0, "2026-11-23T14:00:00Z", BERLIN), "2026-11-23T16:00Z");
    assert.equal(at(17, 0, "2026-11-23T16:00:00Z", BERLIN), "2026-11-24T16:00Z", "not now");
    assert.equal(at(17, 0, "2026-07-01T14:59:59.999Z", BERLIN), "2026-07-01T15:00Z");
    assert.equal(at(0, 30, "2026-11-23T14:00:00Z", "Asia/Kolkata"), "2026-11-23T19:00Z");
    assert.equal(at(9, 0, "2026-11-23T23:30:00Z", "Pacific/Auckland"), "2026-11-24T20:00Z");
    assert.equal(at(23, 0, "2026-11-23T01:00:00Z", "America/Los_Angeles"), "2026-11-23T07:00Z");
    assert.equal(at(0, 0, "2026-12-31T22:59:00Z", BERLIN), "2026-12-31T23:00Z");
  });

  it("does not exist where clocks are put forward over it, until that day has passed it", () => {
    // Europe/Berlin: 2026-03-29, 02:00 becomes 03:00.
    assert.equal(at(2, 30, "2026-03-29T00:30:00Z", BERLIN), "no-such-time");
    assert.equal(at(2, 30, "2026-03-28T20:00:00Z", BERLIN), "no-such-time");
    assert.equal(at(2, 30, "2026-03-29T08:00:00Z", BERLIN), "2026-03-30T00:30Z");
    assert.equal(at(1, 59, "2026-03-29T00:30:00Z", BERLIN), "2026-03-29T00:59Z");
    assert.equal(at(3, 0, "2026-03-29T00:30:00Z", BERLIN), "2026-03-29T01:00Z");
    assert.equal(at(17, 0, "2026-03-28T22:00:00Z", BERLIN), "2026-03-29T15:00Z");
  });

  it("that comes twice when clocks are put back is the first that is still to come", () => {
    // Europe/Berlin: 2026-10-25, 03:00 becomes 02:00.
    assert.equal(at(2, 30, "2026-10-24T20:00:00Z", BERLIN), "2026-10-25T00:30Z");
    assert.equal(at(2, 30, "2026-10-25T00:45:00Z", BERLIN), "2026-10-25T01:30Z");
    assert.equal(at(2, 30, "2026-10-25T01:45:00Z", BERLIN), "2026-10-26T01:30Z");
    // Lord Howe Island puts its clocks back by half an hour only: 2026-04-05, 02:00 becomes 01:30.
    assert.equal(at(1, 45, "2026-04-04T12:00:00Z", "Australia/Lord_Howe"), "2026-04-04T14:45Z");
    assert.equal(at(1, 45, "2026-04-04T14:50:00Z", "Australia/Lord_Howe"), "2026-04-04T15:15Z");
  });

  it("has no moment in a zone that nobody knows", () => {
    assert.equal(at(17, 0, "2026-11-23T14:00:00Z", "Mars/Olympus"), "unknown-zone");
    assert.equal(at(17, 0, "2026-11-23T14:00:00Z", ""), "unknown-zone");
  });

  it("is always later than now, within two days, and what the clock then shows", () => {
    const zones = [BERLIN, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"];
    const moment = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2028-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    const time = fc.record({
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
    });
    fc.assert(
      fc.property(time, moment, fc.constantFrom(...zones), (wanted, now, zone) => {
        const instant = instantOf(wanted, now, zone);
        if (!(instant instanceof Date)) return;
        const aheadMs = instant.getTime() - now.getTime();
        assert.ok(aheadMs > 0 && aheadMs <= 25.5 * 3_600_000);
        const shown = instant.toLocaleTimeString("en-GB", {
          timeZone: zone,
          hour: "2-digit",
          minute: "2-digit",
        });
        assert.equal(shown, formatTimeOfDay(wanted));
      }),
    );
  });

  it("is read back as it is written", () => {
    for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
      const time = { hour: Math.floor(minutes / 60), minute: minutes % 60 };
      assert.deepEqual(parseTimeOfDay(formatTimeOfDay(time)), time);
    }
  });
});
