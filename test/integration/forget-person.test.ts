import assert from "node:assert/strict";
import { it } from "node:test";
import { auditKeys } from "../../src/audit-keys.ts";
import { forgetPerson } from "../../src/application/audit/forget-person.ts";
import { sealAudit } from "../../src/application/audit/seal-audit.ts";
import { verifyAudit } from "../../src/application/audit/verify-audit.ts";
import type { Put, Store } from "../../src/application/store.ts";
import { createIds } from "../../src/create-ids.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { checkpointOf } from "../../src/domain/audit-seal.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import type { Lease } from "../../src/domain/lease.ts";
import {
  change,
  conversationRecord,
  ended,
  opening,
  pending,
  personRecord,
} from "../contract/samples.ts";
import { describeUnless } from "../needs-redis.ts";
import { address, person, REGISTRY, requestId } from "../unit/builders.ts";
import { TRAIL_STORES, type TrailStore } from "./trail-stores.ts";

const soon = AbortSignal.timeout(300_000);
const KEPT_MS = 400 * 86_400_000;
const keys = auditKeys({ auditKeys: undefined, ledgerKeys: ["the-key-of-the-ledger-0123456789"] });
assert.ok(keys !== undefined);
const KEYS = keys;

const ROBIN = person(1, "Robin Example");
const ALEX = person(2, "Alex Example");
const ROBINS = address("203.0.113.7");
const SHARED = address("198.51.100.4");
const LASTING = address("203.0.113.44");

for (const { name, missing, open } of TRAIL_STORES) {
  describeUnless(missing, `forgetting a person on ${name}`, () => {
    it("leaves nothing of them, all of the others, and a trail that verifies", () =>
      onTrail(open, async ({ store, ...trailStore }) => {
        await tell(store);
        const deps = { store, ids: createIds(), keys: KEYS, keptMs: KEPT_MS };
        const newest = await sealAudit({ ...deps, trail: store.trail }, soon);
        assert.ok(newest !== undefined);
        const checkpoints = [checkpointOf(newest, KEYS.digests)];
        const words = ["Robin", ROBIN.id, ROBINS, "robin's deploy", "no, Robin"];
        const before = await textOf(store);
        for (const word of words) assert.ok(before.includes(word), word);
        assert.ok(
          (await trailStore.bytes()).includes("Robin Example"),
          "they are found where they are",
        );

        const forgotten = await forgetPerson(deps, ROBIN.id, soon);
        assert.deepEqual([forgotten.records, forgotten.left], [4, []]);

        const after = await textOf(store);
        for (const word of words) assert.ok(!after.includes(word), `${word} in ${after}`);
        for (const word of ["Alex", ALEX.id, SHARED, "alex's deploy"]) {
          assert.ok(after.includes(word), word);
        }
        const raw = await trailStore.bytes();
        for (const word of ["Robin Example", ROBIN.id, ROBINS, "robin's deploy"]) {
          assert.ok(!raw.includes(word), `${word} is in no byte of the store`);
        }
        for (const gone of [
          store.request(requestId(1), soon),
          store.lease(leaseIdOf(requestId(1)), soon),
          store.conversation(requestId(1), soon),
          store.person(ROBIN.id, soon),
        ]) {
          assert.equal((await gone).value, undefined);
        }
        assert.ok((await store.lease(leaseIdOf(requestId(2)), soon)).value !== undefined);

        const trail = { trail: store.trail, keys: KEYS, keptMs: KEPT_MS };
        const verdict = await verifyAudit(trail, checkpoints, soon);
        assert.deepEqual(verdict.findings, []);
        assert.equal(verdict.forgotten, forgotten.entries);
        // What could tell by trying is gone too.
        const [seal] = await store.trail.seals(1, 1, soon);
        assert.equal(seal?.salts.filter((salt) => salt === "").length, forgotten.entries);
        const { value: entries } = await store.audit(1, 100, soon);
        const told = entries.at(-1)?.event;
        assert.ok(told?.kind === "person.forgotten");
        assert.ok(!JSON.stringify(told).includes(ROBIN.id));
        assert.equal(told.entries, forgotten.entries);

        const again = await forgetPerson(deps, ROBIN.id, soon);
        assert.deepEqual(again, { entries: 0, records: 0, left: [] });
        assert.equal((await store.audit(1, 100, soon)).value.length, entries.length);
      }));

    it("leaves alone what lasts, and takes it once it is over", () =>
      onTrail(open, async ({ store }) => {
        await tell(store);
        const lasting = leaseOf(3, ROBIN, LASTING);
        await write(store, [{ kind: "lease", value: lasting }], asked(3, ROBIN, LASTING));
        await write(store, [], {
          ...asked(4, ROBIN, LASTING),
          asks: "extend",
          lease: leaseIdOf(requestId(3)),
        });
        const deps = { store, ids: createIds(), keys: KEYS, keptMs: KEPT_MS };
        const first = await forgetPerson(deps, ROBIN.id, soon);
        assert.deepEqual(first.left, [{ kind: "lease", id: lasting.id }]);
        assert.deepEqual((await store.lease(lasting.id, soon)).value, lasting);
        assert.ok((await store.person(ROBIN.id, soon)).value !== undefined);
        const kept = (await store.audit(1, 100, soon)).value.filter(({ event }) =>
          JSON.stringify(event).includes(LASTING),
        );
        assert.equal(kept.length, 2);
        assert.ok(!(await textOf(store)).includes(ROBINS));

        await write(store, [{ kind: "lease", value: ended(lasting) }]);
        const second = await forgetPerson(deps, ROBIN.id, soon);
        assert.deepEqual(second.left, []);
        const text = await textOf(store);
        for (const word of ["Robin", ROBIN.id, LASTING]) assert.ok(!text.includes(word), word);
        const trail = { trail: store.trail, keys: KEYS, keptMs: KEPT_MS };
        assert.deepEqual((await verifyAudit(trail, [], soon)).findings, []);
      }));

    it("reads as nobody's where something was forgotten", () =>
      onTrail(open, async ({ store }) => {
        await tell(store);
        const deps = { store, ids: createIds(), keys: KEYS, keptMs: KEPT_MS };
        await forgetPerson(deps, ROBIN.id, soon);
        const [first] = (await store.audit(1, 1, soon)).value;
        assert.deepEqual(first?.event, {
          ...asked(1, ROBIN, ROBINS),
          by: { id: "00000000-0000-0000-0000-000000000000", name: "(forgotten)" },
          address: "0.0.0.0",
          reason: "(forgotten)",
        });
      }));
  });
}

/** Robin's request and lease from the first word to the last, and Alex' beside it. */
async function tell(store: Store): Promise<void> {
  const lease = leaseIdOf(requestId(1));
  const base = { lease, registry: REGISTRY, address: ROBINS };
  await write(store, [], asked(1, ROBIN, ROBINS));
  await write(store, [], asked(5, ROBIN, SHARED), asked(2, ALEX, SHARED, "alex's deploy"));
  await write(
    store,
    [],
    {
      ...{ kind: "request.denial", request: requestId(5), registry: REGISTRY, by: ALEX },
      ...{ why: "no, Robin", mutedUntil: undefined, policy: "d1" },
    },
    {
      ...{ kind: "request.denial", request: requestId(2), registry: REGISTRY, by: ROBIN },
      ...{ why: "robin's deploy comes first", mutedUntil: undefined, policy: "d1" },
    },
  );
  await write(
    store,
    [],
    { kind: "lease.approved", ...base, endsBy: new Date(9) },
    { kind: "rules.intended", registry: REGISTRY, add: [ROBINS, SHARED], remove: [] },
    {
      ...{ kind: "rules.changed", registry: REGISTRY, correlationId: undefined },
      ...{ before: [SHARED], after: [SHARED, ROBINS] },
    },
    {
      kind: "lease.ended",
      ...base,
      reason: { kind: "given-back", by: ROBIN },
      endsAt: new Date(9),
    },
  );
  const over = ended(leaseOf(1, ROBIN, ROBINS));
  const alexs = ended(leaseOf(2, ALEX, SHARED));
  await write(store, [
    { kind: "request", value: requestOf(1) },
    { kind: "lease", value: { ...over, version: 1 } },
    { kind: "lease", value: { ...alexs, version: 1 } },
    { kind: "conversation", value: { ...conversationRecord(1), id: requestId(1) } },
    { kind: "person", value: { ...personRecord(1), id: ROBIN.id, name: ROBIN.name } },
  ]);
}

function requestOf(n: number): (Put & { readonly kind: "request" })["value"] {
  const over = { ...pending(1), id: requestId(n), requester: ROBIN, status: "lapsed" } as const;
  return over;
}

function leaseOf(
  n: number,
  requester: typeof ROBIN,
  at: typeof ROBINS,
): Lease & { status: "opening" } {
  return {
    ...opening(n),
    id: leaseIdOf(requestId(n)),
    registry: REGISTRY,
    requester,
    address: at,
    reason: requester === ROBIN ? "robin's deploy" : "alex's deploy",
  };
}

function asked(n: number, by: typeof ROBIN, at: typeof ROBINS, reason = "robin's deploy") {
  return {
    kind: "request.asked",
    request: requestId(n),
    registry: REGISTRY,
    by,
    asks: "open",
    lease: undefined,
    address: at,
    durationMs: 3_600_000,
    reason,
    policy: "d1",
  } as const;
}

async function write(
  store: Store,
  put: readonly Put[],
  ...audit: readonly AuditEvent[]
): Promise<void> {
  assert.equal((await store.commit(change({ put, audit }), soon)).kind, "committed");
}

async function textOf(store: Store): Promise<string> {
  const { value } = await store.trail.texts(1, 1_000, soon);
  return value.map(({ text }) => text).join("\n");
}

async function onTrail(
  open: () => Promise<TrailStore>,
  test: (trail: TrailStore) => Promise<void>,
): Promise<void> {
  const trail = await open();
  try {
    await test(trail);
  } finally {
    await trail.remove();
  }
}
