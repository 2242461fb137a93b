import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parsePolicy } from "../../src/adapters/policy/policy-file.ts";
import { explainRegistry } from "../../src/application/policy/explain-policy.ts";
import { tryPolicy, type AttemptOutcome } from "../../src/application/policy/try-policy.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";
import { address, HOUR_MS, person, policyOf, quorumOf, registryPolicy } from "./builders.ts";

const PAGE = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
const [EXAMPLE] = parsePolicy(/```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "", "p").registries;

function warnings(over: Partial<RegistryPolicy>): string {
  return explainRegistry(registryPolicy(over)).warnings.join("\n");
}

describe("a policy in words", () => {
  it("says everything that holds, defaults included", () => {
    assert.ok(EXAMPLE !== undefined);
    const { says, warnings: loud } = explainRegistry(EXAMPLE);
    assert.deepEqual(loud, []);
    assert.deepEqual(
      says.map(({ topic, sentence }) => `${topic}: ${sentence}`),
      GOLDEN.trim().split("\n"),
    );
  });

  it("says what a short policy leaves open", () => {
    const { says } = explainRegistry(registryPolicy());
    const of = (topic: string) => says.find((one) => one.topic === topic)?.sentence;
    assert.equal(of("how many approvers"), "/32 to /24: 1 approver.");
    assert.match(String(of("more time")), /as often as it is granted, with approvers/);
    assert.match(String(of("limits")), /any number of hours a day/);
    assert.match(
      String(of("which addresses")),
      /Private and other reserved ranges can be asked for/,
    );
  });

  it("is loud where nobody can approve, ask, or open anything", () => {
    assert.match(warnings({ approvers: new Set() }), /^NOBODY CAN APPROVE: the list .* is empty/);
    assert.match(
      warnings({ quorum: quorumOf(3) }),
      /^NOBODY CAN APPROVE single addresses: it takes 3, and there are 2 approvers/,
    );
    const wide = [
      { prefix: 32, approvers: 1 },
      { prefix: 28, approvers: 3 },
    ];
    assert.match(warnings({ quorum: wide }), /^NOBODY CAN APPROVE ranges of \/28: it takes 3/);
    assert.match(
      warnings({ quorum: quorumOf(2) }),
      /^Approvers can't get everything for themselves/,
    );
    assert.match(warnings({ requesters: new Set() }), /^NOBODY MAY ASK/);
    const { address: addresses, limits } = registryPolicy();
    const neither = { ...addresses, myIp: "refused", typed: "refused" } as const;
    assert.match(warnings({ address: neither }), /^NOBODY CAN ASK/);
    assert.match(warnings({ limits: { ...limits, openingsPerHour: 0 } }), /openingsPerHour is 0/);
    const emergency = {
      kind: "on",
      people: new Set<never>(),
      maxMs: HOUR_MS,
      tell: new Set<never>(),
    } as const;
    assert.match(warnings({ emergency }), /^NOBODY CAN DECLARE AN EMERGENCY/);
    assert.equal(warnings({}), "");
  });
});

describe("a sentence that is tried", () => {
  const tried = (
    text: string,
    over: Partial<RegistryPolicy> = {},
    from?: string,
    policy: Policy = policyOf(registryPolicy(over)),
  ): AttemptOutcome =>
    tryPolicy(policy, {
      by: person(1).id,
      from: from === undefined ? undefined : address(from),
      text,
    });

  it("is asked of the approvers that it takes, for as long as it says or the policy does", () => {
    const outcome = tried("allow 198.51.100.0/28 please", { quorum: quorumOf(2) });
    assert.ok(outcome.kind === "asked");
    assert.deepEqual(
      [outcome.needed, outcome.approvers, outcome.durationMs],
      [2, [person(2).id, person(3).id], 4 * HOUR_MS],
    );
  });

  it("is refused for the policy's own reasons", () => {
    const refusal = (...given: Parameters<typeof tried>): string => {
      const outcome = tried(...given);
      if (outcome.kind !== "refused") return outcome.kind;
      return outcome.refusal.kind === "policy"
        ? outcome.refusal.refusal.kind
        : outcome.refusal.kind;
    };
    assert.equal(refusal("allow 203.0.113.7 for 9h"), "too-long");
    assert.equal(refusal("allow 203.0.113.7", { approvers: new Set() }), "nobody-can-approve");
    assert.equal(refusal("allow 203.0.113.7 on elsewhere"), "unknown-registry");
    const two = policyOf(registryPolicy(), registryPolicy({ name: "second" }));
    assert.equal(refusal("allow 203.0.113.7", {}, undefined, two), "which-registry");
    const hours = { limits: { ...registryPolicy().limits, hoursPerPersonPerDay: 3 } };
    assert.equal(refusal("allow 203.0.113.7 for 4h", hours), "too-many-hours");
    const typed = { address: { ...registryPolicy().address, typed: "refused" } } as const;
    assert.equal(refusal("allow 203.0.113.7", typed), "only-by-link");
  });

  it("takes no approver when it was seen by link out of a range that needs none", () => {
    const office = { automaticRanges: [address("198.51.100.16/29")] };
    assert.equal(tried("allow my IP for 1h", office, "198.51.100.17").kind, "automatic");
    assert.equal(tried("allow my IP for 1h", office, "198.51.100.24").kind, "asked");
    const typed = tried("allow 198.51.100.17 for 1h", office);
    assert.equal(typed.kind === "asked" && typed.byLinkAutomatic, "198.51.100.16/29");
    assert.equal(tried("allow my IP for 1h", office).kind, "which-address");
    const nobody = { ...office, approvers: new Set<never>() };
    assert.equal(tried("allow my IP for 1h", nobody, "198.51.100.17").kind, "automatic");
  });

  it("that is no request, or none that is understood, is told as that", () => {
    assert.equal(tried("give back").kind, "no-request");
    assert.equal(tried("allow 203.0.113.7 for 4").kind, "malformed");
    assert.equal(tried("the weather is fine").kind, "not-understood");
  });
});

const GOLDEN = `
who may ask: Everybody of the tenant; guests never.
who approves: 3 people (00000000-0000-4000-8000-000000000002, 00000000-0000-4000-8000-000000000003, 00000000-0000-4000-8000-000000000006); nobody decides a request of their own, and one denial ends it. They hear of requests in the channel 19:0123456789abcdef@thread.tacv2.
how many approvers: a single address: 1 approver; /31 to /28: 2 approvers.
without approvers: A single address out of 20.51.0.16/29 (8 addresses) that was seen by link; still for a while only, and audited.
which addresses: Single addresses, and ranges up to /28 (16 addresses), proven by link or typed. Never 0.0.0.0/0, private and other reserved ranges, 20.0.0.0/24.
how long: 4 h unless another length is asked for, 8 h at the most. The rule goes at its end, whatever the policy says by then.
more time: Up to 4 h each time, 2 times at the most, with approvers as for a request. Never more than 8 h from then.
another address: A single one that was seen by link without approvers, any other one with them; until the same end.
reason: Everybody has to give one that matches ^(INC|CHG)[0-9]+ (an INC or CHG number).
while it waits: Approvers are reminded after 15 min and 1 h. After 30 min these are told as well, and can decide from then on: 1 person (00000000-0000-4000-8000-000000000004). Whoever has not got an answer after 8 h gets none: the request lapses, and nothing is opened.
after a denial: The same person can't ask for the same again for 30 min.
emergency: 1 person (00000000-0000-4000-8000-000000000004) can open a single address that was seen by link at once, for up to 1 h; the approvers and 1 person (00000000-0000-4000-8000-000000000005) are told.
limits: One person: 3 addresses open, 2 requests waiting, 12 hours a day. The registry: 60 openings an hour.
permanent rules: 20.51.1.10, 20.51.2.0/25: never removed by Drawbridge.
removed by others: A rule of a lease that a program removed is put back, at most 3 times an hour; if a person removed it, the lease ends.
anonymous pull: Nothing is opened while the registry lets everybody pull without signing in.
`;
