import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ask, type AskOutcome } from "../../src/application/ask.ts";
import { askForChange, type ChangeWish } from "../../src/application/ask-for-change.ts";
import { decideRequest } from "../../src/application/decide.ts";
import { openInEmergency } from "../../src/application/emergency.ts";
import { giveBack } from "../../src/application/end-lease.ts";
import { unseenRegistry } from "../../src/application/registry-draft.ts";
import type { Put } from "../../src/application/store.ts";
import type { Verdict } from "../../src/domain/decision.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { opened, type Lease } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import type { AddressFrom } from "../../src/domain/request.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK, type StoreOpener } from "../stores-on-set-clock.ts";
import {
  address,
  durationOf,
  HOUR_MS,
  NOW,
  person,
  policyOf,
  REGISTRY,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";

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
  let now: Date;
  let over: Partial<RegistryPolicy>;

  beforeEach(async () => {
    at = await open();
    now = NOW;
    at.setClock(now);
    over = {};
  });
  afterEach(async () => {
    await at.remove();
  });

  function pass(hours: number): void {
    now = new Date(now.getTime() + hours * HOUR_MS);
    at.setClock(now);
  }

  const deps = (n: number) => ({
    store: at.store,
    policy: () => policyOf(registryPolicy(over)),
    ids: { requestId: () => requestId(n), opId: () => randomUUID(), random: () => 0.5 },
  });

  /** Asks with request number `n`: the request's state, or the kind of the refusal. */
  async function asks(n: number, hours = 4, addressFrom: AddressFrom = { kind: "typed" }) {
    const question = {
      ...{ by: robin, address: address("203.0.113.7"), addressFrom, messageId: String(n) },
      ...{ durationMs: hours * HOUR_MS, registryName: "acrdemomagic", reason: undefined },
    };
    return outcomeOf(await ask(deps(n), question, soon));
  }

  async function changes(n: number, wish: ChangeWish["asks"]) {
    const about = { by: robin, target: undefined, reason: undefined, messageId: String(n) };
    const outcome = await askForChange(deps(n), { ...about, asks: wish }, soon);
    if (outcome.kind === "asked") return outcome.request.status;
    return outcome.kind === "policy" ? outcome.refusal.kind : outcome.kind;
  }

  async function emergency(n: number, from: AddressFrom = link, hours?: number, by = robin) {
    const wish = {
      ...{ by, registryName: "acrdemomagic", address: address("203.0.113.7"), addressFrom: from },
      ...{ durationMs: hours && hours * HOUR_MS, reason: "it burns", messageId: String(n) },
    };
    const outcome = await openInEmergency(deps(n), wish, soon);
    return outcome.kind === "policy" ? outcome.refusal.kind : outcome.kind;
  }

  async function decides(n: number, verdict: Verdict = { verdict: "approve" }) {
    const click = { request: requestId(n), by: person(2), shownVersion: 1, ...verdict };
    const outcome = await decideRequest(deps(n), click, soon);
    if (outcome.kind === "refused") return outcome.refusal.kind;
    return outcome.kind === "decided" ? outcome.request.status : outcome.kind;
  }

  const lease = async (n: number) => (await at.store.lease(leaseIdOf(requestId(n)), soon)).value;

  async function put(...values: readonly Put[]): Promise<void> {
    const notAfter = new Date(now.getTime() + HOUR_MS);
    const outcome = await at.store.commit({ opId: randomUUID(), notAfter, put: values }, soon);
    assert.equal(outcome.kind, "committed");
  }

  /** The worker has seen the rule of lease `n`. */
  async function seen(n: number): Promise<Lease> {
    const value = await lease(n);
    assert.ok(value?.status === "opening");
    await put({ kind: "lease", value: opened(value, now, false) });
    return opened(value, now, false);
  }

  const auditOf = async (kind: string) =>
    (await at.store.audit(1, 1_000, soon)).value
      .map(({ event }) => event)
      .filter((event) => event.kind === kind);

  it("make somebody wait who was denied, at asking for the same and not for less", async () => {
    over = { approval: { ...registryPolicy().approval, coolDownMs: HOUR_MS } };
    await asks(1);
    assert.equal(await decides(1, { verdict: "deny", why: "no" }), "denied");
    assert.equal(await asks(2), "cooling-down");
    const [denial] = await auditOf("request.denial");
    assert.ok(denial?.kind === "request.denial");
    assert.equal(denial.why, "no");
    over = { ...over, automaticRanges: [address("203.0.113.0/29")] };
    assert.equal(await asks(2, 4, link), "cooling-down", "nor does a range get round it");
    pass(1);
    assert.equal(await asks(2), "pending");
  });

  it("keep somebody quiet who was muted, for a day, also after many other denials", async () => {
    const people = new Set([robin.id]);
    over = { emergency: { kind: "on", people, maxMs: HOUR_MS, tell: people } };
    await asks(1);
    await asks(2);
    await decides(1, { verdict: "deny-and-mute", why: "enough" });
    assert.equal(await decides(2), "approved", "what was asked before is decided as it is");
    await seen(2);
    assert.equal(await asks(3), "muted");
    assert.equal(await changes(3, { kind: "extend", durationMs: HOUR_MS }), "muted");
    assert.equal(await emergency(3), "muted");
    pass(23.9);
    assert.equal(await asks(3), "muted");
    pass(0.2);
    assert.equal(await asks(3), "pending");
  });

  it("leave no record where they ask for none, and none after a week", async () => {
    await asks(1);
    await decides(1, { verdict: "deny", why: "no" });
    const record = async () => (await at.store.recent(robin.id, soon)).value;
    assert.equal(await record(), undefined);
    await asks(2);
    await decides(2, { verdict: "deny-and-mute", why: "no" });
    assert.equal((await record())?.denials.length, 1);
    pass(7 * 24 + 1);
    assert.equal(await record(), undefined);
  });

  it("end at the hours of a day, at asking and at deciding, and what is given back counts no more", async () => {
    over = limitsOf(6);
    assert.equal(await asks(1, 7), "too-many-hours");
    await asks(1, 4);
    await asks(2, 4);
    assert.equal(await decides(1), "approved");
    assert.equal(await decides(2), "no-longer-allowed");
    assert.equal(await decides(2, { verdict: "approve", atMostMs: 2 * HOUR_MS }), "approved");
    assert.equal(await asks(3, 1), "too-many-hours");
    await seen(1);
    assert.equal(await changes(3, { kind: "extend", durationMs: HOUR_MS }), "too-many-hours");
    pass(1);
    const target = requestId(1);
    await giveBack(deps(1), { by: robin, target, messageId: "back" }, soon);
    assert.equal(await asks(3, 3.5), "too-many-hours");
    assert.equal(await asks(3, 3), "pending");
  });

  it("let a single address of a named range in at once, by link only, and say so to auditors", async () => {
    const range = address("203.0.113.0/29");
    over = { ...limitsOf(6), automaticRanges: [range] };
    assert.equal(await asks(1, 4), "pending", "typed");
    assert.equal(await asks(2, 4, link), "approved");
    assert.equal(await asks(2, 4, link), "approved", "the same message again");
    assert.equal(await asks(3, 4, link), "too-many-hours");
    const made = await lease(2);
    assert.deepEqual([made?.basis, made?.approvals], [{ kind: "range", range }, []]);
    assert.deepEqual(await auditOf("request.automatic"), [
      {
        ...{ kind: "request.automatic", request: requestId(2), registry: REGISTRY, by: robin },
        ...{ grant: { kind: "range", range }, policy: "d".repeat(64) },
      },
    ]);
    assert.equal((await auditOf("lease.approved")).length, 1);
    const woken = await at.store.claimRegistry(60_000, soon);
    assert.equal(woken.kind, "idle");
    now = new Date(now.getTime() + 1_000);
    at.setClock(now);
    assert.equal((await at.store.claimRegistry(60_000, soon)).kind, "claimed");
  });

  it("let nobody in at once on a frozen registry, nor in an emergency", async () => {
    const people = new Set([robin.id]);
    over = {
      automaticRanges: [address("203.0.113.0/29")],
      emergency: { kind: "on", people, maxMs: HOUR_MS, tell: people },
    };
    const freeze = { by: person(2), at: now, why: undefined };
    await put({ kind: "freeze", value: { id: REGISTRY, version: 1, freeze } });
    assert.equal(await asks(1, 4, link), "frozen");
    assert.equal(await emergency(1), "frozen");
    assert.equal(await lease(1), undefined);
  });

  it("open at once in an emergency for those whom they name, and for nobody else", async () => {
    const people = new Set([robin.id]);
    assert.equal(await emergency(1), "no-emergency-for-you");
    over = {
      ...limitsOf(0),
      requesters: new Set([person(9).id]),
      emergency: { kind: "on", people, maxMs: HOUR_MS, tell: people },
    };
    assert.equal(await emergency(1, { kind: "typed" }), "only-by-link");
    assert.equal(await emergency(1, link, 2), "too-long");
    assert.equal(await emergency(1, link, 1, person(9)), "no-emergency-for-you");
    assert.equal(await emergency(1), "granted");
    assert.equal(await emergency(1), "granted", "the same message again");
    const made = await lease(1);
    assert.deepEqual([made?.basis, made?.durationMs], [{ kind: "emergency" }, HOUR_MS]);
    const request = (await at.store.request(requestId(1), soon)).value;
    assert.deepEqual([request?.kind, request?.status], ["emergency", "approved"]);
    assert.equal((await auditOf("request.automatic")).length, 1);
    assert.equal((await auditOf("request.asked")).length, 1);
  });

  it("extend and move by themselves where they say so", async () => {
    over = {
      move: "automatic",
      duration: durationOf(4 * HOUR_MS, 8 * HOUR_MS, { approval: "automatic", times: 1 }),
    };
    await asks(1);
    await decides(1);
    const { endsBy } = await seen(1);
    assert.equal(await changes(2, { kind: "extend", durationMs: HOUR_MS }), "approved");
    assert.equal(await changes(3, { kind: "extend", durationMs: HOUR_MS }), "extended-too-often");
    const extended = await lease(1);
    assert.ok(extended?.status === "open");
    assert.ok(extended.endsAt > endsBy);
    const elsewhere = { kind: "replace", address: address("203.0.113.9") } as const;
    assert.equal(await changes(4, elsewhere), "pending", "typed");
    over = { ...over, move: "never" };
    assert.equal(await changes(5, elsewhere), "moves-are-off");
    assert.equal(await decides(4), "no-longer-allowed");
    await decides(4, { verdict: "deny" });
    over = { ...over, move: "automatic" };
    assert.equal(await changes(6, { ...elsewhere, addressFrom: link }), "approved");
    const moved = await lease(6);
    assert.deepEqual(moved?.basis, { kind: "move", of: leaseIdOf(requestId(1)) });
    assert.equal((await lease(1))?.status, "closing");
  });

  it("open nothing while everybody may pull, where they mind", async () => {
    over = { anonymousPull: "refuse" };
    await asks(1);
    const findings = [{ kind: "anonymous-pull-on" }] as const;
    await put({ kind: "registry", value: { ...unseenRegistry(REGISTRY), version: 1, findings } });
    assert.equal(await asks(2), "anonymous-pull");
    assert.equal(await decides(1), "anonymous-pull");
    over = {};
    assert.equal(await decides(1), "approved");
  });

  it("give two who click at once no more hours than one", async () => {
    over = limitsOf(6);
    await asks(1, 4);
    await asks(2, 4);
    const both = await Promise.all([decides(1), decides(2)]);
    assert.deepEqual(both.toSorted(), ["approved", "no-longer-allowed"]);
  });
}

function outcomeOf(outcome: AskOutcome): string {
  if (outcome.kind === "asked") return outcome.request.status;
  return outcome.kind === "policy" ? outcome.refusal.kind : outcome.kind;
}
