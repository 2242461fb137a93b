import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { onStore, type OpenStore } from "./opened-store.ts";
import { approved, change, ended, opening, pending, registryId, untilDone } from "./samples.ts";

const HOUR_MS = 3_600_000;

/** What is counted, and the first few of many. */
export function tallyContract(open: OpenStore): void {
  const [warehouse, archive, empty] = ["warehouse", "archive", "empty"].map(registryId);
  assert.ok(warehouse && archive && empty);

  describe("what there is", () => {
    it("is counted by registry, in the order asked, until it is over", () =>
      onStore(open, async (store) => {
        const leases = [1, 2, 3].map((n) => opening(n));
        const requests = [pending(2), pending(1), pending(3, { registry: archive })];
        await store.commit(
          change({
            put: [
              ...leases.map((value) => ({ kind: "lease", value }) as const),
              ...requests.map((value) => ({ kind: "request", value }) as const),
            ],
          }),
          untilDone,
        );
        const counted = async (): Promise<unknown> =>
          (await store.tally([archive, empty, warehouse], untilDone)).value.registries;
        const none = { registry: empty, leases: 0, pending: 0, oldestPendingAt: undefined };
        const there = { registry: archive, leases: 0, pending: 1 };
        assert.deepEqual(await counted(), [
          { ...there, oldestPendingAt: pending(3).askedAt },
          none,
          { registry: warehouse, leases: 3, pending: 2, oldestPendingAt: pending(1).askedAt },
        ]);

        const over = [
          { kind: "lease", value: { ...ended(opening(2)), version: 2 } },
          { kind: "request", value: approved(pending(1)) },
        ] as const;
        await store.commit(change({ put: over }), untilDone);
        assert.deepEqual(await counted(), [
          { ...there, oldestPendingAt: pending(3).askedAt },
          none,
          { registry: warehouse, leases: 2, pending: 1, oldestPendingAt: pending(2).askedAt },
        ]);
      }));

    it("is counted in the wake lists: a key that is held is not due", () =>
      onStore(open, async (store) => {
        const lists = async () => (await store.tally([], untilDone)).value.wakeLists;
        const nothing = { keys: 0, due: 0, earliestAt: undefined };
        assert.deepEqual(await lists(), { registry: nothing, conversation: nothing });

        const { now } = await store.tally([], untilDone);
        const later = new Date(now.getTime() + HOUR_MS);
        const wake = [
          { list: "registry", key: warehouse, at: now },
          { list: "registry", key: archive, at: later },
          { list: "conversation", key: pending(1).id, at: later },
        ] as const;
        await store.commit(change({ wake }), untilDone);
        const woken = await lists();
        assert.equal(woken.registry.keys, 2);
        assert.equal(woken.registry.due, 1);
        assert.ok(woken.registry.earliestAt !== undefined && woken.registry.earliestAt < later);
        assert.deepEqual(woken.conversation, { keys: 1, due: 0, earliestAt: later });

        assert.equal((await store.claimRegistry(HOUR_MS / 2, untilDone)).kind, "claimed");
        const { registry } = await lists();
        assert.deepEqual([registry.keys, registry.due], [2, 0]);
      }));

    it("is read as far as one wants: the first leases to end, the requests that waited longest", () =>
      onStore(open, async (store) => {
        const leases = [3, 1, 2].map((n) => opening(n));
        const requests = [pending(3), pending(1), pending(2)];
        for (const [i, value] of leases.entries()) {
          const request = requests[i];
          assert.ok(request);
          const put = [
            { kind: "lease", value },
            { kind: "request", value: request },
          ] as const;
          await store.commit(change({ put }), untilDone);
        }
        const first = await store.firstLeasesFor(warehouse, 2, untilDone);
        assert.deepEqual(first.value, [opening(1), opening(2)]);
        const longest = await store.firstPendingFor(warehouse, 2, untilDone);
        assert.deepEqual(longest.value, [pending(1), pending(2)]);
        assert.deepEqual((await store.firstLeasesFor(warehouse, 9, untilDone)).value.length, 3);
        assert.deepEqual((await store.firstLeasesFor(empty, 9, untilDone)).value, []);
        assert.equal((await store.leasesFor(warehouse, untilDone)).value.length, 3);
      }));
  });
}
