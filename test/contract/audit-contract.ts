import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../eventually.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import { change, personRecord, registryId, requestId, untilDone } from "./samples.ts";

const lapsed = (n: number) =>
  ({ kind: "request.lapsed", request: requestId(n), registry: registryId("warehouse") }) as const;

/** The audit trail. */
export function auditContract(open: OpenStore): void {
  describe("audit", () => {
    it("numbers entries without a gap, in the order of the commits", () =>
      onStore(open, async (store) => {
        const conflicting = change({
          put: [{ kind: "person", value: { ...personRecord(1), version: 2 } }],
          audit: [lapsed(99)],
        });
        await Promise.all([
          ...Array.from({ length: 20 }, (_, n) =>
            store.commit(change({ audit: [lapsed(n), lapsed(n)] }), untilDone),
          ),
          store.commit(conflicting, untilDone),
        ]);
        const { value, now } = await store.audit(1, 100, untilDone);

        assert.deepEqual(
          value.map(({ number }) => number),
          Array.from({ length: 40 }, (_, n) => n + 1),
        );
        for (let i = 0; i < value.length; i += 2) {
          assert.deepEqual(value[i]?.event, value[i + 1]?.event);
        }
        const times = value.map(({ at }) => at.getTime());
        assert.deepEqual(times, times.toSorted());
        assert.ok(Math.max(...times) <= now.getTime());
      }));

    it("reads from a number on, at most so many", () =>
      onStore(open, async (store) => {
        const events = Array.from({ length: 12 }, (_, n) => lapsed(n + 1));
        await store.commit(change({ audit: events }), untilDone);
        const numbers = async (from: number, limit: number) =>
          (await store.audit(from, limit, untilDone)).value.map(({ number }) => number);

        assert.deepEqual(await numbers(0, 3), [1, 2, 3]);
        assert.deepEqual(await numbers(9, 3), [9, 10, 11]);
        assert.deepEqual(await numbers(12, 3), [12]);
        assert.deepEqual(await numbers(13, 3), []);
        assert.deepEqual(await numbers(1, 0), []);
        const [entry] = (await store.audit(10, 1, untilDone)).value;
        assert.deepEqual(entry?.event, lapsed(10));
      }));

    it("lets old entries go and never gives their numbers again", () =>
      onStore(
        open,
        async (store) => {
          await store.commit(change({ audit: [lapsed(1), lapsed(2)] }), untilDone);
          const [first] = await eventually("the first entries are gone", async () => {
            await store.commit(change({ audit: [lapsed(3)] }), untilDone);
            const { value } = await store.audit(1, 1000, untilDone);
            return (value[0]?.number ?? 0) > 2 ? value : undefined;
          });
          const { value } = await store.audit(1, 1000, untilDone);
          assert.deepEqual(
            value.map(({ number }) => number),
            value.map((_, n) => (first?.number ?? 0) + n),
          );
        },
        { auditKeptMs: 50 },
      ));
  });
}
