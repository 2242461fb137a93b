import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { closing } from "../../src/domain/lease.ts";
import { address, durationOf, person, requestId } from "../unit/builders.ts";
import { quietFixture, type QuietFixture } from "./quiet-fixture.ts";
import {
  azureForSuite,
  FOREIGN,
  type RegistryFixture,
  type RoundChoices,
} from "./registry-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OURS = "203.0.113.7";
const lease1 = leaseIdOf(requestId(1));

describe("a look at a registry that is as the last quiet look found it", () => {
  const at = azureForSuite();
  let quiet: QuietFixture;
  let on: RegistryFixture;

  beforeEach(async () => {
    quiet = await quietFixture(at);
    ({ on } = quiet);
  });
  afterEach(async () => {
    await quiet.close();
  });

  it("writes the time of the observation and nothing else, and comes again in five minutes", async () => {
    await quiet.givenQuiet();
    const [before, lease, patches] = [
      await quiet.record(),
      await quiet.texts.read("lease", lease1),
      on.patches(),
    ];
    on.pass(5 * MINUTE_MS);
    await on.given([]);
    const nextMs = await on.round();
    assert.ok(nextMs > 4.5 * MINUTE_MS && nextMs <= 5.7 * MINUTE_MS, String(nextMs));
    const observed = before.observed && { ...before.observed, at: on.now() };
    assert.deepEqual(await quiet.record(), { ...before, version: before.version + 1, observed });
    assert.deepEqual([await quiet.texts.read("lease", lease1), on.patches()], [lease, patches]);
  });

  it("comes again when the first lease ends", async () => {
    await quiet.givenQuiet({}, [on.lease(1, { durationMs: 17 * MINUTE_MS })]);
    const { endsAt } = await quiet.openLease();
    on.pass(endsAt.getTime() - on.now().getTime() - MINUTE_MS);
    await on.given([]);
    assert.equal(await on.round(), MINUTE_MS);
    on.pass(MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("is a full one once an end has come, though nothing else has changed", async () => {
    await quiet.givenQuiet({}, [on.lease(1, { durationMs: 40 * MINUTE_MS })]);
    on.pass(HOUR_MS);
    assert.equal(await quiet.lookNow(), "full");
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("is a full one when a lease was planted", async () => {
    await quiet.givenQuiet();
    await on.given([on.lease(2, { address: address("203.0.113.8") })]);
    assert.equal(await quiet.look(), "full");
    assert.equal(await on.status(2), "open");
  });

  it("is a full one when a lease was changed", async () => {
    await quiet.givenQuiet();
    const over = closing(await quiet.openLease(), { kind: "given-back", by: person(1) }, on.now());
    await quiet.put({ kind: "lease", value: over });
    assert.equal(await quiet.look(), "full");
    assert.deepEqual([await on.status(1), on.rules()], ["ended given-back", [FOREIGN]]);
  });

  it("is a full one when a lease is gone from the store", async () => {
    await quiet.givenQuiet();
    await quiet.texts.write("lease", lease1, "{}");
    assert.equal(await quiet.look(), "full");
    assert.deepEqual(await quiet.findings(), ["leases-unreadable"]);
  });

  it("is a full one when the registry's record was changed", async () => {
    await quiet.givenQuiet();
    const before = await quiet.record();
    await quiet.put({
      kind: "registry",
      value: { ...before, version: before.version + 1, owned: [address(OURS), address(FOREIGN)] },
    });
    assert.equal(await quiet.look(), "full");
  });

  it("is a full one when somebody removed the rule, or added one", async () => {
    await quiet.givenQuiet();
    quiet.byOthers({ kind: "add", rule: "192.0.2.11" });
    assert.deepEqual(await quiet.looks(3), ["full", "full", "quiet"]);
    assert.ok((await quiet.record()).observed?.rules.includes("192.0.2.11"));
    quiet.byOthers({ kind: "remove", rule: OURS });
    assert.equal(await quiet.look(), "full");
    assert.equal(await on.status(1), "ended lost");
  });

  it("is a full one when somebody wrote without changing anything", async () => {
    await quiet.givenQuiet();
    quiet.byOthers({ kind: "touch" });
    assert.equal(await quiet.look(), "full");
  });

  it("is a full one when a tag was changed, so that the ledger is put right", async () => {
    const choices = { ledger: at.ledger };
    await quiet.givenQuiet(choices);
    const tags = (): number => Object.keys(at.azure.state(on.registry)?.tags ?? {}).length;
    assert.equal(tags(), 1);
    quiet.byOthers({ kind: "wipe-tags" });
    assert.equal(await quiet.look(choices), "full");
    assert.equal(tags(), 1);
  });

  it("is a full one when the registry is set otherwise", async () => {
    await quiet.givenQuiet();
    at.azure.configure(on.registry, { properties: { adminUserEnabled: true } });
    assert.equal(await quiet.look(), "full");
    assert.deepEqual(await quiet.findings(), ["admin-user-on"]);
  });

  it("is a full one under another policy, also one that reads the same", async () => {
    const policy = {};
    await quiet.givenQuiet({ policy });
    assert.equal(await quiet.look({ policy: { ...policy } }), "full");
    await quiet.givenQuiet({ policy }, []);
    const shorter = { duration: durationOf(HOUR_MS, HOUR_MS) };
    const { endsAt, approvedAt } = await quiet.openLease();
    assert.equal(await quiet.look({ policy: shorter }), "full");
    const cut = await quiet.openLease();
    assert.ok(cut.endsAt < endsAt);
    assert.equal(cut.endsAt.getTime(), approvedAt.getTime() + 15 * MINUTE_MS + HOUR_MS);
  });

  it("is a full one when the registry was frozen, and when it is not any more", async () => {
    await quiet.givenQuiet();
    const id = on.registry;
    const freeze = { by: person(2), at: on.now(), why: undefined };
    await quiet.put({ kind: "freeze", value: { id, version: 1, freeze } });
    assert.deepEqual(await quiet.looks(2), ["full", "quiet"]);
    quiet.byOthers({ kind: "remove", rule: OURS });
    assert.equal(await quiet.look(), "full");
    assert.equal(await on.status(1), "ended lost");
    await quiet.put({ kind: "freeze", value: { id, version: 2, freeze: undefined } });
    assert.equal(await quiet.look(), "full");
  });

  it("is a full one when clocks differ, and as long as they do", async () => {
    await quiet.givenQuiet();
    const azureAheadMs = 2 * MINUTE_MS;
    assert.deepEqual(await quiet.looks(3, { azureAheadMs }), ["full", "full", "full"]);
    assert.deepEqual(await quiet.findings(), ["clocks-differ"]);
    assert.equal(await quiet.look(), "full");
    assert.deepEqual(await quiet.findings(), []);
  });

  it("is a full one after a failure, and reads once in any case", async () => {
    await quiet.givenQuiet();
    let reads = 0;
    const through: RoundChoices["through"] = {
      ...at.rules,
      read(registry, signal) {
        reads += 1;
        return reads === 1
          ? Promise.resolve({ kind: "not-found", code: "ResourceNotFound" })
          : at.rules.read(registry, signal);
      },
    };
    assert.equal(await quiet.look({ through }), "full");
    assert.deepEqual([reads, await quiet.findings()], [1, ["registry-not-found"]]);
    assert.equal(await quiet.look({ through }), "full");
    assert.deepEqual([reads, await quiet.findings()], [2, []]);
    quiet.byOthers({ kind: "touch" });
    await quiet.look({ through });
    assert.equal(reads, 3);
  });

  it("is a full one when its record was put back to one that an earlier look had mended", async () => {
    await quiet.givenQuiet();
    const before = await quiet.record();
    at.azure.configure(on.registry, { properties: { adminUserEnabled: true } });
    await quiet.look();
    const { version } = await quiet.record();
    await quiet.put({ kind: "registry", value: { ...before, version: version + 1 } });
    assert.equal(await quiet.look(), "full");
    assert.deepEqual(await quiet.findings(), ["admin-user-on"]);
  });

  it("is a full one when a lease was put back to one that an earlier look had cut", async () => {
    await quiet.givenQuiet();
    const honest = await quiet.openLease();
    const lying = { ...honest, version: honest.version + 1, endsAt: quiet.inHours(9) };
    await quiet.put({ kind: "lease", value: lying });
    const text = await quiet.texts.read("lease", lease1);
    for (let n = 0; n < 2; n += 1) {
      assert.equal(await quiet.look(), "full");
      assert.deepEqual((await quiet.openLease()).endsAt, honest.endsAt);
      await quiet.texts.write("lease", lease1, text, lying.version);
    }
  });
});
