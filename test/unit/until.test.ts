import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { coveredEnd } from "../../src/domain/covered-end.ts";
import { decide } from "../../src/domain/decision.ts";
import { opened } from "../../src/domain/lease.ts";
import { openingRefusal } from "../../src/domain/opening-check.ts";
import { proven } from "../../src/domain/proof.ts";
import { OPEN_WITHIN_MS, timeUntil } from "../../src/domain/request.ts";
import { proving } from "../contract/samples.ts";
import {
  address,
  circumstances,
  HOUR_MS,
  NOW,
  pending,
  person,
  policyOf,
  registryPolicy,
} from "./builders.ts";

const POLICY = policyOf(registryPolicy());
const after = (ms: number): Date => new Date(NOW.getTime() + ms);
/** Asked at NOW, not to be open after `until`. */
const askedUntil = (until: Date) =>
  pending({ until, durationMs: timeUntil(until, NOW), lapsesAt: until });
const yes = { by: person(2), verdict: "approve", shownVersion: 1 } as const;

describe("a request until a time of day", () => {
  it("makes a lease that never ends later, whenever it is approved and its rule is seen", () => {
    const ms = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 * HOUR_MS }),
        ms(8 * HOUR_MS),
        fc.option(ms(8 * HOUR_MS), { nil: undefined }),
        ms(OPEN_WITHIN_MS),
        (untilMs, waitedMs, atMostMs, seenMs) => {
          fc.pre(waitedMs < untilMs);
          const [until, now] = [after(untilMs), after(waitedMs)];
          const decided = decide(askedUntil(until), { ...yes, atMostMs }, circumstances({ now }));
          assert.ok(decided.kind === "approved" && decided.lease.status === "opening");
          const { lease, request } = decided;
          assert.ok(
            lease.openBy <= until && lease.endsBy <= until && request.grantedUntil <= until,
          );
          assert.ok(lease.durationMs <= Math.min(atMostMs ?? Infinity, untilMs - waitedMs));
          const known = { openingsLastHour: 0, givenMs: 0, anonymousPull: false };
          assert.equal(openingRefusal(POLICY, lease, known), undefined);
          const open = opened(lease, after(Math.min(waitedMs + seenMs, untilMs)), false);
          assert.ok(open.endsAt <= until);
          assert.deepEqual(coveredEnd(open, POLICY, open.seenAt).endsAt, open.endsAt);
        },
      ),
    );
  });

  it("lasts until then and no less, when it is seen in good time", () => {
    const until = after(2 * HOUR_MS);
    const decided = decide(askedUntil(until), yes, circumstances({ now: after(HOUR_MS) }));
    assert.ok(decided.kind === "approved" && decided.lease.status === "opening");
    assert.deepEqual(opened(decided.lease, after(HOUR_MS), false).endsAt, until);
    assert.deepEqual(opened(decided.lease, after(HOUR_MS + 60_000), false).endsAt, until);
  });

  it("is judged by what is left: a policy that has become stricter lets the rest pass", () => {
    const until = after(6 * HOUR_MS);
    const policy = registryPolicy({
      duration: { ...registryPolicy().duration, maxMs: 4 * HOUR_MS },
    });
    const at = (hours: number) =>
      decide(askedUntil(until), yes, circumstances({ policy, now: after(hours * HOUR_MS) })).kind;
    assert.deepEqual([at(1), at(3)], ["no-longer-allowed", "approved"]);
    assert.equal(at(6), "already-decided", "it lapsed then");
  });

  it("whose address is proven first is for what is left then", () => {
    const until = after(HOUR_MS);
    const proof = proving(1, { until, durationMs: HOUR_MS, askedAt: NOW });
    const sent = proven(proof, { address: address("203.0.113.7"), at: NOW }, after(600_000), until);
    assert.deepEqual([sent.until, sent.durationMs], [until, HOUR_MS - 600_000]);
  });
});
