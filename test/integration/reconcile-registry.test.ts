import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { RegistryRules } from "../../src/application/ports.ts";
import { parseRegistryId } from "../../src/domain/ids.ts";
import { address, person, registryPolicy } from "../unit/builders.ts";
import {
  FOREIGN,
  HOLD_MS,
  registryFixture,
  azureForSuite,
  type RegistryFixture,
} from "./registry-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("reconciling a registry, through the real SDK", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(async () => {
    await on.store.close();
  });

  it("opens many leases with one PATCH, and looks again at the first end", async () => {
    const leases = [1, 2, 3, 4, 5].map((n) =>
      on.lease(n, { address: address(`203.0.113.${String(n)}`), durationMs: n * MINUTE_MS }),
    );
    await on.given(leases);
    assert.equal(await on.round(), MINUTE_MS);
    assert.equal(on.patches(), 1);
    assert.deepEqual(on.rules(), [FOREIGN, ...leases.map((each) => each.address)]);
    for (const n of [1, 2, 3, 4, 5]) assert.equal(await on.status(n), "open");
  });

  it("ends a lease when its time is up, and only after its rule was seen gone", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    at.azure.fault({ fault: "status", status: 500, match: { method: "PATCH" } });
    const retryMs = await on.round();
    assert.equal(await on.status(1), "closing due");
    assert.ok(retryMs <= 10_000, `tries again soon, not in ${String(retryMs)} ms`);
    on.pass(retryMs);
    await on.round();
    assert.equal(await on.status(1), "ended due");
    assert.deepEqual(on.rules(), [FOREIGN]);
  });

  it("never gives a removal up, and never waits longer than the cap", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    at.azure.fault({ fault: "status", status: 409, match: { method: "PATCH", times: 12 } });
    for (let tries = 0; tries < 12; tries += 1) {
      const retryMs = await on.round();
      assert.ok(retryMs <= 5 * MINUTE_MS);
      on.pass(retryMs);
    }
    await on.round();
    assert.equal(await on.status(1), "ended due");
  });

  it("does not open what was not seen in time", async () => {
    await on.given([on.lease(1)]);
    on.pass(15 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.patches()], ["ended not-opened", 0]);
  });

  it("takes over a rule whose PATCH was answered to nobody", async () => {
    await on.given([on.lease(1)]);
    at.azure.fault({ fault: "reset-after-apply", match: { method: "PATCH" } });
    await on.round();
    assert.equal(await on.status(1), "open");
    assert.deepEqual([on.patches(), on.rules()], [1, [FOREIGN, "203.0.113.7"]]);
  });

  it("blames a refused addition on its own lease; neither removals nor others wait for it", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    const range = address("198.51.100.0/28");
    const other = on.lease(4, { address: address("203.0.113.4") });
    await on.given([on.lease(3, { address: range }), other]);
    const sent: (readonly string[])[] = [];
    // Azure refuses every list that has the range in it, as a policy on values would.
    const picky: RegistryRules = {
      read: (id, signal) => at.rules.read(id, signal),
      turn: (id, urgency, signal) => at.rules.turn(id, urgency, signal),
      apply: (id, list, signal) => {
        sent.push(list.rules);
        return list.rules.includes(range)
          ? Promise.resolve({ kind: "refused", code: "RequestDisallowedByPolicy" } as const)
          : at.rules.apply(id, list, signal);
      },
    };
    await on.round({ through: picky });
    assert.deepEqual(sent, [
      [FOREIGN, range, other.address],
      [FOREIGN],
      [FOREIGN, range],
      [FOREIGN, other.address],
    ]);
    assert.equal(await on.status(1), "ended due");
    assert.equal(await on.status(3), "ended refused azure-refused");
    assert.equal(await on.status(4), "open");
  });

  it("finds one refused address among many in halves, and opens all the others", async () => {
    const leases = Array.from({ length: 10 }, (_, n) => address(`203.0.113.${String(n + 1)}`));
    await on.given(leases.map((value, n) => on.lease(n, { address: value })));
    at.azure.configure(on.registry, { deniedValues: ["203.0.113.6"] });
    await on.round();
    at.azure.configure(on.registry, { deniedValues: [] });
    for (let n = 0; n < 10; n += 1) {
      const wanted = n === 5 ? "ended refused azure-refused" : "open";
      assert.equal(await on.status(n), wanted, leases[n]);
    }
    assert.ok(on.patches() <= 9, `${String(on.patches())} PATCHes`);
  });

  it("adds nothing that its own policy would not have allowed, whatever the store says", async () => {
    const approvals = [{ approver: person(1), at: on.now(), atMostMs: undefined }];
    await on.given([
      on.lease(1, { approvals: [] }),
      on.lease(2, { approvals }),
      on.lease(3, { address: address("198.51.0.0/16") }),
      on.lease(4, { durationMs: 100 * HOUR_MS }),
    ]);
    await on.round();
    for (const n of [1, 2]) {
      assert.equal(await on.status(n), "ended refused approval-does-not-stand");
    }
    for (const n of [3, 4]) assert.equal(await on.status(n), "ended refused against-policy");
    assert.equal(on.patches(), 0);
  });

  it("counts openings by its own memory", async () => {
    const limits = { ...registryPolicy().limits, openingsPerHour: 10 };
    await on.given([on.lease(1, { address: address("203.0.113.1") }), on.lease(2)]);
    await on.round({ policy: { limits }, openings: 9 });
    assert.equal(await on.status(1), "open");
    assert.equal(await on.status(2), "ended refused too-many-openings");
  });

  it("never removes a rule of the baseline, even if the store says that it is ours", async () => {
    await on.given([], { owned: [address(FOREIGN)] });
    for (let rounds = 0; rounds < 2; rounds += 1) {
      on.pass(6 * MINUTE_MS);
      await on.round({ policy: { baseline: [address(FOREIGN)] } });
    }
    assert.deepEqual([on.rules(), on.patches()], [[FOREIGN], 0]);
    const { value } = await on.store.audit(1, 100, AbortSignal.timeout(5_000));
    assert.ok(!value.some(({ event }) => event.kind === "rule.came-back"), "it was never gone");
  });

  it("goes on closing on a registry that left the policy, and adds nothing to it", async () => {
    const elsewhere = parseRegistryId(on.registry.replace(/[^/]+$/, "elsewhere"));
    assert.ok(elsewhere !== undefined);
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(MINUTE_MS);
    await on.given([on.lease(2, { address: address("203.0.113.2") })]);
    await on.round({ policy: { id: elsewhere } });
    assert.equal(await on.status(1), "ended due");
    assert.equal(await on.status(2), "ended refused registry-left-policy");
    assert.deepEqual(on.rules(), [FOREIGN]);
  });

  it("says so when the registry has no firewall", async () => {
    const basic = await registryFixture(at.azure, at.rules, { sku: "Basic" });
    await basic.given([basic.lease(1)]);
    await basic.round();
    assert.equal(await basic.status(1), "ended refused not-premium");
    await basic.store.close();
  });

  it("ends the leases of a registry that was created anew, and touches nothing on the new one", async () => {
    await on.given([on.lease(1)], { creationDate: new Date("2020-01-01T00:00:00Z") });
    await on.round();
    assert.deepEqual([await on.status(1), on.patches()], ["ended registry-gone", 0]);
  });

  it("waits as long as Azure says, and blames no lease for it", async () => {
    await on.given([on.lease(1)]);
    at.azure.fault({
      fault: "status",
      status: 429,
      retryAfterSeconds: 40,
      match: { method: "PATCH" },
    });
    assert.equal(await on.round(), 40_000);
    assert.equal(await on.status(1), "opening");
    on.pass(40_000);
    await on.round();
    assert.equal(await on.status(1), "open");
  });

  it("writes nothing and sends nothing once its hold is gone", async () => {
    await on.given([on.lease(1)]);
    const claim = await on.claim();
    on.pass(2 * HOLD_MS);
    await on.reconcile(claim);
    assert.deepEqual([await on.status(1), on.patches(), on.rules()], ["opening", 0, [FOREIGN]]);
  });

  it("writes nothing under a stale fence, even when the store's clock was set back", async () => {
    await on.given([on.lease(1)]);
    const paused = await on.claim();
    on.pass(2 * HOLD_MS);
    const present = await on.claim();
    assert.ok(present.hold.fence > paused.hold.fence);
    on.pass(1_000 - 2 * HOLD_MS);
    await on.reconcile(paused);
    assert.deepEqual([await on.status(1), on.patches()], ["opening", 0]);
    on.pass(2 * HOLD_MS);
    await on.reconcile(present);
    assert.equal(await on.status(1), "open");
  });

  it("leaves the default action as it is, whatever it is", async () => {
    const open = await registryFixture(at.azure, at.rules, {
      rules: [FOREIGN],
      defaultAction: "Allow",
    });
    await open.given([open.lease(1)]);
    await open.round();
    assert.equal(await open.status(1), "open");
    assert.equal(at.azure.state(open.registry)?.defaultAction, "Allow");
    await open.store.close();
  });

  it("looks again when its turn took long, and claims nothing that came meanwhile", async () => {
    let elapsedMs = 0;
    const slow: RegistryRules = {
      read: (id, signal) => at.rules.read(id, signal),
      apply: (id, list, signal) => at.rules.apply(id, list, signal),
      turn: async (id, urgency, signal) => {
        elapsedMs += 5_000;
        at.azure.externalWrite(on.registry, [FOREIGN, "192.0.2.11", "203.0.113.7"]);
        return at.rules.turn(id, urgency, signal);
      },
    };
    const other = on.lease(2, { address: address("203.0.113.8") });
    await on.given([on.lease(1), other]);
    await on.round({ through: slow, monotonicMs: () => elapsedMs });
    assert.deepEqual(on.rules(), [FOREIGN, "192.0.2.11", "203.0.113.7", "203.0.113.8"]);
    on.pass(5 * HOUR_MS);
    await on.round();
    assert.equal(await on.status(1), "ended due");
    assert.deepEqual(on.rules(), [FOREIGN, "192.0.2.11", "203.0.113.7"], "theirs stays");
  });

  it("tries again later, not at once, when it can't even read what has ended", async () => {
    await on.given([on.lease(1, { durationMs: MINUTE_MS })]);
    await on.round();
    on.pass(2 * MINUTE_MS);
    at.azure.fault({ fault: "not-authorized", match: { method: "GET" } });
    const retryMs = await on.round();
    assert.ok(retryMs >= 1_000, `after ${String(retryMs)} ms`);
  });
});
