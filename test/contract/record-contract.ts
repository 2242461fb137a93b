import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UnreadableRecord } from "../../src/application/store.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { unproven } from "../../src/domain/proof.ts";
import { eventually } from "../eventually.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import {
  approved,
  change,
  conversationRecord,
  freezeRecord,
  ended,
  opening,
  pending,
  personId,
  personRecord,
  proving,
  policyRecord,
  registryId,
  recentRecord,
  registryRecord,
  requestId,
  untilDone,
} from "./samples.ts";

/** What comes back of what was written. */
export function recordContract(open: OpenStore): void {
  describe("records", () => {
    it("keeps everything across a reopen, exactly", () =>
      onStore(open, async (store, { reopen }) => {
        const warehouse = registryId("warehouse");
        await store.commit(
          change({
            put: [
              { kind: "request", value: pending(1) },
              { kind: "lease", value: opening(1) },
              { kind: "person", value: personRecord(1) },
              { kind: "registry", value: registryRecord("warehouse") },
              { kind: "freeze", value: freezeRecord("warehouse") },
              { kind: "policy", value: policyRecord(1) },
              { kind: "recent", value: recentRecord(1) },
              { kind: "conversation", value: conversationRecord(1) },
            ],
            audit: [{ kind: "request.lapsed", request: requestId(1), registry: warehouse }],
            wake: [
              { list: "registry", key: warehouse, at: new Date(0) },
              { list: "conversation", key: requestId(1), at: new Date(0) },
            ],
          }),
          untilDone,
        );
        const again = await reopen();

        assert.deepEqual((await again.request(requestId(1), untilDone)).value, pending(1));
        const lease = (await again.lease(leaseIdOf(requestId(1)), untilDone)).value;
        assert.deepEqual(lease, opening(1));
        assert.deepEqual((await again.person(personId(1), untilDone)).value, personRecord(1));
        assert.deepEqual((await again.recent(personId(1), untilDone)).value, recentRecord(1));
        const registry = (await again.registry(warehouse, untilDone)).value;
        assert.deepEqual(registry, registryRecord("warehouse"));
        assert.equal((await again.audit(1, 10, untilDone)).value.length, 1);
        const claim = await again.claimConversation(60_000, untilDone);
        assert.ok(claim.kind === "claimed");
        assert.deepEqual(claim.record, conversationRecord(1));
        const cards = (await again.conversation(requestId(1), untilDone)).value;
        assert.deepEqual(cards, conversationRecord(1));
        const freeze = (await again.freeze(warehouse, untilDone)).value;
        assert.deepEqual(freeze, freezeRecord("warehouse"));
        const policy = (await again.policyOf("bot", untilDone)).value;
        assert.deepEqual(policy, policyRecord(1));
        const held = await again.claimRegistry(60_000, untilDone);
        assert.ok(held.kind === "claimed");
        assert.deepEqual(held.freeze, freezeRecord("warehouse").freeze);
      }));

    it("answers nothing for what was never written", () =>
      onStore(open, async (store) => {
        assert.equal((await store.person(personId(1), untilDone)).value, undefined);
        assert.equal((await store.recent(personId(1), untilDone)).value, undefined);
        assert.equal((await store.registry(registryId("warehouse"), untilDone)).value, undefined);
        assert.deepEqual((await store.pendingOf(personId(1), untilDone)).value, []);
      }));

    it("lists leases that are past their ends, the longest first, until they have ended", () =>
      onStore(open, async (store) => {
        const far = new Date(Date.now() + 3_600_000);
        const endsAt = (ms: number): Date => new Date(1_700_000_000_000 + ms);
        const elsewhere = registryId("archive");
        const late = [
          opening(3, { openBy: endsAt(2) }),
          opening(1, { openBy: endsAt(1), registry: elsewhere }),
          opening(4, { openBy: endsAt(3), registry: elsewhere }),
        ];
        for (const value of [...late, opening(2, { openBy: far })]) {
          await store.commit(change({ put: [{ kind: "lease", value }] }), untilDone);
        }
        const listed = async (limit: number): Promise<readonly unknown[]> =>
          (await store.leasesPastEnd(120_000, limit, untilDone)).value;
        assert.deepEqual(await listed(9), [late[1], late[0], late[2]]);
        assert.deepEqual(await listed(2), [late[1], late[0]]);

        const value = { ...ended(opening(1, { registry: elsewhere })), version: 2 };
        await store.commit(change({ put: [{ kind: "lease", value }] }), untilDone);
        assert.deepEqual(await listed(9), [late[0], late[2]]);

        for (const lease of late.filter(({ id }) => id !== value.id)) {
          const over = { ...ended(lease), version: 2 };
          await store.commit(change({ put: [{ kind: "lease", value: over }] }), untilDone);
        }
        assert.deepEqual(await listed(9), []);
      }));

    it("lists pending requests by person, with those being proven, and by registry, oldest first", () =>
      onStore(open, async (store) => {
        const mine = pending(3);
        const elsewhere = pending(1, { registry: registryId("archive") });
        const theirs = pending(2, { requester: { id: personId(5), name: "Alan" } });
        for (const value of [mine, elsewhere, theirs]) {
          await store.commit(change({ put: [{ kind: "request", value }] }), untilDone);
        }
        const early = { kind: "request", value: proving(4) } as const;
        await store.commit(change({ put: [early] }), untilDone);
        const ofMe = await store.pendingOf(personId(1), untilDone);
        assert.deepEqual(ofMe.value, [elsewhere, mine, proving(4)]);
        const there = await store.pendingFor(registryId("warehouse"), untilDone);
        assert.deepEqual([there.value, there.unreadable], [[theirs, mine], []]);

        for (const value of [approved(mine), unproven(proving(4), "lapsed")]) {
          await store.commit(change({ put: [{ kind: "request", value }] }), untilDone);
        }
        assert.deepEqual((await store.pendingOf(personId(1), untilDone)).value, [elsewhere]);
        const left = await store.pendingFor(registryId("warehouse"), untilDone);
        assert.deepEqual(left.value, [theirs]);
      }));

    it("lists a person's leases, oldest first, and a registry's, first to end first, until they have ended", () =>
      onStore(open, async (store) => {
        const soon = opening(2, { openBy: opening(1).openBy });
        const later = opening(1, { openBy: opening(2).openBy });
        for (const value of [soon, later]) {
          await store.commit(change({ put: [{ kind: "lease", value }] }), untilDone);
        }
        const both = await store.leasesOf(personId(1), untilDone);
        assert.deepEqual(both.value, [later, soon]);
        const there = await store.leasesFor(registryId("warehouse"), untilDone);
        assert.deepEqual(there.value, [soon, later]);

        const over = change({ put: [{ kind: "lease", value: ended(later) }] });
        await store.commit(over, untilDone);
        assert.deepEqual((await store.leasesOf(personId(1), untilDone)).value, [soon]);
        const left = await store.leasesFor(registryId("warehouse"), untilDone);
        assert.deepEqual(left.value, [soon]);
        const elsewhere = await store.leasesFor(registryId("archive2"), untilDone);
        assert.deepEqual(elsewhere.value, []);
      }));

    it("lets an expired record go, from its indexes too, and nothing else of its id", () =>
      onStore(open, async (store) => {
        const { id } = pending(1);
        await store.commit(
          change({
            put: [
              { kind: "request", value: pending(1) },
              { kind: "lease", value: opening(1) },
            ],
            expire: [{ kind: "request", id, afterMs: 30 }],
          }),
          untilDone,
        );
        await eventually("the request is gone", async () =>
          (await store.request(id, untilDone)).value === undefined ? true : undefined,
        );
        assert.deepEqual((await store.pendingOf(personId(1), untilDone)).value, []);
        assert.deepEqual((await store.leasesOf(personId(1), untilDone)).value, [opening(1)]);

        const anew = change({ put: [{ kind: "request", value: pending(1) }] });
        assert.equal((await store.commit(anew, untilDone)).kind, "committed");
        assert.deepEqual((await store.pendingOf(personId(1), untilDone)).value, [pending(1)]);
        assert.deepEqual((await store.leasesOf(personId(1), untilDone)).value, [opening(1)]);
      }));

    it("lets what a person was given go once nobody has written it for a while", () =>
      onStore(open, async (store) => {
        const { id } = recentRecord(1);
        const put = [{ kind: "recent", value: recentRecord(1) }] as const;
        const expire = [{ kind: "recent", id, afterMs: 30 }] as const;
        await store.commit(change({ put, expire }), untilDone);
        await eventually("it is gone", async () =>
          (await store.recent(id, untilDone)).value === undefined ? true : undefined,
        );
      }));

    it("does not expire a record that was written again since", () =>
      onStore(open, async (store) => {
        const { id } = pending(1);
        const expire = [{ kind: "request", id, afterMs: 30 }] as const;
        const put = [{ kind: "request", value: pending(1) }] as const;
        const first = await store.commit(change({ put, expire }), untilDone);
        await store.commit(
          change({ put: [{ kind: "request", value: approved(pending(1)) }] }),
          untilDone,
        );
        const read = await eventually("the time is over", async () => {
          const later = await store.request(id, untilDone);
          return later.now.getTime() > first.now.getTime() + 40 ? later : undefined;
        });
        assert.deepEqual(read.value, approved(pending(1)));
      }));

    it("refuses to read what this version did not write, naming the record and showing nothing of it", () =>
      onStore(open, async (store, { texts }) => {
        const { id } = pending(1);
        await store.commit(change({ put: [{ kind: "request", value: pending(1) }] }), untilDone);
        for (const json of ['{"v":2,"secret":"s3cret"}', '{"v":1,"name":"s3cret"}', "s3cret"]) {
          await texts.write("request", id, json);
          await assert.rejects(store.request(id, untilDone), (error) => {
            assert.ok(error instanceof UnreadableRecord);
            assert.match(error.message, new RegExp(`request.*${id}`));
            assert.doesNotMatch(error.message, /s3cret/);
            return true;
          });
        }
      }));
  });
}
