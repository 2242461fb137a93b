import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { cancelRequest } from "../../src/application/requests/cancel.ts";
import { giveBack, revoke } from "../../src/application/leases/end-lease.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import type { Person } from "../../src/domain/ids.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import {
  address,
  pending,
  person,
  policyOf,
  registryId,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";
import { watchedRules } from "./watched-rules.ts";

const HOUR_MS = 3_600_000;
const soon = AbortSignal.timeout(120_000);
const [robin, alex, casey] = [person(1), person(2), person(4)];

describe("a lease that its people end", () => {
  const at = azureForSuite();
  let on: RegistryFixture;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
  });
  afterEach(async () => {
    await on.store.close();
  });

  const deps = (policy: Partial<RegistryPolicy> = {}) => ({
    store: on.store,
    policy: () => policyOf(registryPolicy({ id: on.registry, ...policy })),
  });
  const back = async (target?: string, messageId: string = randomUUID()): Promise<string> =>
    (await giveBack(deps(), { by: robin, target, messageId }, soon)).kind;
  const end = async (by: Person, target: string, policy?: Partial<RegistryPolicy>) =>
    (await revoke(deps(policy), { by, target, why: "INC-7", messageId: randomUUID() }, soon)).kind;
  const events = async (kind: AuditEvent["kind"]): Promise<number> =>
    (await on.store.audit(1, 1_000, soon)).value.filter(({ event }) => event.kind === kind).length;

  it("is given back: its rule goes at once, and saying so twice changes nothing", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    assert.equal(await back(), "ending");
    assert.equal(await back(), "ending");
    assert.equal(await on.status(1), "closing given-back");
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended given-back", [FOREIGN]]);
    assert.equal(await back(), "no-such-lease");
    assert.deepEqual([await events("lease.closing"), await events("lease.ended")], [1, 1]);
  });

  it("is given back before it opened: nothing is ever sent", async () => {
    await on.given([on.lease(1)]);
    await back();
    await on.round();
    assert.deepEqual([await on.status(1), on.patches()], ["ended given-back", 0]);
  });

  it("is meant by its registry or its id, and never guessed at", async () => {
    await on.given([on.lease(1), on.lease(2, { address: address("203.0.113.8") })]);
    await on.round();
    assert.equal(await back(), "which-lease");
    assert.equal(await back("acrdemomagic"), "which-lease");
    assert.equal(await back("acrelsewhere"), "no-such-lease");
    assert.equal(await on.status(1), "open");
    assert.equal(await back(requestId(2).toLowerCase()), "ending");
    await on.round();
    assert.deepEqual([await on.status(1), await on.status(2)], ["open", "ended given-back"]);
  });

  it("is ended once by a message that comes twice, whatever its words mean by then", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    assert.equal(await back(undefined, "one message"), "ending");
    await on.round();
    await on.given([on.lease(2)]);
    assert.equal(await back(undefined, "one message"), "no-such-lease");
    await on.round();
    assert.equal(await on.status(2), "open");
  });

  it("is closed soon although the worker was opening it at that moment", async () => {
    await on.given([on.lease(1), on.lease(2, { address: address("203.0.113.8") })]);
    const interrupted = watchedRules(at.rules, {
      judge: async () => {
        await back(requestId(1));
      },
    });
    await on.reconcile(await on.claim(), { through: interrupted });
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.7", "203.0.113.8"]);
    // Due at once: nobody waits for the hold to run out.
    await on.round();
    assert.deepEqual([await on.status(1), await on.status(2)], ["ended given-back", "open"]);
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.8"]);
    assert.equal(await events("rules.changed"), 2, "no PATCH is missing from the trail");
  });

  it("leaves nothing of an intention behind that was overtaken before it was sent", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    on.pass(5 * HOUR_MS);
    const other = on.lease(2, { address: address("203.0.113.8") });
    await on.given([other]);
    const interrupted = watchedRules(at.rules, {
      step: async () => {
        await back(requestId(1));
      },
      judge: () => assert.fail("nothing may be sent"),
    });
    await on.reconcile(await on.claim(), { through: interrupted });
    const { value: record } = await on.store.registry(on.registry, soon);
    assert.deepEqual(record?.owned, ["203.0.113.7"]);
    await on.round();
    assert.equal(await on.status(2), "open");
  });

  it("is revoked by an approver of its registry, and by nobody else", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    const id = requestId(1);
    assert.equal(await end(casey, id), "not-an-approver");
    assert.equal(await end(robin, id), "not-an-approver");
    assert.equal(await end(robin, "R7K2"), "not-an-approver");
    assert.equal(await end(alex, "R7K3"), "no-such-lease");
    const others = { approvers: new Set([person(3).id]) };
    assert.equal(await end(alex, id, others), "not-an-approver");
    assert.equal(await on.status(1), "open");
    assert.equal(await end(alex, "r7k2"), "ending");
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended revoked", [FOREIGN]]);
  });

  it("can be ended by its owner and its approver after its registry left the policy", async () => {
    const gone = { id: registryId("elsewhere") };
    await on.given([on.lease(1), on.lease(2, { address: address("203.0.113.8") })]);
    await on.round();
    assert.equal(await end(casey, requestId(1), gone), "not-an-approver");
    assert.equal(await end(alex, requestId(1), gone), "ending");
    const wish = { by: robin, target: undefined, messageId: "back" };
    assert.equal((await giveBack(deps(gone), wish, soon)).kind, "ending");
    await on.round({ policy: gone });
    assert.deepEqual(on.rules(), [FOREIGN]);
  });

  it("does not come of a request that was taken back", async () => {
    const put = [{ kind: "request", value: pending({ registry: on.registry }) }] as const;
    await on.store.commit({ opId: "asked", notAfter: on.now(), put }, soon);
    const wish = { by: robin, target: undefined, messageId: "no" };
    assert.equal(
      (await cancelRequest(deps(), { ...wish, by: alex }, soon)).kind,
      "nothing-pending",
    );
    assert.equal((await cancelRequest(deps(), wish, soon)).kind, "cancelled");
    assert.equal((await cancelRequest(deps(), wish, soon)).kind, "nothing-pending");
    assert.equal(await events("request.cancelled"), 1);
  });
});
