import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { confirmAddress } from "../../src/application/proof/confirm-address.ts";
import { proveAddress } from "../../src/application/proof/prove-address.ts";
import { recordAddress } from "../../src/application/proof/record-address.ts";
import { createLinkSecrets } from "../../src/create-link-secrets.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK } from "../stores-on-set-clock.ts";
import { address, NOW, person, requestId } from "../unit/builders.ts";
import { personOn } from "./person-on-store.ts";

const soon = AbortSignal.timeout(120_000);
const MINUTE_MS = 60_000;
const robin = person(1);

for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
  describeUnless(missing, `an address proven by link until a time of day, on ${name}`, () => {
    it("lapses then, as a link and as a request, and opens for no longer", async (t) => {
      const at = await open();
      t.after(() => at.remove());
      const on = personOn(at);
      on.policy = { automaticRanges: [address("203.0.113.8/32")] };
      const until = new Date(NOW.getTime() + 5 * MINUTE_MS);
      const proven = async (n: number, from: string) => {
        const deps = { ...on.deps(n), secrets: createLinkSecrets() };
        const asked = { by: robin, durationMs: undefined, registryName: undefined, until };
        const said = { ...asked, reason: undefined, errorAddress: undefined };
        const begun = await proveAddress(deps, { ...said, messageId: randomUUID() }, soon);
        assert.ok(begun.kind === "proving");
        assert.deepEqual(begun.proof.lapsesAt, until);
        const link = { request: requestId(n), secret: begun.secret };
        assert.equal((await recordAddress(deps, link, address(from), soon)).kind, "recorded");
        on.pass(1 / 60);
        const click = { request: requestId(n), by: robin, shownVersion: 2 };
        const outcome = await confirmAddress(deps, click, soon);
        assert.ok(outcome.kind === "asked");
        return outcome.request;
      };
      const waits = await proven(1, "203.0.113.7");
      assert.deepEqual([waits.status, waits.lapsesAt], ["pending", until]);
      assert.equal((await proven(2, "203.0.113.8")).status, "approved");
      const lease = await on.lease(2);
      assert.deepEqual([lease?.endsBy, lease?.durationMs], [until, 3 * MINUTE_MS]);
      on.pass(3 / 60);
      assert.equal(await on.decides(1), "already-decided");
    });
  });
}
