import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ask } from "../../src/application/requests/ask.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import { setFreeze } from "../../src/application/leases/freeze.ts";
import type { Person } from "../../src/domain/ids.ts";
import { address, pending, person, requestId } from "../unit/builders.ts";
import { peopleAt, type PeopleAt } from "./people.ts";
import {
  azureForSuite,
  FOREIGN,
  registryFixture,
  type RegistryFixture,
} from "./registry-fixture.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const soon = AbortSignal.timeout(120_000);
const [robin, alex, casey] = [person(1), person(2), person(4)];

describe("a frozen registry", () => {
  const at = azureForSuite();
  let on: RegistryFixture;
  let people: PeopleAt;

  beforeEach(async () => {
    on = await registryFixture(at.azure, at.rules);
    people = peopleAt(on);
  });
  afterEach(async () => {
    await on.store.close();
  });

  async function freeze(frozen = true, by: Person = alex): Promise<string> {
    const wish = { by, registryName: "acrdemomagic", frozen, why: undefined };
    return (await setFreeze(people.deps(), { ...wish, messageId: randomUUID() }, soon)).kind;
  }

  it("is frozen by an approver of it, and by nobody else, once", async () => {
    for (const who of [robin, casey]) assert.equal(await freeze(true, who), "not-an-approver");
    assert.deepEqual([await freeze(), await freeze()], ["frozen", "frozen"]);
    assert.equal(await freeze(false, casey), "not-an-approver");
    assert.deepEqual([await freeze(false), await freeze(false)], ["not-frozen", "not-frozen"]);
    const [on_, off] = [people.events("registry.frozen"), people.events("registry.unfrozen")];
    assert.deepEqual(await Promise.all([on_, off]), [1, 1]);
  });

  it("gets no addition, and loses every rule at its end", async () => {
    await on.given([on.lease(1, { durationMs: HOUR_MS })]);
    await on.round();
    await freeze();
    await on.given([on.lease(2, { address: address("203.0.113.8") })]);
    await on.round();
    assert.deepEqual([await on.status(1), await on.status(2)], ["open", "opening"]);
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.7"]);
    on.pass(15 * MINUTE_MS);
    await on.round();
    assert.equal(await on.status(2), "ended not-opened");
    on.pass(45 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), on.rules()], ["ended due", [FOREIGN]]);
  });

  it("opens what still waits once it is not frozen any more", async () => {
    await freeze();
    await on.given([on.lease(1)]);
    await on.round();
    assert.equal(on.patches(), 0);
    await freeze(false);
    await on.round();
    assert.equal(await on.status(1), "open");
  });

  it("keeps no rule longer because somebody else waits for it", async () => {
    await on.given([on.lease(1, { durationMs: 5 * MINUTE_MS })]);
    await on.round();
    await freeze();
    await on.given([on.lease(2)]);
    await on.round();
    assert.equal(await on.status(2), "opening", "it passes, and yet nothing was opened");
    on.pass(5 * MINUTE_MS);
    await on.round();
    assert.deepEqual([await on.status(1), await on.status(2)], ["ended due", "opening"]);
    assert.deepEqual(on.rules(), [FOREIGN]);
  });

  it("has nothing put back, nor anything put where a rule of somebody else was", async () => {
    const borrowing = on.lease(2, { address: address(FOREIGN) });
    await on.given([on.lease(1), borrowing]);
    await on.round();
    await freeze();
    at.azure.externalWrite(on.registry, []);
    const before = on.patches();
    await on.round();
    assert.deepEqual([await on.status(1), await on.status(2)], ["ended lost", "ended lost"]);
    assert.deepEqual([on.rules(), on.patches() - before], [[], 0]);
  });

  it("keeps what is open open when the wider rule around it goes", async () => {
    const wide = on.lease(1, { address: address("203.0.113.0/24"), durationMs: HOUR_MS });
    await on.given([wide, on.lease(2)]);
    await on.round();
    await freeze();
    on.pass(HOUR_MS);
    await on.round();
    assert.deepEqual(on.rules(), [FOREIGN, "203.0.113.7"]);
  });

  it("can't be asked for, approved, extended or moved on; a no still counts", async () => {
    await on.given([on.lease(1)]);
    await on.round();
    const waiting = pending({ id: requestId(7), registry: on.registry });
    const put = [{ kind: "request", value: waiting }] as const;
    await on.store.commit({ opId: "asked", notAfter: on.now(), put }, soon);
    await people.ask({ kind: "extend", durationMs: HOUR_MS });
    await freeze();
    const question = { by: robin, address: address("203.0.113.9"), durationMs: HOUR_MS };
    const rest = { registryName: undefined, reason: undefined, messageId: "9" };
    const asked = await ask(people.deps({}, 9), { ...question, ...rest }, soon);
    assert.ok(asked.kind === "frozen");
    assert.equal(asked.freeze.by.id, alex.id);
    const move = { kind: "replace", address: address("203.0.113.9") } as const;
    assert.equal(await people.ask(move, 3), "frozen");
    assert.equal(await people.ask({ kind: "extend", durationMs: HOUR_MS }, 3), "frozen");
    assert.equal(await people.approve(alex), "frozen");
    assert.equal(await people.approve(alex, waiting.id), "frozen");
    const no = { request: waiting.id, by: alex, verdict: "deny", shownVersion: 1 } as const;
    assert.equal((await decideRequest(people.deps(), no, soon)).kind, "decided");
  });
});
