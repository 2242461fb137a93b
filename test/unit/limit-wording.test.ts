import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emergencyRefusalSentence } from "../../src/adapters/teams/emergency-wording.ts";
import { askRefusalSentence, policySentence } from "../../src/adapters/teams/wording.ts";
import type { PolicyRefusal } from "../../src/domain/policy.ts";
import { HOUR_MS, NOW, person } from "./builders.ts";

describe("a refusal by the policy's limits", () => {
  const refusals: readonly (readonly [PolicyRefusal, RegExp])[] = [
    [{ kind: "reason-not-as-wanted", hint: "an INC number" }, /another reason: an INC number/],
    [{ kind: "no-link-allowed" }, /typed.*Say which/],
    [{ kind: "only-by-link" }, /Say: allow my IP/],
    [{ kind: "extension-too-long", durationMs: 5 * HOUR_MS, maxMs: 4 * HOUR_MS }, /4 h at a time/],
    [{ kind: "extended-too-often", times: 2 }, /2 extensions.*Ask for a new one/],
    [{ kind: "moves-are-off" }, /Give it back and ask/],
    [{ kind: "no-emergency-for-you" }, /Ask for access instead/],
    [{ kind: "too-many-hours", hours: 12, leftMs: 1.5 * HOUR_MS }, /12 h in 24.*1 h 30 min.*less/],
    [{ kind: "too-many-hours", hours: 12, leftMs: 500 }, /nothing of that is left/],
    [{ kind: "muted", until: NOW }, /muted you.*2026-11-23 14:00 UTC/],
    [{ kind: "cooling-down", until: NOW }, /denied.*2026-11-23 14:00 UTC/],
  ];
  for (const [refusal, wanted] of refusals) {
    it(`of kind ${refusal.kind} says what to do`, () => {
      assert.match(policySentence(refusal), wanted);
      const outcome = { kind: "policy", refusal, registryName: "acrdemomagic" } as const;
      assert.match(emergencyRefusalSentence(outcome), /Nothing was opened\.$/);
    });
  }

  it("names the command that ends anonymous pull", () => {
    const outcome = { kind: "anonymous-pull", registryName: "acrdemomagic" } as const;
    const command = /az acr update -n acrdemomagic --anonymous-pull-enabled false/;
    assert.match(askRefusalSentence(outcome), command);
    assert.match(emergencyRefusalSentence(outcome), command);
  });

  it("says that a freeze holds in an emergency too, and who froze", () => {
    const freeze = { by: person(2, "Alex"), at: NOW, why: "incident" };
    const outcome = { kind: "frozen", registryName: "acrdemomagic", freeze } as const;
    assert.match(emergencyRefusalSentence(outcome), /frozen by Alex.*in an emergency too/);
  });
});
