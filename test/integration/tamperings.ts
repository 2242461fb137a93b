import assert from "node:assert/strict";
import { auditKeys } from "../../src/audit-keys.ts";
import { sealOver, type AuditKeys, type AuditSeal } from "../../src/domain/audit-seal.ts";
import { forgetIn, leafOf, type AuditText } from "../../src/domain/personal-values.ts";

/** A year and some: longer than any test. */
export const KEPT_MS = 400 * 86_400_000;
/** What the workers seal with. */
export const KEYS: AuditKeys = keysOf(["the-key-of-the-workers-0123456789"]);
const FOREIGN = keysOf(["a-key-that-nobody-gave-anybody-01"]);
/** So many entries has the trail that is tampered with, numbered from 1. */
export const ENTRIES = 30;
const PER_SEAL = 10;

/** What is there. */
export type Trail = {
  readonly entries: readonly AuditText[];
  readonly seals: readonly AuditSeal[];
};
/** What somebody does to the store, and what is found then. */
export type Tampering = {
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

/** Every kind of it, on entries of requests that were asked. */
export const TAMPERINGS: readonly Tampering[] = [
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

/** The keys of these settings. */
export function keysOf(keys: readonly [string, ...string[]]): AuditKeys {
  const made = auditKeys({ auditKeys: keys, ledgerKeys: undefined });
  assert.ok(made !== undefined);
  return made;
}

/** The seals that workers make of the entries, ten numbers each. */
export function chainOf(entries: readonly AuditText[], keys: AuditKeys): readonly AuditSeal[] {
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

/** The entries but those. */
export function without(
  entries: readonly AuditText[],
  from: number,
  to: number,
): readonly AuditText[] {
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
