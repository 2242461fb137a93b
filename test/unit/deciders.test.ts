import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { coveredEnd } from "../../src/domain/covered-end.ts";
import { decide } from "../../src/domain/decision.ts";
import { decidersOf } from "../../src/domain/deciders.ts";
import { extended, opened, type Opening } from "../../src/domain/lease.ts";
import { openingRefusal } from "../../src/domain/opening-check.ts";
import {
  HOUR_MS,
  NOW,
  opening,
  pending,
  person,
  policyOf,
  registryPolicy,
  requestId,
} from "./builders.ts";

const AFTER_MS = HOUR_MS / 2;
const onCall = person(7);
const base = registryPolicy();
const policy = registryPolicy({
  approval: { ...base.approval, escalate: { afterMs: AFTER_MS, to: new Set([onCall.id]) } },
});
const QUIET = { lease: undefined, freeze: undefined, full: undefined };
const KNOWN = { openingsLastHour: 0, givenMs: 0, anonymousPull: false };
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

describe("somebody it is escalated to", () => {
  it("decides once it has waited as long as the policy says, and not before", () => {
    const outcomeAt = (now: Date, verdict: "approve" | "deny") => {
      const circumstances = { policy, ...QUIET, anonymousPull: false, givenMs: 0, now };
      return decide(pending(), { by: onCall, verdict, shownVersion: 1 }, circumstances).kind;
    };
    for (const verdict of ["approve", "deny"] as const) {
      assert.equal(outcomeAt(later(AFTER_MS - 1), verdict), "not-an-approver");
      assert.notEqual(outcomeAt(later(AFTER_MS), verdict), "not-an-approver");
    }
    assert.equal(outcomeAt(later(AFTER_MS), "approve"), "approved");
  });

  it("never decides for themselves, and stands beside the approvers", () => {
    assert.deepEqual(decidersOf(policy, person(1).id, NOW, NOW), [person(2).id, person(3).id]);
    assert.deepEqual(decidersOf(policy, person(2).id, NOW, later(AFTER_MS)), [
      person(3).id,
      onCall.id,
    ]);
    assert.deepEqual(decidersOf(policy, onCall.id, NOW, later(AFTER_MS)), [
      person(2).id,
      person(3).id,
    ]);
  });

  it("is believed by the worker if they approved late enough, and only as long as the policy names them", () => {
    const lease = (at: Date): Opening =>
      opening({
        askedAt: NOW,
        approvedAt: later(HOUR_MS),
        approvals: [{ approver: onCall, at, atMostMs: undefined }],
      });
    const refusal = (at: Date, by = policy) => openingRefusal(policyOf(by), lease(at), KNOWN)?.kind;
    assert.equal(refusal(later(AFTER_MS)), undefined);
    assert.equal(refusal(later(AFTER_MS - 1)), "approval-does-not-stand");
    assert.equal(refusal(later(AFTER_MS), base), "approval-does-not-stand");
  });

  it("extends a lease likewise, counted from when the extension was asked for", () => {
    const open = opened(opening(), NOW, false);
    const endWith = (askedAt: Date): number => {
      const at = later(HOUR_MS);
      const approvals = [{ approver: onCall, at, atMostMs: undefined }];
      const more = { request: requestId(2), durationMs: HOUR_MS, approvals, askedAt, at };
      return coveredEnd(extended(open, more), policyOf(policy), at).endsAt.getTime();
    };
    assert.equal(endWith(later(HOUR_MS - AFTER_MS)), NOW.getTime() + 5 * HOUR_MS);
    assert.equal(endWith(later(HOUR_MS - AFTER_MS + 1)), NOW.getTime() + 4 * HOUR_MS);
  });
});
