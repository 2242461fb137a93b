import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { ask } from "../../src/application/requests/ask.ts";
import { address, pending, person, requestId } from "../unit/builders.ts";
import { peopleAt } from "./people.ts";
import { azureForSuite, registryFixture, type RegistryFixture } from "./registry-fixture.ts";

const HOUR_MS = 3_600_000;
const soon = AbortSignal.timeout(120_000);
const theirs = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `192.0.2.${String(n)}`);

describe("a registry with few slots left", () => {
  const at = azureForSuite();

  async function onRegistry(
    rules: number,
    test: (on: RegistryFixture) => Promise<void>,
  ): Promise<void> {
    const on = await registryFixture(at.azure, at.rules, { rules: theirs(rules) });
    try {
      await test(on);
    } finally {
      await on.store.close();
    }
  }

  const asking = async (on: RegistryFixture, text: string): Promise<string> => {
    const deps = peopleAt(on).deps({}, 9);
    const question = { by: person(1), durationMs: HOUR_MS, registryName: undefined };
    const asked = { ...question, address: address(text), reason: undefined, messageId: "9" };
    return (await ask(deps, asked, soon)).kind;
  };

  it("gives them in the order of the approvals, and says full to the others", () =>
    onRegistry(198, async (on) => {
      const second = on.lease(1, { address: address("203.0.113.1") });
      on.pass(-1_000);
      const first = on.lease(2, { address: address("203.0.113.2") });
      on.pass(2_000);
      const third = on.lease(3, { address: address("203.0.113.3") });
      const inside = on.lease(4, { address: address("192.0.2.7") });
      await on.given([third, inside, second, first]);
      await on.round();
      const all = await Promise.all([2, 1, 3, 4].map((n) => on.status(n)));
      assert.deepEqual(all, ["open", "open", "ended full", "open"], "a borrowed one needs none");
      assert.deepEqual([on.patches(), on.rules().length], [1, 200]);
    }));

  it("gives the slot of what ends to what is asked for, in one PATCH", () =>
    onRegistry(199, async (on) => {
      await on.given([on.lease(1, { durationMs: HOUR_MS })]);
      await on.round();
      assert.equal(await asking(on, "203.0.113.9"), "full");
      on.pass(HOUR_MS);
      await on.given([on.lease(2, { address: address("203.0.113.9") })]);
      await on.round();
      assert.deepEqual([await on.status(1), await on.status(2)], ["ended due", "open"]);
      assert.equal(on.patches(), 2);
    }));

  it("is full before anybody is asked, and for a click that comes too late", () =>
    onRegistry(199, async (on) => {
      await on.given([]);
      await on.round();
      const put = [{ kind: "request", value: pending({ registry: on.registry }) }] as const;
      await on.store.commit({ opId: randomUUID(), notAfter: on.now(), put }, soon);
      // What is approved and not there yet counts.
      await on.given([on.lease(4, { address: address("203.0.113.4") })]);
      const people = peopleAt(on);
      assert.equal(await people.approve(person(2), requestId(1)), "registry-full");
      assert.equal(await asking(on, "203.0.113.9"), "full");
      assert.equal(await asking(on, "192.0.2.3"), "asked", "a rule admits it already");
      await on.round();
      assert.equal(await on.status(4), "open");
    }));

  it("moves a lease although it is full: the old rule's slot is the new one's", () =>
    onRegistry(199, async (on) => {
      await on.given([on.lease(1)]);
      await on.round();
      const people = peopleAt(on);
      const move = { kind: "replace", address: address("203.0.113.9") } as const;
      assert.deepEqual(
        [await people.ask(move), await people.approve(person(2))],
        ["asked", "decided"],
      );
      on.pass(1_000);
      await on.round();
      assert.deepEqual([await on.status(1), await on.status(2)], ["ended replaced", "open"]);
    }));
});
