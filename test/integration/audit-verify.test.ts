import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { auditKeys } from "../../src/audit-keys.ts";
import { sealAudit } from "../../src/application/audit/seal-audit.ts";
import { verifyAudit } from "../../src/application/audit/verify-audit.ts";
import {
  checkpointOf,
  sealOver,
  type AuditCheckpoint,
  type AuditKeys,
  type AuditSeal,
} from "../../src/domain/audit-seal.ts";
import { forgetIn, leafOf, type AuditText } from "../../src/domain/personal-values.ts";
import { describeUnless } from "../needs-redis.ts";
import { address, person, REGISTRY, requestId } from "../unit/builders.ts";
import { TRAIL_STORES, type TrailStore } from "./trail-stores.ts";

const soon = AbortSignal.timeout(300_000);
const DAY_MS = 86_400_000;
const KEPT_MS = 400 * DAY_MS;
const KEYS = keysOf(["the-key-of-the-workers-0123456789"]);
const FOREIGN = keysOf(["a-key-that-nobody-gave-anybody-01"]);
const ENTRIES = 30;
const PER_SEAL = 10;

type Trail = { readonly entries: readonly AuditText[]; readonly seals: readonly AuditSeal[] };
type Tampering = {
  readonly what: string;
  readonly done: (trail: Trail) => {
    readonly entries?: readonly AuditText[];
    readonly seals?: readonly (AuditSeal | string)[];
  };
  /** `kind from-to`, without checkpoints. */
  readonly found: readonly string[];
  /** What checkpoints show besides. */
  readonly byCheckpoints?: readonly string[];
};

const TAMPERINGS: readonly Tampering[] = [
  { what: "nothing", done: () => ({}), found: [] },
  {
    what: "an address in entry 7",
    done: ({ entries }) => ({
      entries: changed(entries, 7, (text) => text.replace("203.0.113.7", "203.0.113.99")),
    }),
    found: ["changed 7-7"],
  },
  {
    what: "a duration, which is nobody's, in entry 23",
    done: ({ entries }) => ({
      entries: changed(entries, 23, (text) => text.replace("3600000", "7200000")),
    }),
    found: ["changed 23-23"],
  },
  {
    what: "the time of entry 5",
    done: ({ entries }) => ({
      entries: entries.map((entry) =>
        entry.number === 5 ? { ...entry, at: new Date(entry.at.getTime() - 1) } : entry,
      ),
    }),
    found: ["changed 5-5"],
  },
  {
    what: "the salt of entry 8",
    done: ({ seals }) => ({ seals: withSalt(seals, 8, "c2FsdA") }),
    found: ["changed 8-8"],
  },
  {
    what: "entries 15 and 16 out",
    done: ({ entries }) => ({ entries: without(entries, 15, 16) }),
    found: ["missing 15-16"],
  },
  {
    what: "entries 12 and 18 swapped",
    done: ({ entries }) => {
      const [a, b] = [textOf(entries, 12), textOf(entries, 18)];
      return {
        entries: changed(
          changed(entries, 12, () => b),
          18,
          () => a,
        ),
      };
    },
    found: ["changed 12-12", "changed 18-18"],
  },
  {
    what: "the end out, its seal left",
    done: ({ entries }) => ({ entries: without(entries, 28, 30) }),
    found: ["missing 28-30"],
  },
  {
    what: "the end out, with its seal",
    done: ({ entries, seals }) => ({ entries: without(entries, 21, 30), seals: seals.slice(0, 2) }),
    found: [],
    byCheckpoints: ["cut-tail 21-30"],
  },
  {
    what: "the front out, its seal left",
    done: ({ entries }) => ({ entries: without(entries, 1, 4) }),
    found: ["missing 1-4"],
  },
  {
    what: "the front out, with its seal",
    done: ({ entries, seals }) => ({ entries: without(entries, 1, 10), seals: seals.slice(1) }),
    found: ["cut-front 1-10"],
  },
  {
    what: "a seal out of the middle",
    done: ({ seals }) => ({ seals: seals.filter(({ from }) => from !== 11) }),
    found: ["seal-missing 11-20"],
    byCheckpoints: ["rewritten 20-20"],
  },
  {
    what: "a seal that says what a changed entry says",
    done: ({ entries, seals }) => {
      const next = changed(entries, 14, (text) => text.replace("3600000", "7200000"));
      return { entries: next, seals: seals.map((seal) => withLeaf(seal, next, 14)) };
    },
    found: ["forged 11-20", "unchained 21-30"],
    byCheckpoints: ["rewritten 20-20"],
  },
  {
    what: "the whole trail, sealed again without the key",
    done: ({ entries }) => {
      const next = changed(entries, 3, (text) => text.replace("3600000", "7200000"));
      return { entries: next, seals: chainOf(next, FOREIGN) };
    },
    found: ["forged 1-30"],
    byCheckpoints: ["rewritten 10-10", "rewritten 20-20", "rewritten 30-30"],
  },
  {
    what: "all seals out, so that the workers seal a changed trail themselves",
    done: ({ entries }) => {
      const next = changed(entries, 3, (text) => text.replace("3600000", "7200000"));
      return { entries: next, seals: chainOf(next, KEYS) };
    },
    found: [],
    byCheckpoints: ["rewritten 10-10", "rewritten 20-20", "rewritten 30-30"],
  },
  {
    what: "an entry out before it was sealed",
    done: ({ entries }) => {
      const next = without(entries, 17, 17);
      return { entries: next, seals: chainOf(next, KEYS) };
    },
    found: ["missing-unsealed 17-17"],
    byCheckpoints: ["rewritten 10-10", "rewritten 20-20", "rewritten 30-30"],
  },
  {
    what: "another name beside the digest of a forgotten one",
    done: ({ entries, seals }) => {
      const salt = seals[0]?.salts[3] ?? "";
      return {
        entries: changed(entries, 4, (text) => {
          const bare = forgetIn(text, ({ key }) => key === "name", salt, KEYS.digests);
          return (bare ?? "").replace("(forgotten)", "Somebody Else");
        }),
      };
    },
    found: ["changed 4-4", "emptied 4-30"],
  },
  {
    what: "a name forgotten that nobody was to forget",
    done: ({ entries, seals }) => {
      const salt = seals[0]?.salts[3] ?? "";
      return {
        entries: changed(
          entries,
          4,
          (text) => forgetIn(text, ({ key }) => key === "name", salt, KEYS.digests) ?? "",
        ),
      };
    },
    found: ["emptied 4-30"],
  },
  {
    what: "a seal that is none",
    done: ({ seals }) => ({ seals: [...seals, '{"v":1}'] }),
    found: ["seal-unreadable 31-31"],
  },
];

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
      const { newest, isNew } = await sealAudit(deps, soon);
      assert.deepEqual([newest?.from, newest?.to, isNew], [21, 30, true]);
      assert.deepEqual((await verifyAudit(deps, checkpoints.slice(0, 2), soon)).findings, []);
    });
  });
}

function keysOf(keys: readonly [string, ...string[]]): AuditKeys {
  const made = auditKeys({ auditKeys: keys as [string, ...string[]], ledgerKeys: undefined });
  assert.ok(made !== undefined);
  return made;
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

function chainOf(entries: readonly AuditText[], keys: AuditKeys): readonly AuditSeal[] {
  const seals: AuditSeal[] = [];
  for (let from = 1; from < ENTRIES; from += PER_SEAL) {
    const within = entries.filter(({ number }) => number >= from && number < from + PER_SEAL);
    const [first, ...more] = within;
    if (first === undefined) continue;
    const times = { now: new Date(), keptMs: KEPT_MS };
    seals.push(sealOver([first, ...more], seals.at(-1), times, keys));
  }
  return seals;
}

function changed(
  entries: readonly AuditText[],
  number: number,
  change: (text: string) => string,
): readonly AuditText[] {
  const next = entries.map((entry) =>
    entry.number === number ? { ...entry, text: change(entry.text) } : entry,
  );
  assert.notDeepEqual(next, entries);
  return next;
}

function without(entries: readonly AuditText[], from: number, to: number): readonly AuditText[] {
  return entries.filter(({ number }) => number < from || number > to);
}

function textOf(entries: readonly AuditText[], number: number): string {
  return entries.find((entry) => entry.number === number)?.text ?? "";
}

function withSalt(seals: readonly AuditSeal[], number: number, salt: string): readonly AuditSeal[] {
  return seals.map((seal) => ({
    ...seal,
    salts: seal.salts.map((each, n) => (seal.from + n === number ? salt : each)),
  }));
}

function withLeaf(seal: AuditSeal, entries: readonly AuditText[], number: number): AuditSeal {
  const leaves = seal.leaves.map((leaf, n) => {
    const entry = entries.find((each) => each.number === seal.from + n);
    if (seal.from + n !== number || entry === undefined) return leaf;
    return leafOf(entry, seal.salts[n] ?? "", KEYS.digests);
  });
  return { ...seal, leaves };
}
