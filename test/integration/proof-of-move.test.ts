import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, it } from "node:test";
import { confirmAddress } from "../../src/application/proof/confirm-address.ts";
import { proveMove } from "../../src/application/proof/prove-move.ts";
import { recordAddress } from "../../src/application/proof/record-address.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import { registryRecord } from "../contract/samples.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK } from "../stores-on-set-clock.ts";
import { address, person, REGISTRY, registryPolicy, requestId } from "../unit/builders.ts";
import { personOn, type PersonOn } from "./person-on-store.ts";

const soon = AbortSignal.timeout(120_000);
const secrets = createLinkSecrets();
const robin = person(1);

for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
  describeUnless(missing, `another address that was proven by link, on ${name}`, () => {
    let on: PersonOn;
    let remove: () => Promise<void>;

    beforeEach(async () => {
      const store = await open();
      ({ remove } = store);
      on = personOn(store);
      // All of a day's hours are in the lease.
      on.policy = { limits: { ...registryPolicy().limits, hoursPerPersonPerDay: 4 } };
      await on.asks(1);
      await on.decides(1);
      await on.seen(1);
    });
    afterEach(() => remove());

    /** Asks as number 2 and uses the link; answers with what the click on its card comes to. */
    async function proven(): Promise<() => Promise<string>> {
      const deps = { ...on.deps(2), secrets };
      const wish = { by: robin, target: undefined, reason: undefined, messageId: randomUUID() };
      const begun = await proveMove(deps, wish, soon);
      assert.ok(begun.kind === "proving", begun.kind);
      const link = { request: begun.proof.id, secret: begun.secret };
      const used = await recordAddress(deps, link, address("203.0.113.9"), soon);
      assert.ok(used.kind === "recorded", used.kind);
      const click = { request: requestId(2), by: robin, shownVersion: used.proof.version };
      return async () => {
        const outcome = await confirmAddress(deps, click, soon);
        return outcome.kind === "asked" ? outcome.request.status : outcome.kind;
      };
    }

    it("needs no hours of its own: it takes the place of what was given", async () => {
      assert.equal(await (await proven())(), "pending");
    });

    it("closes nothing on a registry where the worker would refuse the new one", async () => {
      on.policy = { ...on.policy, move: "automatic", anonymousPull: "refuse" };
      const confirm = await proven();
      const record = { ...registryRecord("acrdemomagic"), id: REGISTRY };
      await on.put({ kind: "registry", value: record });
      assert.equal(await confirm(), "anonymous-pull");
      assert.equal((await on.lease(1))?.status, "open");
      await on.put({ kind: "registry", value: { ...record, version: 2, findings: [] } });
      assert.equal(await confirm(), "approved");
      assert.equal((await on.lease(1))?.status, "closing");
    });
  });
}
