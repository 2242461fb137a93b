import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { adopt } from "../../src/application/leases/adopt.ts";
import type { Person } from "../../src/domain/ids.ts";
import type { Opening } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { address, person } from "../unit/builders.ts";
import { peopleAt, type PeopleAt } from "./people.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";

const HOUR_MS = 3_600_000;
const soon = AbortSignal.timeout(120_000);
const [robin, alex] = [person(1), person(2)];
const [HAND_MADE, WIDE] = ["203.0.113.50", "203.0.113.0/24"];

describe("a rule of somebody else that an approver adopts", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  let people: PeopleAt;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules, { rules: [FOREIGN, HAND_MADE] });
    people = peopleAt(on);
    await on.given([]);
    await on.round();
  });
  afterEach(async () => {
    await on.store.close();
  });

  /** "adopting", or why not. */
  async function take(
    what: { readonly by?: Person; readonly rule?: string; readonly hours?: number } = {},
    policy: Partial<RegistryPolicy> = {},
  ): Promise<string> {
    const { by = alex, rule = HAND_MADE, hours = 1 } = what;
    const about = { by, address: address(rule), registryName: "acrdemomagic", reason: "INC-7" };
    const wish = { ...about, durationMs: hours * HOUR_MS, messageId: "adopt" };
    const outcome = await adopt(people.deps(policy), wish, soon);
    return outcome.kind === "obstacle" ? outcome.obstacle : outcome.kind;
  }
  const adopting = (n: number, over: Partial<Opening> = {}): Opening =>
    on.lease(n, {
      ...{
        adopts: true,
        requester: alex,
        approvals: [{ approver: alex, at: on.now(), atMostMs: undefined }],
      },
      ...{ address: address(HAND_MADE), ...over },
    });

  it("goes at the end of its lease, it alone, and is only looked at until then", async () => {
    const before = on.patches();
    assert.deepEqual([await take(), await take()], ["adopting", "adopting"]);
    await on.round();
    assert.deepEqual([await on.status(2), on.patches() - before], ["open", 0]);
    const told = [people.events("lease.adopting"), people.events("rule.adopted")];
    assert.deepEqual(await Promise.all(told), [1, 1]);
    on.pass(HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("is never one of the baseline, one that is there twice, ours, or not there", async () => {
    assert.equal(await take({ by: robin }), "not-an-approver");
    assert.equal(await take({}, { baseline: [address(HAND_MADE)] }), "permanent");
    assert.equal(await take({ rule: "203.0.113.51" }), "absent");
    assert.equal(await take({ rule: WIDE }), "absent");
    assert.equal(await take({ hours: 9 }), "too-long");
    await on.given([on.lease(1)]);
    await on.round();
    assert.equal(await take({ rule: "203.0.113.7" }), "ours", "it would only last longer");
    at.azure.externalWrite(on.registry, [FOREIGN, HAND_MADE, HAND_MADE]);
    await on.given([]);
    await on.round();
    assert.equal(await take(), "twice");
  });

  it("is checked again by the worker's own read and policy, and never added", async () => {
    const alone = { approvals: [{ approver: robin, at: on.now(), atMostMs: undefined }] };
    await on.given([
      adopting(1, { address: address("203.0.113.51") }),
      adopting(3, { ...alone, requester: robin }),
      adopting(4, alone),
      adopting(5, { address: address(FOREIGN) }),
      adopting(6, { durationMs: 99 * HOUR_MS }),
    ]);
    const before = on.patches();
    await on.round({ policy: { baseline: [address(FOREIGN)] } });
    for (const n of [1, 5]) assert.equal(await on.status(n), "ended refused not-adoptable");
    for (const n of [3, 4]) {
      assert.equal(await on.status(n), "ended refused approval-does-not-stand");
    }
    assert.equal(await on.status(6), "ended refused ends-too-late");
    assert.deepEqual([on.rules(), on.patches() - before], [[FOREIGN, HAND_MADE], 0]);
    const { value: record } = await on.store.registry(on.registry, soon);
    assert.deepEqual(record?.owned, []);
  });

  it("lets nobody make a rule of ours last longer by themselves", async () => {
    await on.given([adopting(1, { durationMs: HOUR_MS })]);
    await on.round();
    await on.given([adopting(3, { durationMs: 8 * HOUR_MS })]);
    await on.round();
    assert.deepEqual(
      [await on.status(1), await on.status(3)],
      ["open", "ended refused not-adoptable"],
    );
    on.pass(HOUR_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN]);
  });

  it("stays for a lease that rests on it, and goes with the last", async () => {
    await on.given([on.lease(1, { address: address(HAND_MADE), durationMs: 2 * HOUR_MS })]);
    await on.round();
    assert.equal(await take(), "adopting");
    await on.round();
    on.pass(HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended due", [FOREIGN, HAND_MADE]]);
    on.pass(HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("is not put back when others remove it, whoever they are", async () => {
    await take();
    await on.round();
    const before = on.patches();
    at.azure.externalWrite(on.registry, [FOREIGN]);
    await on.given([]);
    await on.round({ policy: { whenRemovedByOthers: "restore" } });
    assert.deepEqual([await on.status(2), on.rules()], ["ended lost", [FOREIGN]]);
    assert.equal(on.patches() - before, 0);
  });

  it("is not added where a wider rule of ours was", async () => {
    await take({ hours: 8 });
    await on.given([on.lease(1, { address: address(WIDE), durationMs: HOUR_MS })]);
    await on.round();
    at.azure.externalWrite(on.registry, [FOREIGN, WIDE]);
    on.pass(HOUR_MS);
    await on.round();
    on.pass(1);
    await on.given([]);
    await on.round();
    assert.deepEqual([await on.status(2), on.rules()], ["ended lost", [FOREIGN]]);
  });
});
