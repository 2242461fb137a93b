import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { giveBack } from "../../src/application/leases/end-lease.ts";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { opened } from "../../src/domain/lease.ts";
import { proving } from "../contract/samples.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK, type StoreOpener } from "../stores-on-set-clock.ts";
import {
  address,
  durationOf,
  HOUR_MS,
  NOW,
  opening,
  person,
  REGISTRY,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import { personOn, type PersonOn } from "./person-on-store.ts";

const soon = AbortSignal.timeout(300_000);
const link = { kind: "link" } as const;
const robin = person(1);
const limitsOf = (hoursPerPersonPerDay: number) => ({
  limits: { ...registryPolicy().limits, hoursPerPersonPerDay },
});

describe("the policy's limits on what people ask", () => {
  for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
    describeUnless(missing, `on ${name}`, () => {
      limitsOn(open);
    });
  }
});

function limitsOn(open: StoreOpener): void {
  let at: Awaited<ReturnType<StoreOpener>>;
  let on: PersonOn;

  beforeEach(async () => {
    at = await open();
    on = personOn(at);
  });
  afterEach(async () => {
    await at.remove();
  });

  it("make somebody wait who was denied, at asking for the same and not for less", async () => {
    on.policy = { approval: { ...registryPolicy().approval, coolDownMs: HOUR_MS } };
    await on.asks(1);
    assert.equal(await on.decides(1, { verdict: "deny", why: "no" }), "denied");
    assert.equal(await on.asks(2), "cooling-down");
    const [denial] = await on.auditOf("request.denial");
    assert.ok(denial?.kind === "request.denial");
    assert.equal(denial.why, "no");
    on.policy = { ...on.policy, automaticRanges: [address("203.0.113.0/29")] };
    assert.equal(await on.asks(2, 4, link), "cooling-down", "nor does a range get round it");
    on.pass(1);
    assert.equal(await on.asks(2), "pending");
  });

  it("keep somebody quiet who was muted, for a day, also after many other denials", async () => {
    const people = new Set([robin.id]);
    on.policy = { emergency: { kind: "on", people, maxMs: HOUR_MS, tell: people } };
    await on.asks(1);
    await on.asks(2);
    await on.decides(1, { verdict: "deny-and-mute", why: "enough" });
    assert.equal(await on.decides(2), "approved", "what was asked before is decided as it is");
    await on.seen(2);
    assert.equal(await on.asks(3), "muted");
    assert.equal(await on.changes(3, { kind: "extend", durationMs: HOUR_MS }), "muted");
    assert.equal(await on.emergency(3), "muted");
    on.pass(23.9);
    assert.equal(await on.asks(3), "muted");
    on.pass(0.2);
    assert.equal(await on.asks(3), "pending");
  });

  it("leave no record where they ask for none, and none after a week", async () => {
    await on.asks(1);
    await on.decides(1, { verdict: "deny", why: "no" });
    const record = async () => (await on.store.recent(robin.id, soon)).value;
    assert.equal(await record(), undefined);
    await on.asks(2);
    await on.decides(2, { verdict: "deny-and-mute", why: "no" });
    assert.equal((await record())?.denials.length, 1);
    on.pass(7 * 24 + 1);
    assert.equal(await record(), undefined);
  });

  it("end at the hours of a day, at asking and at deciding, and what is given back counts no more", async () => {
    on.policy = limitsOf(6);
    assert.equal(await on.asks(1, 7), "too-many-hours");
    await on.asks(1, 4);
    await on.asks(2, 4);
    assert.equal(await on.decides(1), "approved");
    assert.equal(await on.decides(2), "no-longer-allowed");
    assert.equal(await on.decides(2, { verdict: "approve", atMostMs: 2 * HOUR_MS }), "approved");
    assert.equal(await on.asks(3, 1), "too-many-hours");
    await on.seen(1);
    assert.equal(await on.changes(3, { kind: "extend", durationMs: HOUR_MS }), "too-many-hours");
    on.pass(1);
    const target = requestId(1);
    await giveBack(on.deps(1), { by: robin, target, messageId: "back" }, soon);
    assert.equal(await on.asks(3, 3.5), "too-many-hours");
    assert.equal(await on.asks(3, 3), "pending");
  });

  it("let a single address of a named range in at once, by link only, and say so to auditors", async () => {
    const range = address("203.0.113.0/29");
    on.policy = { ...limitsOf(6), automaticRanges: [range] };
    assert.equal(await on.asks(1, 4), "pending", "typed");
    assert.equal(await on.asks(2, 4, link), "approved");
    assert.equal(await on.asks(2, 4, link), "approved", "the same message again");
    assert.equal(await on.asks(3, 4, link), "too-many-hours");
    const made = await on.lease(2);
    assert.deepEqual([made?.basis, made?.approvals], [{ kind: "range", range }, []]);
    assert.deepEqual(await on.auditOf("request.automatic"), [
      {
        ...{ kind: "request.automatic", request: requestId(2), registry: REGISTRY, by: robin },
        ...{ grant: { kind: "range", range }, policy: "d".repeat(64) },
      },
    ]);
    assert.equal((await on.auditOf("lease.approved")).length, 1);
    const woken = await on.store.claimRegistry(60_000, soon);
    assert.equal(woken.kind, "idle");
    on.pass(1 / 3_600);
    assert.equal((await on.store.claimRegistry(60_000, soon)).kind, "claimed");
  });

  it("let nobody in at once on a frozen registry, nor in an emergency", async () => {
    const people = new Set([robin.id]);
    on.policy = {
      automaticRanges: [address("203.0.113.0/29")],
      emergency: { kind: "on", people, maxMs: HOUR_MS, tell: people },
    };
    const freeze = { by: person(2), at: NOW, why: undefined };
    await on.put({ kind: "freeze", value: { id: REGISTRY, version: 1, freeze } });
    assert.equal(await on.asks(1, 4, link), "frozen");
    assert.equal(await on.emergency(1), "frozen");
    assert.equal(await on.lease(1), undefined);
  });

  it("open at once in an emergency for those whom they name, and for nobody else", async () => {
    const people = new Set([robin.id]);
    assert.equal(await on.emergency(1), "no-emergency-for-you");
    on.policy = {
      ...limitsOf(0),
      requesters: new Set([person(9).id]),
      emergency: { kind: "on", people, maxMs: HOUR_MS, tell: people },
    };
    assert.equal(await on.emergency(1, { kind: "typed" }), "only-by-link");
    assert.equal(await on.emergency(1, link, 2), "too-long");
    assert.equal(await on.emergency(1, link, 1, person(9)), "no-emergency-for-you");
    assert.equal(await on.emergency(1), "granted");
    assert.equal(await on.emergency(1), "granted", "the same message again");
    const made = await on.lease(1);
    assert.deepEqual([made?.basis, made?.durationMs], [{ kind: "emergency" }, HOUR_MS]);
    const request = (await on.store.request(requestId(1), soon)).value;
    assert.deepEqual([request?.kind, request?.status], ["emergency", "approved"]);
    assert.equal((await on.auditOf("request.automatic")).length, 1);
    assert.equal((await on.auditOf("request.asked")).length, 1);
    // The place of the record that got the address is taken once.
    const linked = proving(2, { id: requestId(2), registry: REGISTRY, requester: robin });
    await on.put({ kind: "request", value: linked });
    const proof = { id: requestId(2), version: 1 };
    assert.equal(await on.emergency(3, link, 1, robin, proof), "granted");
    assert.equal(await on.emergency(3, link, 1, robin, proof), "granted");
    const second = (await on.store.request(requestId(2), soon)).value;
    assert.deepEqual([second?.kind, second?.version], ["emergency", 2]);
    assert.deepEqual([await on.lease(3), (await on.lease(2))?.version], [undefined, 1]);
  });

  it("extend and move by themselves where they say so", async () => {
    on.policy = {
      move: "automatic",
      duration: durationOf(4 * HOUR_MS, 8 * HOUR_MS, { approval: "automatic", times: 1 }),
    };
    await on.asks(1);
    await on.decides(1);
    const { endsBy } = await on.seen(1);
    assert.equal(await on.changes(2, { kind: "extend", durationMs: HOUR_MS }), "approved");
    assert.equal(
      await on.changes(3, { kind: "extend", durationMs: HOUR_MS }),
      "extended-too-often",
    );
    const extended = await on.lease(1);
    assert.ok(extended?.status === "open");
    assert.ok(extended.endsAt > endsBy);
    const elsewhere = { kind: "replace", address: address("203.0.113.9") } as const;
    assert.equal(await on.changes(4, elsewhere), "pending", "typed");
    on.policy = { ...on.policy, move: "never" };
    assert.equal(await on.changes(5, elsewhere), "moves-are-off");
    assert.equal(await on.decides(4), "no-longer-allowed");
    await on.decides(4, { verdict: "deny" });
    on.policy = { ...on.policy, move: "automatic" };
    assert.equal(await on.changes(6, { ...elsewhere, addressFrom: link }), "approved");
    const moved = await on.lease(6);
    assert.deepEqual(moved?.basis, { kind: "move", of: leaseIdOf(requestId(1)) });
    assert.equal((await on.lease(1))?.status, "closing");
  });

  it("open nothing while everybody may pull, where they mind", async () => {
    on.policy = { anonymousPull: "refuse" };
    await on.asks(1);
    const findings = [{ kind: "anonymous-pull-on" }] as const;
    await on.put({
      kind: "registry",
      value: { ...unseenRegistry(REGISTRY), version: 1, findings },
    });
    assert.equal(await on.asks(2), "anonymous-pull");
    assert.equal(await on.decides(1), "anonymous-pull");
    await on.put({
      kind: "lease",
      value: { ...opened(opening({ id: leaseIdOf(requestId(9)) }), NOW, false), version: 1 },
    });
    assert.equal(await on.changes(2, { kind: "extend", durationMs: HOUR_MS }), "anonymous-pull");
    const elsewhere = { kind: "replace", address: address("203.0.113.9") } as const;
    assert.equal(await on.changes(2, elsewhere), "anonymous-pull");
    on.policy = {};
    assert.equal(await on.decides(1), "approved");
  });

  it("give two who click at once no more hours than one", async () => {
    on.policy = limitsOf(6);
    await on.asks(1, 4);
    await on.asks(2, 4);
    const both = await Promise.all([on.decides(1), on.decides(2)]);
    assert.deepEqual(both.toSorted(), ["approved", "no-longer-allowed"]);
  });
}
