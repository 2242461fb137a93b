import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { closing, type Opening } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import {
  address,
  approvalOf,
  durationOf,
  HOUR_MS,
  person,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";

const OURS = "203.0.113.7";
const MINUTE_MS = 60_000;
const soon = AbortSignal.timeout(120_000);
const people = new Set([person(1).id]);

describe("a worker that the store tells what its own policy would not have allowed", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(async () => {
    await on.store.close();
  });

  const range = { kind: "range", range: address("203.0.113.0/29") } as const;
  const office = { automaticRanges: [range.range] };
  const emergency = { kind: "on", people, maxMs: HOUR_MS, tell: people } as const;
  const short = {
    basis: { kind: "emergency" },
    approvals: [],
    durationMs: HOUR_MS,
    reason: "!",
  } as const;
  const move = { basis: { kind: "move", of: leaseIdOf(requestId(9)) } } as const;

  /** What is planted, by a worker of which policy it is added, and what it says to it by the policy of the tests. */
  const planted: Readonly<
    Record<string, readonly [Partial<Opening>, Partial<RegistryPolicy>, string]>
  > = {
    "a range without approvals": [{ basis: range, approvals: [] }, office, "not-automatic"],
    "an emergency": [short, { emergency }, "not-automatic"],
    "a move by itself": [move, { move: "automatic" }, "not-automatic"],
  };
  for (const [name, [lease, allows, refusal]] of Object.entries(planted)) {
    it(`adds ${name} only if its own policy has words for it`, async () => {
      await on.given([on.lease(1, lease)]);
      await on.round();
      assert.deepEqual([await on.status(1), on.rules()], [`ended refused ${refusal}`, [FOREIGN]]);
      await on.given([on.lease(2, lease)]);
      await on.round({ policy: allows });
      assert.deepEqual([await on.status(2), on.rules()], ["open", [FOREIGN, OURS]]);
    });
  }

  it("adds nothing for longer than its approvers said", async () => {
    const approvals = [approvalOf(2, { atMostMs: HOUR_MS })];
    await on.given([on.lease(1, { approvals })]);
    await on.round();
    assert.equal(await on.status(1), "ended refused longer-than-approved");
    await on.given([on.lease(2, { approvals, durationMs: HOUR_MS })]);
    await on.round();
    assert.equal(await on.status(2), "open");
  });

  it("adds a range only with as many approvers as its width takes", async () => {
    const quorum = [
      { prefix: 32, approvers: 1 },
      { prefix: 30, approvers: 2 },
    ];
    const wide = { address: address("203.0.113.4/30") };
    await on.given([
      on.lease(1, wide),
      on.lease(2, { ...wide, approvals: [approvalOf(2), approvalOf(3)] }),
    ]);
    await on.round({ policy: { quorum } });
    assert.equal(await on.status(1), "ended refused approval-does-not-stand");
    assert.deepEqual([await on.status(2), on.rules()], ["open", [FOREIGN, "203.0.113.4/30"]]);
  });

  it("cuts an extension that nobody approved and its own policy does not grant", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    const { value: lease } = await on.store.lease(on.lease(1).id, soon);
    assert.ok(lease?.status === "open");
    const at = on.now();
    const more = { request: requestId(2), durationMs: HOUR_MS, approvals: [], askedAt: at, at };
    const longer = {
      ...lease,
      version: lease.version + 1,
      endsAt: new Date(lease.endsAt.getTime() + HOUR_MS),
      extensions: [more],
    };
    await on.given([longer]);
    const automatic = { duration: durationOf(HOUR_MS, 8 * HOUR_MS, { approval: "automatic" }) };
    await on.round({ policy: automatic });
    const ends = async () => {
      const { value } = await on.store.lease(lease.id, soon);
      return value?.status === "open" ? value.endsAt : undefined;
    };
    assert.deepEqual(await ends(), longer.endsAt);
    on.pass(6 * MINUTE_MS);
    await on.round();
    assert.deepEqual(await ends(), lease.endsAt);
  });

  it("adds no address that only a wider rule of ours let pass, when that goes, unless its policy allows it", async () => {
    const range = { address: address("203.0.113.0/28"), durationMs: HOUR_MS };
    const inside = { ...on.lease(2, { approvals: [approvalOf(9)] }), endsBy: on.lease(2).endsBy };
    await on.given([
      on.lease(1, range),
      on.lease(3, { address: address("203.0.113.8"), durationMs: 4 * HOUR_MS }),
    ]);
    await on.round();
    const seen = { status: "open", seenAt: on.now(), borrowed: false, gone: undefined } as const;
    await on.given([{ ...inside, ...seen, endsAt: new Date(on.now().getTime() + 4 * HOUR_MS) }]);
    on.pass(HOUR_MS);
    await on.round();
    assert.deepEqual(
      [await on.status(1), await on.status(2), await on.status(3), on.rules()],
      ["ended due", "ended refused approval-does-not-stand", "open", [FOREIGN, "203.0.113.8"]],
    );
  });

  it("gives one person no more hours in a day than its own policy says, by its own memory", async () => {
    const limits = { ...registryPolicy().limits, hoursPerPersonPerDay: 6 };
    const policy = { limits };
    await on.given([on.lease(1)]);
    await on.round({ policy });
    const other = { address: address("203.0.113.9") };
    await on.given([
      on.lease(2, other),
      on.lease(3, { ...other, requester: person(9) }),
      on.lease(4, { ...other, durationMs: 2 * HOUR_MS }),
    ]);
    on.pass(1_000);
    await on.round({ policy });
    assert.equal(await on.status(2), "ended refused against-policy");
    assert.deepEqual([await on.status(3), await on.status(4)], ["open", "open"]);
  });

  it("counts what was given back only as long as it was open", async () => {
    const limits = { ...registryPolicy().limits, hoursPerPersonPerDay: 6 };
    await on.given([on.lease(1)]);
    await on.round({ policy: { limits } });
    on.pass(HOUR_MS);
    const { value: open } = await on.store.lease(on.lease(1).id, soon);
    assert.ok(open?.status === "open");
    const endReason = { kind: "given-back", by: person(1) } as const;
    await on.given([{ ...closing(open, endReason, on.now()), version: open.version + 1 }]);
    await on.round({ policy: { limits } });
    assert.equal(await on.status(1), "ended given-back");
    await on.given([on.lease(2)]);
    on.pass(1_000);
    await on.round({ policy: { limits } });
    assert.equal(await on.status(2), "open");
  });

  it("adds nothing while its own read says that everybody may pull", async () => {
    await on.store.close();
    const seed = { rules: [FOREIGN], properties: { anonymousPullEnabled: true } };
    on = await registryFixture(at.azure, at.rules, seed);
    await on.given([on.lease(1)]);
    await on.round({ policy: { anonymousPull: "refuse" } });
    assert.deepEqual([await on.status(1), on.patches()], ["ended refused anonymous-pull", 0]);
    await on.given([on.lease(2)]);
    on.pass(1_000);
    await on.round();
    assert.equal(await on.status(2), "open");
  });

  it("counts an adoption as an opening", async () => {
    const mine = { adopts: true, requester: person(2), address: address(FOREIGN) };
    await on.given([on.lease(1, mine)]);
    await on.round({ openings: 59 });
    assert.equal(await on.status(1), "open");
    await on.given([on.lease(2)]);
    on.pass(1_000);
    await on.round();
    assert.equal(await on.status(2), "ended refused too-many-openings");
  });

  it("reports a rule that was removed and puts nothing back, if that is what the policy wants", async () => {
    const policy = { whenRemovedByOthers: "report" } as const;
    await on.given([on.lease(1)]);
    await on.round({ policy });
    const patches = on.patches();
    for (const byType of ["Application", "User"] as const) {
      at.azure.external({ id: on.registry, does: { kind: "replace", rules: [FOREIGN] }, byType });
      on.pass(6 * MINUTE_MS);
      await on.round({ policy });
      assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN]]);
      assert.equal(on.patches(), patches);
      const { value } = await on.store.registry(on.registry, soon);
      assert.deepEqual(value?.findings, [{ kind: "rules-removed", count: 1 }]);
    }
    // Somebody else's lease of the same address is none of that.
    await on.given([on.lease(2, { requester: person(9) })]);
    on.pass(1_000);
    await on.round({ policy });
    assert.deepEqual([await on.status(2), on.rules()], ["open", [FOREIGN, OURS]]);
    on.pass(4 * HOUR_MS);
    await on.round({ policy });
    assert.deepEqual(
      [await on.status(1), await on.status(2), on.rules()],
      ["ended due", "ended due", [FOREIGN]],
    );
  });
});
