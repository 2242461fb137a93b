import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UnreadableRecord } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import {
  change,
  conversationRecord,
  ended,
  freezeRecord,
  opening,
  pending,
  registryId,
  registryRecord,
  requestId,
  untilDone,
} from "./samples.ts";
import {
  claimed,
  HOLD_MS,
  idle,
  inAnHour,
  passed,
  SHORT_HOLD_MS,
  wake,
  warehouse,
} from "./wake-steps.ts";

const archive = registryId("archive");

/** The wake lists: what is due, what a claim hands out, and who hears of it. */
export function claimContract(open: OpenStore): void {
  describe("wake lists", () => {
    it("hands out a registry with its snapshot", () =>
      onStore(open, async (store) => {
        const elsewhere = opening(3, { registry: archive });
        const put = [opening(2), opening(1), elsewhere, opening(4)].map(
          (value) => ({ kind: "lease", value }) as const,
        );
        const registry = { kind: "registry", value: registryRecord("warehouse") } as const;
        const freeze = { kind: "freeze", value: freezeRecord("warehouse") } as const;
        await store.commit(change({ put: [...put, registry, freeze] }), untilDone);
        const over = { kind: "lease", value: ended(opening(4)) } as const;
        await store.commit(change({ put: [over] }), untilDone);
        await wake(store, warehouse);
        const claim = await claimed(store);

        const { fence } = claim.hold;
        assert.ok(Number.isSafeInteger(fence) && fence >= claim.now.getTime());
        assert.deepEqual(claim, {
          kind: "claimed",
          now: claim.now,
          hold: { list: "registry", key: warehouse, fence, heldForMs: HOLD_MS },
          registry: warehouse,
          leases: [opening(1), opening(2)],
          record: registryRecord("warehouse"),
          freeze: freezeRecord("warehouse").freeze,
        });
      }));

    it("hands out a request with its lease and its cards, or without what is not there", () =>
      onStore(open, async (store) => {
        const [id, unknown] = [requestId(1), requestId(2)];
        await store.commit(
          change({
            put: [
              { kind: "request", value: pending(1) },
              { kind: "lease", value: opening(1) },
              { kind: "conversation", value: conversationRecord(1) },
            ],
            wake: [id, unknown].map((key) => ({ list: "conversation", key, at: new Date(0) })),
          }),
          untilDone,
        );
        const first = await store.claimConversation(HOLD_MS, untilDone);
        assert.ok(first.kind === "claimed");
        assert.deepEqual([first.id, first.hold.key, first.hold.list], [id, id, "conversation"]);
        assert.deepEqual(
          [first.request, first.lease, first.record],
          [pending(1), opening(1), conversationRecord(1)],
        );
        const second = await store.claimConversation(HOLD_MS, untilDone);
        assert.ok(second.kind === "claimed");
        assert.deepEqual(second.id, unknown);
        assert.deepEqual(
          [second.request, second.lease, second.record],
          [undefined, undefined, undefined],
        );
      }));

    it("is idle until the earliest time in the list", () =>
      onStore(open, async (store) => {
        assert.equal((await idle(store)).nextAt, undefined);
        const at = inAnHour();
        await wake(store, warehouse, new Date(at.getTime() + 1000));
        await wake(store, archive, at);
        assert.deepEqual((await idle(store)).nextAt, at);
        assert.equal((await store.claimConversation(HOLD_MS, untilDone)).kind, "idle");
      }));

    it("moves a wake towards now only, and hands out the most overdue key first", () =>
      onStore(open, async (store) => {
        const at = inAnHour();
        await wake(store, warehouse, at);
        await wake(store, warehouse, new Date(at.getTime() + 1000));
        assert.deepEqual((await idle(store)).nextAt, at);

        await wake(store, warehouse);
        await passed(store, 2);
        await wake(store, archive);
        await wake(store, warehouse);
        assert.equal((await claimed(store)).registry, warehouse);
        assert.equal((await claimed(store)).registry, archive);
      }));

    it("gives each key to one of many claimers", () =>
      onStore(open, async (store) => {
        const keys = ["north", "south", "store"].map(registryId);
        for (const key of keys) await wake(store, key);
        const claims = await Promise.all(
          Array.from({ length: 10 }, () => store.claimRegistry(HOLD_MS, untilDone)),
        );
        const got = claims.filter((claim) => claim.kind === "claimed");
        assert.deepEqual(got.map(({ registry }) => registry).toSorted(), keys.toSorted());
        assert.equal(new Set(got.map(({ hold }) => hold.fence)).size, 3);
      }));

    it("hands a key with an unreadable record out again when the hold has run out", () =>
      onStore(open, async (store, { tamper }) => {
        const put = [{ kind: "lease", value: opening(1) }] as const;
        await store.commit(change({ put }), untilDone);
        await wake(store, warehouse);
        await tamper("lease", opening(1).id, '{"v":2}');
        const claim = (): Promise<unknown> => store.claimRegistry(SHORT_HOLD_MS, untilDone);
        await assert.rejects(claim(), (error) => {
          assert.ok(error instanceof UnreadableRecord);
          assert.ok(error.message.includes(warehouse) && error.message.includes(opening(1).id));
          return true;
        });
        await wake(store, archive);
        assert.equal((await claimed(store)).registry, archive);
        await eventually("the key is handed out again", () =>
          claim().then(
            () => undefined,
            (error: unknown) => (error instanceof UnreadableRecord ? true : undefined),
          ),
        );
      }));

    it("tells those who listen to a list of its wakes, until they stop listening", () =>
      onStore(open, async (store) => {
        const heard = { registry: 0, conversation: 0 };
        const stop = store.onWake("registry", () => heard.registry++);
        store.onWake("conversation", () => heard.conversation++);
        await wake(store, warehouse);
        await eventually("the wake was heard", () => heard.registry || undefined);
        assert.deepEqual(heard, { registry: 1, conversation: 0 });

        stop();
        await wake(store, warehouse);
        const key = { list: "conversation", key: requestId(1), at: new Date(0) } as const;
        await store.commit(change({ wake: [key] }), untilDone);
        await eventually("the other was heard", () => heard.conversation || undefined);
        assert.deepEqual(heard, { registry: 1, conversation: 1 });
      }));
  });
}
