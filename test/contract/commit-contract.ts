import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StoreUnavailable, type CommitOutcome } from "../../src/application/store.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import { approved, change, opening, pending, registryId, requestId, untilDone } from "./samples.ts";

const LONG_AGO = new Date(1000);
const lapsed = (n: number) =>
  ({ kind: "request.lapsed", request: requestId(n), registry: registryId("warehouse") }) as const;

/** What a commit does, and what it leaves alone. */
export function commitContract(open: OpenStore): void {
  describe("commit", () => {
    it("answers repeated to the same operation and writes nothing twice", () =>
      onStore(open, async (store) => {
        const first = change({ put: [{ kind: "request", value: pending(1) }], audit: [lapsed(1)] });
        assert.equal((await store.commit(first, untilDone)).kind, "committed");
        assert.equal((await store.commit(first, untilDone)).kind, "repeated");
        const other = { ...first, put: [{ kind: "request", value: pending(2) }] } as const;
        assert.equal((await store.commit(other, untilDone)).kind, "repeated");

        assert.equal((await store.request(requestId(2), untilDone)).value, undefined);
        assert.equal((await store.audit(1, 10, untilDone)).value.length, 1);
      }));

    it("lets one of two writers win", () =>
      onStore(open, async (store) => {
        const request = pending(1);
        await store.commit(change({ put: [{ kind: "request", value: request }] }), untilDone);
        const writers = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((reason, n) =>
          store.commit(
            change({
              put: [{ kind: "request", value: { ...approved(request), reason } }],
              audit: [lapsed(n)],
            }),
            untilDone,
          ),
        );
        const kinds = (await Promise.all(writers)).map(({ kind }) => kind);

        assert.deepEqual(kinds.toSorted(), ["committed", "conflict", "conflict"]);
        const winner = kinds.indexOf("committed");
        const { value } = await store.request(request.id, untilDone);
        assert.equal(value?.reason, `10.0.0.${winner + 1}`);
        const entries = (await store.audit(1, 10, untilDone)).value;
        assert.deepEqual(
          entries.map(({ event }) => event),
          [lapsed(winner)],
        );
      }));

    it("writes all of a change or nothing", () =>
      onStore(open, async (store) => {
        const skipped = { ...opening(2), version: 2 };
        const refused = change({
          put: [
            { kind: "request", value: pending(1) },
            { kind: "lease", value: skipped },
          ],
          audit: [lapsed(1)],
          wake: [{ list: "registry", key: registryId("warehouse"), at: LONG_AGO }],
        });
        assert.equal((await store.commit(refused, untilDone)).kind, "conflict");

        assert.equal((await store.request(requestId(1), untilDone)).value, undefined);
        assert.deepEqual((await store.audit(1, 10, untilDone)).value, []);
        const idle = await store.claimRegistry(1000, untilDone);
        assert.deepEqual(idle, { kind: "idle", now: idle.now, nextAt: undefined });
      }));

    it("a late write changes nothing", () =>
      onStore(open, async (store) => {
        const late = change({ put: [{ kind: "request", value: pending(1) }], notAfter: LONG_AGO });
        assert.equal((await store.commit(late, untilDone)).kind, "late");
        assert.equal((await store.request(requestId(1), untilDone)).value, undefined);
      }));

    it("uses an operation up only when it was committed", () =>
      onStore(open, async (store) => {
        const put = [{ kind: "request", value: pending(1) }] as const;
        const intention = change({ put });
        const tooEarly = [{ kind: "request", value: approved(pending(1)) }] as const;
        const kinds: CommitOutcome["kind"][] = [];
        for (const attempt of [
          { ...intention, notAfter: LONG_AGO },
          { ...intention, put: tooEarly },
          intention,
          { ...intention, notAfter: LONG_AGO },
        ]) {
          kinds.push((await store.commit(attempt, untilDone)).kind);
        }
        assert.deepEqual(kinds, ["late", "conflict", "committed", "repeated"]);
      }));

    it("tells the time of the store", () =>
      onStore(open, async (store) => {
        const before = Date.now();
        const { now } = await store.commit(change({}), untilDone);
        const read = await store.request(requestId(1), untilDone);
        assert.ok(before <= now.getTime() && now <= read.now && read.now.getTime() <= Date.now());
      }));

    it("does nothing for a caller that has given up", () =>
      onStore(open, async (store) => {
        const given = AbortSignal.abort(new Error("stopping"));
        const written = change({ put: [{ kind: "request", value: pending(1) }] });
        await assert.rejects(store.commit(written, given), /stopping/);
        await assert.rejects(store.claimRegistry(1000, given), /stopping/);
        assert.equal((await store.request(requestId(1), untilDone)).value, undefined);
      }));

    it("is unavailable once it is closed, however often", () =>
      onStore(open, async (store) => {
        await store.close();
        await store.close();
        await assert.rejects(store.commit(change({}), untilDone), StoreUnavailable);
        await assert.rejects(store.claimConversation(1000, untilDone), StoreUnavailable);
        await assert.rejects(
          store.pendingFor(registryId("warehouse"), untilDone),
          StoreUnavailable,
        );
      }));
  });
}
