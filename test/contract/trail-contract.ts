import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { auditKeys } from "../../src/audit-keys.ts";
import { sealAudit } from "../../src/application/audit/seal-audit.ts";
import type { Store } from "../../src/application/store.ts";
import { sealOver, type AuditKeys, type AuditSeal } from "../../src/domain/audit-seal.ts";
import { eventually } from "../eventually.ts";
import { onStore, type OpenStore } from "./opened-store.ts";
import { change, registryId, requestId, untilDone } from "./samples.ts";

const DAY_MS = 86_400_000;
const KEYS = keysOf("k".repeat(32));

/** The audit trail below its events: texts, seals, and what is changed in place. */
export function trailContract(open: OpenStore): void {
  describe("audit trail", () => {
    it("keeps seals as they were made, in their order", () =>
      onStore(open, async (store, { reopen }) => {
        assert.equal(await store.trail.newestSeal(untilDone), undefined);
        await write(store, 25);
        const first = await nextSeal(store, undefined);
        const second = await nextSeal(store, first);
        assert.ok(await store.trail.addSeal(first, untilDone));
        assert.ok(await store.trail.addSeal(second, untilDone));

        const { trail } = await reopen();
        assert.deepEqual(await trail.newestSeal(untilDone), second);
        assert.deepEqual(await trail.seals(1, 10, untilDone), [first, second]);
        assert.deepEqual(await trail.seals(10, 1, untilDone), [first]);
        assert.deepEqual(await trail.seals(11, 10, untilDone), [second]);
        assert.deepEqual(await trail.seals(21, 10, untilDone), []);
      }));

    it("adds only what follows the newest seal", () =>
      onStore(open, async (store) => {
        await write(store, 30);
        const first = await nextSeal(store, undefined);
        const rivals = await Promise.all([
          store.trail.addSeal(first, untilDone),
          store.trail.addSeal(await nextSeal(store, undefined), untilDone),
        ]);
        assert.deepEqual(rivals.toSorted(), [false, true]);
        const second = await nextSeal(store, await store.trail.newestSeal(untilDone));
        const third = await nextSeal(store, second);
        assert.ok(!(await store.trail.addSeal(third, untilDone)), "one is left out");
        assert.ok(await store.trail.addSeal(second, untilDone));
        assert.ok(await store.trail.addSeal(third, untilDone));
      }));

    it("is sealed once by many who seal at the same time", () =>
      onStore(open, async (store) => {
        await write(store, 600);
        const deps = { trail: store.trail, keys: KEYS, keptMs: DAY_MS };
        await Promise.all(Array.from({ length: 5 }, () => sealAudit(deps, untilDone)));
        await sealAudit(deps, untilDone);
        const seals = await store.trail.seals(1, 100, untilDone);
        assert.deepEqual(
          seals.map(({ from, to }) => [from, to]),
          [
            [1, 250],
            [251, 500],
            [501, 600],
          ],
        );
      }));

    it("lets a seal go when all its entries are gone", () =>
      onStore(
        open,
        async (store) => {
          await write(store, 20);
          const first = await nextSeal(store, undefined);
          const second = await nextSeal(store, first);
          assert.ok(await store.trail.addSeal(first, untilDone));
          assert.ok(await store.trail.addSeal(second, untilDone));
          await eventually("the first entries are gone", async () => {
            await write(store, 1);
            return (await store.trail.texts(1, 1, untilDone)).value[0]?.number !== 1 || undefined;
          });
          const third = await nextSeal(store, second);
          assert.ok(await store.trail.addSeal(third, untilDone));
          assert.deepEqual(await store.trail.seals(1, 10, untilDone), [third]);
        },
        { auditKeptMs: 50 },
      ));

    it("puts a seal in the place of the one over the same numbers only", () =>
      onStore(open, async (store) => {
        await write(store, 20);
        const first = await nextSeal(store, undefined);
        const second = await nextSeal(store, first);
        await store.trail.addSeal(first, untilDone);
        await store.trail.addSeal(second, untilDone);
        const bare = { ...first, salts: first.salts.map(() => "") };
        assert.ok(await store.trail.replaceSeal(bare, untilDone));
        assert.deepEqual(await store.trail.seals(1, 10, untilDone), [bare, second]);
        const other = await nextSeal(store, undefined, 7);
        assert.ok(!(await store.trail.replaceSeal(other, untilDone)));
      }));

    it("changes texts of entries all at once, and nothing else", () =>
      onStore(open, async (store) => {
        await write(store, 1_234);
        const { value: before } = await store.trail.texts(1, 2_000, untilDone);
        const chosen = [1, 499, 500, 501, 1_000, 1_234];
        const entries = chosen.map((number) => ({
          number,
          from: before[number - 1]?.text ?? "",
          to: `{"v":1,"number":${String(number)}}`,
        }));
        const [rewritten] = await Promise.all([
          store.trail.rewrite(entries, untilDone),
          write(store, 3),
          write(store, 3),
        ]);
        assert.equal(rewritten, "rewritten");
        const { value: after } = await store.trail.texts(1, 2_000, untilDone);
        assert.equal(after.length, 1_240);
        for (const { number, at, text } of before) {
          const found = after[number - 1];
          assert.deepEqual(found?.at, at);
          const expected = chosen.includes(number) ? `{"v":1,"number":${String(number)}}` : text;
          assert.equal(found.text, expected);
        }
        await write(store, 1);
        assert.equal((await store.trail.texts(1_241, 10, untilDone)).value.length, 1);
      }));

    it("changes nothing when one text is not what it was", () =>
      onStore(open, async (store) => {
        await write(store, 600);
        const { value: before } = await store.trail.texts(1, 2_000, untilDone);
        const outcome = await store.trail.rewrite(
          [
            { number: 2, from: before[1]?.text ?? "", to: "{}" },
            { number: 550, from: "{}", to: "{}" },
          ],
          untilDone,
        );
        assert.equal(outcome, "conflict");
        assert.deepEqual((await store.trail.texts(1, 2_000, untilDone)).value, before);
        const retried = [{ number: 2, from: before[1]?.text ?? "", to: "{}" }];
        assert.equal(await store.trail.rewrite(retried, untilDone), "rewritten");
      }));
  });
}

function keysOf(key: string): AuditKeys {
  const keys = auditKeys({ auditKeys: [key], ledgerKeys: undefined });
  assert.ok(keys !== undefined);
  return keys;
}

async function write(store: Store, count: number): Promise<void> {
  const audit = Array.from(
    { length: count },
    (_, n) =>
      ({
        kind: "request.lapsed",
        request: requestId(n),
        registry: registryId("warehouse"),
      }) as const,
  );
  await store.commit(change({ audit }), untilDone);
}

async function nextSeal(
  store: Store,
  before: AuditSeal | undefined,
  count = 10,
): Promise<AuditSeal> {
  const after = before === undefined ? 1 : before.to + 1;
  const { value, now } = await store.trail.texts(after, count, untilDone);
  const [first, ...more] = value;
  assert.ok(first !== undefined);
  return sealOver([first, ...more], before, { now, keptMs: DAY_MS }, KEYS);
}
