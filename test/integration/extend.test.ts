import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { giveBack } from "../../src/application/leases/end-lease.ts";
import { withStoreLog } from "../../src/adapters/log/store-log.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import type { Store } from "../../src/application/store.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { person, requestId } from "../unit/builders.ts";
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

describe("more time for a lease", () => {
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

  const ask = (hours: number, id = 2): Promise<string> =>
    people.ask({ kind: "extend", durationMs: hours * HOUR_MS }, id);
  const approve = (by = alex): Promise<string> => people.approve(by);
  const hoursLeft = async (): Promise<number> => {
    const { value } = await on.store.lease(leaseIdOf(requestId(1)), soon);
    assert.ok(value !== undefined && value.status !== "opening");
    return (value.endsAt.getTime() - on.now().getTime()) / HOUR_MS;
  };

  it("goes up to a time of day, and never past it, whatever was given meanwhile", async () => {
    const in6Hours = new Date(on.now().getTime() + 6 * HOUR_MS);
    assert.equal(await people.ask({ kind: "extend-until", until: in6Hours }), "asked");
    // Two that were asked at once are both there; each is decided without the other.
    const { value } = await on.store.request(requestId(2), soon);
    assert.ok(value?.status === "pending" && value.kind === "extend");
    const other = { ...value, id: requestId(3), until: undefined, durationMs: HOUR_MS };
    await on.store.commit(
      { opId: "asked-at-once", notAfter: on.now(), put: [{ kind: "request", value: other }] },
      soon,
    );
    assert.equal(await people.approve(alex, requestId(3)), "decided");
    assert.equal(await hoursLeft(), 5);
    assert.equal(await approve(), "decided");
    assert.equal(await hoursLeft(), 6);
    const then = { kind: "extend-until", until: in6Hours } as const;
    assert.equal(await people.ask(then, 4), "open-until-then");
    const tooLate = new Date(in6Hours.getTime() + 24 * HOUR_MS);
    assert.equal(await people.ask({ ...then, until: tooLate }, 4), "extension-too-long");
  });

  it("keeps the rule on the registry without a gap, and takes it away at the new end", async () => {
    const before = on.patches();
    on.pass(3 * HOUR_MS);
    assert.equal(await ask(2), "asked");
    assert.equal(await approve(), "decided");
    assert.equal(await on.round(), 5 * MINUTE_MS);
    // Past the old end: the worker looks, and has nothing to do.
    on.pass(1.5 * HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.patches() - before], ["open", 0]);
    on.pass(1.5 * HOUR_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.patches() - before], ["ended due", 1]);
    const history = at.azure
      .history()
      .filter(({ registry }) => registry.toLowerCase() === on.registry)
      .map(({ rules }) => rules);
    assert.deepEqual(history.slice(-2), [[FOREIGN, "203.0.113.7"], [FOREIGN]]);
  });

  it("is given once when two approvers click at once, and when a click comes again", async () => {
    await ask(2);
    const clicks = await Promise.all([alex, sam, alex].map((by) => approve(by)));
    assert.deepEqual(clicks.toSorted(), ["already-decided", "already-decided", "decided"]);
    assert.deepEqual([await hoursLeft(), await people.events("lease.extended")], [6, 1]);
  });

  it("is refused once the time is up, also while nobody has looked yet", async () => {
    on.pass(3.9 * HOUR_MS);
    await ask(2);
    on.pass(0.1 * HOUR_MS);
    assert.equal(await approve(), "already-decided", "it lapses with the lease");
    assert.equal(await ask(2, 3), "no-open-lease");
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("changes nothing when its write arrives at the end, though it was decided before", async () => {
    on.pass(4 * HOUR_MS - 1_000);
    await ask(2);
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const store = withStoreLog(on.store, quiet);
    const slow: Store = {
      ...store,
      commit: (change, signal) => {
        on.pass(1_000);
        return store.commit(change, signal);
      },
    };
    const click = { request: requestId(2), by: alex, verdict: "approve", shownVersion: 1 } as const;
    const outcome = await decideRequest({ ...people.deps(), store: slow }, click, soon);
    assert.equal(outcome.kind, "refused");
    assert.equal(await people.events("lease.extended"), 0);
  });

  it("wins or loses against the end as a whole: what the worker began to close stays closed", async () => {
    await ask(2);
    on.pass(4 * HOUR_MS - 1);
    // The worker claimed just before the end, and is still at work when it comes.
    const claim = await on.claim();
    assert.equal(await approve(), "decided");
    let elapsedMs = 0;
    const slow = watchedRules(at.rules, {
      step: () => {
        elapsedMs += 10;
        return Promise.resolve();
      },
      judge: () => assert.fail("the rule may not be taken away"),
    });
    await on.reconcile(claim, { through: slow, monotonicMs: () => elapsedMs });
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["open", [FOREIGN, "203.0.113.7"]]);
  });

  it("is refused beyond the policy, twice at once, and for what is not open", async () => {
    assert.equal(await ask(5), "too-long");
    assert.equal(await ask(2), "asked");
    assert.equal(await ask(2), "asked", "the same message");
    assert.equal(await ask(1, 3), "asked-already");
    await giveBack(people.deps(), { by: robin, target: undefined, messageId: "back" }, soon);
    assert.equal(await people.events("request.cancelled"), 1, "there is nothing left to decide");
    assert.equal(await approve(), "already-decided");
    assert.equal(await ask(2, 4), "no-open-lease");
    await on.round();
    await on.given([on.lease(5)]);
    assert.equal(await ask(2, 6), "not-seen-open");
  });

  it("is not honoured when no standing approvals cover it, and that is told", async () => {
    await ask(2);
    await approve();
    const { value: lease } = await on.store.lease(leaseIdOf(requestId(1)), soon);
    assert.ok(lease?.status === "open");
    const endsAt = new Date(on.now().getTime() + 90 * HOUR_MS);
    const value = { ...lease, version: lease.version + 1, endsAt };
    await on.given([value]);
    await on.round();
    assert.deepEqual(
      [await hoursLeft(), await people.events("lease.cut")],
      [6, 1],
      "what was approved",
    );
    const left = { policy: { approvers: new Set([sam.id]) } };
    await on.given([]);
    await on.round(left);
    assert.deepEqual(
      [await hoursLeft(), await people.events("lease.cut")],
      [4, 2],
      "the first approval",
    );
    on.pass(4 * HOUR_MS);
    await on.round(left);
    assert.equal(await on.status(1), "ended due");
  });
});
