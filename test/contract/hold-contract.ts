import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../eventually.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import { approved, change, pending, requestId, untilDone } from "./samples.ts";
import {
  claimed,
  HOLD_MS,
  idle,
  inAnHour,
  passed,
  releaseOf,
  SHORT_HOLD_MS,
  takenOver,
  wake,
  warehouse,
} from "./wake-steps.ts";

/** Holds: what a holder is promised, what a wake does meanwhile, and what a stale holder may do. */
export function holdContract(open: OpenStore): void {
  describe("holds", () => {
    it("keeps a held key from others until the hold runs out, woken or not", () =>
      onStore(open, async (store) => {
        await wake(store, warehouse);
        const { now } = await claimed(store);
        await wake(store, warehouse);
        const end = new Date(now.getTime() + HOLD_MS);
        assert.deepEqual((await idle(store)).nextAt, end);
      }));

    it("looks at a released key again when its holder said", () =>
      onStore(open, async (store) => {
        await wake(store, warehouse);
        const { hold } = await claimed(store);
        const at = inAnHour();
        await store.commit(change({ under: hold, release: { hold, nextLookAt: at } }), untilDone);
        assert.deepEqual((await idle(store)).nextAt, at);
        await wake(store, warehouse);
        assert.equal((await claimed(store)).registry, warehouse);
      }));

    it("forgets a key whose holder has nothing left to look at", () =>
      onStore(open, async (store) => {
        await wake(store, warehouse);
        const { hold } = await claimed(store);
        await store.commit(change({ release: { hold, nextLookAt: undefined } }), untilDone);
        assert.equal((await idle(store)).nextAt, undefined);
      }));

    for (const [saying, nextLookAt] of [
      ["in an hour", inAnHour],
      ["never", () => undefined],
    ] as const) {
      it(`never loses a wake that came while the key was held, released to be looked at ${saying}`, () =>
        onStore(open, async (store) => {
          await wake(store, warehouse);
          const { hold } = await claimed(store);
          await wake(store, warehouse, inAnHour());
          const release = { hold, nextLookAt: nextLookAt() };
          await store.commit(change({ release }), untilDone);
          const again = await claimed(store);
          assert.ok(again.hold.fence > hold.fence);

          const second = { hold: again.hold, nextLookAt: undefined };
          await store.commit(change({ release: second }), untilDone);
          assert.equal((await idle(store)).nextAt, undefined);
        }));
    }

    it("counts a holder's own wake, in the write that releases or before", () =>
      onStore(open, async (store) => {
        const key = { list: "registry", key: warehouse, at: inAnHour() } as const;
        await wake(store, warehouse);
        const first = await claimed(store);
        await store.commit(change({ under: first.hold, wake: [key] }), untilDone);
        const release = { hold: first.hold, nextLookAt: undefined };
        await store.commit(change({ release }), untilDone);
        const second = await claimed(store);
        const both = { release: { hold: second.hold, nextLookAt: undefined }, wake: [key] };
        await store.commit(change(both), untilDone);
        assert.equal((await claimed(store)).registry, warehouse);
      }));

    it("gives a dead holder's key to the next one, with a higher fence", () =>
      onStore(open, async (store, { reopen }) => {
        await wake(store, warehouse);
        const dead = await claimed(store, SHORT_HOLD_MS);
        const again = await reopen();
        const next = await eventually("the hold ran out", async () => {
          const claim = await again.claimRegistry(HOLD_MS, untilDone);
          return claim.kind === "claimed" ? claim : undefined;
        });
        assert.ok(next.now.getTime() >= dead.now.getTime() + SHORT_HOLD_MS);
        assert.ok(next.hold.fence > dead.hold.fence);
      }));

    it("raises the fence with each claim, however fast", () =>
      onStore(open, async (store) => {
        await wake(store, warehouse);
        let last = 0;
        for (let round = 0; round < 50; round++) {
          const { hold } = await claimed(store);
          assert.ok(hold.fence > last);
          last = hold.fence;
          const release = { hold, nextLookAt: undefined };
          const again = { list: "registry", key: warehouse, at: new Date(0) } as const;
          await store.commit(change({ release, wake: [again] }), untilDone);
        }
      }));

    for (const role of ["under", "release"] as const) {
      it(`writes nothing under a stale fence and has the key looked at again (${role})`, () =>
        onStore(open, async (store) => {
          const { stale, holder } = await takenOver(store);
          const use = role === "under" ? { under: stale } : { release: releaseOf(stale) };
          const put = [{ kind: "request", value: approved(pending(1)) }] as const;
          const event = {
            kind: "request.lapsed",
            request: requestId(1),
            registry: warehouse,
          } as const;
          const wrong = change({ ...use, put, audit: [event] });
          // The version is wrong too: of the two answers the fence comes first.
          assert.equal((await store.commit(wrong, untilDone)).kind, "fenced");
          assert.equal((await store.request(requestId(1), untilDone)).value, undefined);
          assert.deepEqual((await store.audit(1, 10, untilDone)).value, []);
          const late = { ...wrong, notAfter: new Date(1000) };
          assert.equal((await store.commit(late, untilDone)).kind, "late");

          const release = { hold: holder, nextLookAt: inAnHour() };
          assert.equal((await store.commit(change({ release }), untilDone)).kind, "committed");
          assert.equal((await claimed(store)).registry, warehouse);
        }));
    }

    it("writes nothing under a hold that ran out, though nobody took the key since", () =>
      onStore(open, async (store) => {
        await wake(store, warehouse);
        const { hold } = await claimed(store, SHORT_HOLD_MS);
        await passed(store, SHORT_HOLD_MS);
        const put = [{ kind: "request", value: pending(1) }] as const;
        const outcome = await store.commit(change({ under: hold, put }), untilDone);
        assert.equal(outcome.kind, "fenced");
        assert.equal((await store.request(requestId(1), untilDone)).value, undefined);
        assert.equal((await claimed(store)).registry, warehouse);
      }));

    it("writes nothing under a hold that was released, and wakes its key", () =>
      onStore(open, async (store) => {
        await wake(store, warehouse);
        const { hold } = await claimed(store);
        await store.commit(change({ release: releaseOf(hold) }), untilDone);
        const again = change({ release: { hold, nextLookAt: inAnHour() } });
        assert.equal((await store.commit(again, untilDone)).kind, "fenced");
        assert.equal((await claimed(store)).registry, warehouse);
      }));
  });
}
