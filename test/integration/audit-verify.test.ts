import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { keepSealing, sealAudit } from "../../src/application/audit/seal-audit.ts";
import { verifyAudit } from "../../src/application/audit/verify-audit.ts";
import { checkpointOf, type AuditCheckpoint } from "../../src/domain/audit-seal.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { address, person, REGISTRY, requestId } from "../unit/builders.ts";
import {
  chainOf,
  ENTRIES,
  KEPT_MS,
  KEYS,
  keysOf,
  TAMPERINGS,
  without,
  type Tampering,
  type Trail,
} from "./tamperings.ts";
import { TRAIL_STORES, type TrailStore } from "./trail-stores.ts";

const soon = AbortSignal.timeout(300_000);
const DAY_MS = 86_400_000;

for (const { name, missing, open } of TRAIL_STORES) {
  describeUnless(missing, `audit trail on ${name}, of which somebody changed`, () => {
    let trail: TrailStore;
    let intact: Trail;
    let checkpoints: readonly AuditCheckpoint[];
    before(async () => {
      trail = await open();
      await trail.store.commit(
        {
          opId: "all",
          notAfter: new Date(Date.now() + 60_000),
          audit: Array.from({ length: ENTRIES }, (_, n) => asked(n)),
        },
        soon,
      );
      const { value: entries } = await trail.store.trail.texts(1, 100, soon);
      const seals = chainOf(entries, KEYS);
      intact = { entries, seals };
      checkpoints = seals.map((seal) => checkpointOf(seal, KEYS.digests));
    });
    after(() => trail.remove());

    const foundIn = async (
      tampered: ReturnType<Tampering["done"]>,
      known: readonly AuditCheckpoint[],
      keys = KEYS,
      keptMs = KEPT_MS,
    ): Promise<readonly string[]> => {
      const { entries, seals } = { ...intact, ...tampered };
      await trail.replace(entries, seals);
      const deps = { trail: trail.store.trail, keys, keptMs };
      const { findings } = await verifyAudit(deps, known, soon);
      return findings.map(({ kind, from, to }) => `${kind} ${String(from)}-${String(to)}`);
    };

    for (const { what, done, found, byCheckpoints = [] } of TAMPERINGS) {
      const said = [...found, ...byCheckpoints.map((each) => `${each} by checkpoint`)];
      it(`${what}: ${said.join(", ") || "intact"}`, async () => {
        const tampered = done(intact);
        const sorted = (list: readonly string[]): readonly string[] => list.toSorted();
        assert.deepEqual(sorted(await foundIn(tampered, [])), sorted(found));
        const all = [...found, ...byCheckpoints];
        assert.deepEqual(sorted(await foundIn(tampered, checkpoints)), sorted(all));
      });
    }

    it("is intact when its front was old enough to go, whether a seal went too or not", async () => {
      const old = intact.entries.map((entry) =>
        entry.number > 14 ? entry : { ...entry, at: new Date(Date.now() - KEPT_MS - DAY_MS) },
      );
      const seals = chainOf(old, KEYS);
      const known = seals.map((seal) => checkpointOf(seal, KEYS.digests));
      assert.deepEqual(await foundIn({ entries: without(old, 1, 4), seals }, known), []);
      const later = { entries: without(old, 1, 14), seals: seals.slice(1) };
      assert.deepEqual(await foundIn(later, known), []);
      // Kept for longer by now: the seals still say what held then.
      assert.deepEqual(await foundIn(later, known, KEYS, 10 * KEPT_MS), []);
      const more = { entries: without(old, 1, 15), seals: seals.slice(1) };
      assert.deepEqual(await foundIn(more, known), ["missing 15-15"]);
    });

    it("is told of by the workers at once when its end is cut off while they run", async () => {
      await trail.replace(intact.entries, intact.seals);
      const told: { readonly event: string; readonly number: unknown }[] = [];
      const add = (event: string, { number }: Readonly<Record<string, unknown>>): void => {
        told.push({ event, number });
      };
      const deps = { trail: trail.store.trail, keys: KEYS, keptMs: KEPT_MS, everyMs: 5 };
      const stop = new AbortController();
      const sealing = keepSealing(
        { ...deps, log: { info: add, warn: add, error: add } },
        stop.signal,
      );
      await eventually("a checkpoint", () => told.length > 0 || undefined);
      await trail.replace(without(intact.entries, 21, 30), intact.seals.slice(0, 2));
      await eventually("the cut is told", () => told.length > 2 || undefined);
      stop.abort();
      await sealing;
      assert.deepEqual(told, [
        { event: "audit.checkpoint", number: 30 },
        { event: "audit.cut", number: 30 },
        { event: "audit.checkpoint", number: 20 },
      ]);
    });

    it("is intact while entries wait for their seal", async () => {
      assert.deepEqual(await foundIn({ seals: intact.seals.slice(0, 2) }, []), []);
    });

    it("is intact under a new key beside the one it was sealed with, and not without that", async () => {
      const both = keysOf([
        "the-new-key-of-the-workers-01234",
        "the-key-of-the-workers-0123456789",
      ]);
      assert.deepEqual(await foundIn({}, checkpoints, both), []);
      const only = keysOf(["the-new-key-of-the-workers-01234"]);
      assert.deepEqual(await foundIn({}, checkpoints, only), ["forged 1-30"]);
    });

    it("is sealed further from where it stands, by whichever key is the present one", async () => {
      const both = keysOf([
        "the-new-key-of-the-workers-01234",
        "the-key-of-the-workers-0123456789",
      ]);
      await trail.replace(intact.entries, intact.seals.slice(0, 2));
      const deps = { trail: trail.store.trail, keys: both, keptMs: KEPT_MS };
      const newest = await sealAudit(deps, soon);
      assert.deepEqual([newest?.from, newest?.to], [21, 30]);
      assert.deepEqual((await verifyAudit(deps, checkpoints.slice(0, 2), soon)).findings, []);
    });
  });
}

function asked(n: number) {
  return {
    kind: "request.asked",
    request: requestId(n % 10),
    registry: REGISTRY,
    by: person((n % 3) + 1),
    asks: "open",
    lease: undefined,
    address: address(`203.0.113.${String(n + 1)}`),
    durationMs: 3_600_000,
    reason: `deployment ${String(n)}`,
    policy: "d1",
  } as const;
}
