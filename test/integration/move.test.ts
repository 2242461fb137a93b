import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { giveBack } from "../../src/application/leases/end-lease.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { address, addressesOf, person, requestId } from "../unit/builders.ts";
import { peopleAt, type PeopleAt } from "./people.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";
import { watchedRules } from "./watched-rules.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const soon = AbortSignal.timeout(120_000);
const [robin, alex, sam] = [person(1), person(2), person(3)];
const [OLD, NEW] = ["203.0.113.7", "203.0.113.9"];
const move = { kind: "replace", address: address(NEW) } as const;

describe("another address under a lease", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  let people: PeopleAt;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
    people = peopleAt(on);
    await on.given([on.lease(1)]);
    await on.round();
  });
  afterEach(async () => {
    await on.store.close();
  });

  /** The approval wakes the registry a moment later, so that others go out with it. */
  async function roundAfterApproval(): Promise<void> {
    on.pass(1_000);
    await on.round();
  }

  it("comes in the PATCH that takes the old one away, and ends when that would have ended", async () => {
    const before = on.patches();
    on.pass(HOUR_MS);
    assert.equal(await people.ask(move), "asked");
    on.pass(HOUR_MS);
    assert.deepEqual([await people.approve(alex), on.rules()], ["decided", [FOREIGN, OLD]]);
    const sent: (readonly string[])[] = [];
    on.pass(1_000);
    await on.round({
      through: watchedRules(at.rules, { judge: (_, list) => void sent.push(list) }),
    });
    assert.deepEqual(sent, [[FOREIGN, NEW]]);
    assert.deepEqual([await on.status(1), await on.status(2)], ["ended replaced", "open"]);
    assert.equal(on.patches() - before, 1);
    const { value } = await on.store.lease(leaseIdOf(requestId(2)), soon);
    assert.ok(value?.status === "open");
    assert.equal(value.endsAt.getTime() - on.now().getTime(), 2 * HOUR_MS - 1_000);
    on.pass(2 * HOUR_MS - 1_000);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("keeps an end that was moved before", async () => {
    await people.ask({ kind: "extend", durationMs: 2 * HOUR_MS });
    await people.approve(alex);
    await roundAfterApproval();
    await people.ask(move, 3);
    assert.equal(await people.approve(alex, requestId(3)), "decided");
    await roundAfterApproval();
    on.pass(5.9 * HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(3), on.rules()], ["open", [FOREIGN, NEW]]);
  });

  it("never outlives the old lease, also when it could not be opened at once", async () => {
    on.pass(4 * HOUR_MS - 5 * MINUTE_MS);
    await people.ask(move);
    await people.approve(alex);
    at.azure.fault({ fault: "status", status: 409, match: { method: "PATCH", times: 99 } });
    await roundAfterApproval();
    at.azure.clearFaults();
    on.pass(5 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended not-opened", [FOREIGN]]);
  });

  it("does not come when the lease ended meanwhile, and nothing else moves", async () => {
    await people.ask(move);
    await giveBack(people.deps(), { by: robin, target: undefined, messageId: "back" }, soon);
    assert.equal(await people.approve(alex), "already-decided");
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["none", [FOREIGN]]);
  });

  it("is given once when two approvers click at once", async () => {
    await people.ask(move);
    const clicks = await Promise.all([alex, sam].map((by) => people.approve(by)));
    assert.deepEqual(clicks.toSorted(), ["already-decided", "decided"]);
    assert.equal(await people.events("lease.closing"), 1);
  });

  it("is held against the policy like an address that is asked for anew", async () => {
    const wide = { kind: "replace", address: address("198.51.0.0/16") } as const;
    assert.equal(await people.ask(wide), "too-wide");
    assert.equal(await people.ask({ kind: "replace", address: address(OLD) }), "same-address");
    await people.ask(move);
    const forbid = { address: addressesOf({ widest: 24, forbid: [address(NEW)] }) };
    assert.equal(await people.approve(alex, requestId(2), forbid), "no-longer-allowed");
    assert.equal(await people.approve(robin), "self-approval");
    // A store that lies about the approvals opens nothing, and closes all the same.
    await people.approve(alex);
    on.pass(1_000);
    await on.round({ policy: { approvers: new Set([sam.id]) } });
    assert.equal(await on.status(2), "ended refused approval-does-not-stand");
    assert.deepEqual([await on.status(1), on.rules()], ["ended replaced", [FOREIGN]]);
  });
});
