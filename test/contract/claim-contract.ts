import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Put, Unreadable } from "../../src/application/store.ts";
import { eventually } from "../eventually.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import {
  change,
  conversationRecord,
  ended,
  freezeRecord,
  opening,
  pending,
  personId,
  registryId,
  registryRecord,
  requestId,
  untilDone,
} from "./samples.ts";
import { claimed, HOLD_MS, idle, inAnHour, passed, wake, warehouse } from "./wake-steps.ts";

const archive = registryId("archive");
const named = ({ unreadable }: { readonly unreadable: readonly Unreadable[] }): readonly string[] =>
  unreadable.map(({ kind, id }) => `${kind} ${id}`);

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
          asStored: claim.asStored,
          leases: [opening(1), opening(2)],
          record: registryRecord("warehouse"),
          unreadable: [],
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

    it("hands out what can be read of a registry, names what can't, and leaves that as it was", () =>
      onStore(open, async (store, { texts }) => {
        const put = [
          ...[1, 2, 3].map((n) => ({ kind: "lease", value: opening(n) }) as const),
          { kind: "registry", value: registryRecord("warehouse") } as const,
        ];
        await store.commit(change({ put }), untilDone);
        await wake(store, warehouse);
        const newer = '{"v":2,"secret":"s3cret"}';
        await texts.write("lease", opening(2).id, newer);
        const claim = await claimed(store);
        assert.deepEqual(claim.leases, [opening(1), opening(3)]);
        assert.deepEqual(claim.record, registryRecord("warehouse"));
        assert.deepEqual(named(claim), [`lease ${opening(2).id}`]);
        assert.doesNotMatch(JSON.stringify(claim.unreadable), /s3cret/);
        const ofAda = await store.leasesOf(personId(1), untilDone);
        assert.deepEqual(ofAda.value, [opening(1), opening(3)]);
        assert.deepEqual(named(ofAda), named(claim));

        await texts.write("registry", warehouse, newer);
        const release = { hold: claim.hold, nextLookAt: claim.now };
        await store.commit(change({ under: claim.hold, release }), untilDone);
        const again = await claimed(store);
        assert.equal(again.record, undefined);
        assert.deepEqual(named(again), [`lease ${opening(2).id}`, `registry ${warehouse}`]);
        assert.equal(await texts.read("lease", opening(2).id), newer);
        assert.equal(await texts.read("registry", warehouse), newer);
      }));

    it("hands out the same digest as long as leases and freeze are stored the same, and no other", () =>
      onStore(open, async (store, { texts }) => {
        const put = async (...puts: readonly Put[]) =>
          store.commit(change({ put: puts }), untilDone);
        const stored = async (): Promise<string> => {
          await wake(store, warehouse);
          const { hold, now, asStored } = await claimed(store);
          await store.commit(change({ release: { hold, nextLookAt: now } }), untilDone);
          return asStored;
        };
        const empty = await stored();
        await put(...[1, 2].map((n) => ({ kind: "lease", value: opening(n) }) as const));
        const first = await stored();
        await put({ kind: "registry", value: registryRecord("warehouse") });
        await put({ kind: "lease", value: opening(3, { registry: archive }) });
        assert.equal(await stored(), first);

        const seen = [empty, first];
        await put({ kind: "lease", value: opening(4) });
        seen.push(await stored());
        await put({ kind: "lease", value: ended(opening(4)) });
        assert.equal(await stored(), first);
        const freeze = freezeRecord("warehouse");
        await put({ kind: "freeze", value: freeze });
        seen.push(await stored());
        await put({ kind: "freeze", value: { ...freeze, version: 2, freeze: undefined } });
        seen.push(await stored());
        const { id } = opening(2);
        const text = await texts.read("lease", id);
        await texts.write("lease", id, `${text} `);
        seen.push(await stored());
        await texts.write("lease", id, '{"v":2}');
        seen.push(await stored());
        assert.equal(new Set(seen).size, seen.length);
      }));

    it("hands out what can be read of a request, and names what can't", () =>
      onStore(open, async (store, { texts }) => {
        const { id } = pending(1);
        const put = [
          { kind: "request", value: pending(1) },
          { kind: "lease", value: opening(1) },
        ] as const;
        const key = { list: "conversation", key: id, at: new Date(0) } as const;
        await store.commit(change({ put, wake: [key] }), untilDone);
        await texts.write("request", id, '{"v":2}');
        assert.deepEqual(named(await store.pendingOf(personId(1), untilDone)), [`request ${id}`]);
        const claim = await store.claimConversation(HOLD_MS, untilDone);
        assert.ok(claim.kind === "claimed");
        assert.deepEqual([claim.request, claim.lease], [undefined, opening(1)]);
        assert.deepEqual(named(claim), [`request ${id}`]);
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
