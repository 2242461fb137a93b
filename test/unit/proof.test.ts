import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import { isProof, proven, relinked, seenAt, unproven } from "../../src/domain/proof.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { proving } from "../contract/samples.ts";
import { address, NOW, pending, requestId } from "./builders.ts";

const later = new Date(NOW.getTime() + 60_000);
const lapsesAt = new Date(NOW.getTime() + 8 * 3_600_000);

describe("a request without an address", () => {
  it("is seen from one, once, and then is a pending request for just that address", () => {
    const asked = proving(1, { reason: "INC-7", errorAddress: address("203.0.113.9") });
    const seen = seenAt(asked, address("203.0.113.7"), NOW);
    assert.deepEqual(seen.seen, { address: "203.0.113.7", at: NOW });
    const sent = proven(seen, { address: address("203.0.113.7"), at: NOW }, later, lapsesAt);
    const { id, registry, requester, durationMs, until, reason, errorAddress } = asked;
    assert.deepEqual(sent, {
      ...{ id, registry, requester, durationMs, until, reason, errorAddress },
      ...{ status: "pending", kind: "open", version: 3, approvals: [], lapsesAt },
      address: "203.0.113.7",
      addressFrom: { kind: "link" },
      // Approvers have as long as the policy says, from when they heard of it.
      askedAt: later,
    });
    assert.ok(!("tokenHash" in sent), "an approver's request has nothing of the link");
  });

  it("for a lease becomes a request for that lease", () => {
    const change = { lease: leaseIdOf(requestId(9)), from: address("203.0.113.1"), endsAt: later };
    const asked = { ...proving(1), kind: "replace", ...change } as const;
    const sent = proven(asked, { address: address("203.0.113.7"), at: NOW }, NOW, later);
    assert.ok(sent.kind === "replace");
    const { lease, from, endsAt } = sent;
    assert.deepEqual({ lease, from, endsAt }, change);
  });

  it("has one version more with each change, and keeps its link's hash to tell who has the link", () => {
    const asked = proving(1);
    const states = [
      relinked(asked, "a".repeat(64)),
      seenAt(asked, address("203.0.113.7"), NOW),
      unproven(asked, "lapsed"),
    ];
    assert.deepEqual(
      states.map(({ version, tokenHash }) => [version, tokenHash.slice(0, 4)]),
      [
        [2, "aaaa"],
        [2, "5e5e"],
        [2, "5e5e"],
      ],
    );
    assert.deepEqual([...states.map(isProof), isProof(pending())], [true, true, true, false]);
  });
});

describe("the secret of a link", () => {
  const secrets = createLinkSecrets();

  it("has 256 bits, fits into a URL, and is another one each time", () => {
    const made = Array.from({ length: 100 }, () => secrets.create());
    for (const secret of made) {
      assert.match(secret, /^[\w-]{43}$/);
      assert.equal(Buffer.from(secret, "base64url").length, 32);
    }
    assert.equal(new Set(made).size, 100);
  });

  it("matches its own hash and no other", () => {
    const [one, other] = [secrets.create(), secrets.create()];
    const hash = secrets.hashOf(one);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.ok(!hash.includes(one));
    assert.deepEqual(
      [one, other, "", hash, one.toLowerCase()].map((secret) => secrets.matches(secret, hash)),
      [true, false, false, false, false],
    );
    assert.equal(secrets.matches(one, ""), false);
    assert.equal(secrets.matches(one, hash.slice(0, 10)), false);
  });
});
