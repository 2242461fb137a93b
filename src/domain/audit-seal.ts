import type { Seals } from "./ledger.ts";
import { leafOf, type AuditText, type Digests } from "./personal-values.ts";

/** Chains some entries to all that came before. It holds no personal value, and nothing of it can be made without a key. */
export type AuditSeal = {
  readonly from: number;
  readonly to: number;
  /** The hash of the seal before; empty for the first. */
  readonly previous: string;
  /** When the last entry before `from` was written. */
  readonly previousAt: Date | undefined;
  readonly sealedAt: Date;
  /** For how long entries were kept then: whether older ones may be gone. */
  readonly keptMs: number;
  /** One for each number: when it was written, in ms since 1970, and its leaf; 0 and empty when it was gone already. */
  readonly times: readonly number[];
  readonly leaves: readonly string[];
  readonly mac: string;
  /** One for each number; empty once something was forgotten there. They are no part of what is sealed. */
  readonly salts: readonly string[];
};

/** Keys that the store does not know, and the functions to use them with. */
export type AuditKeys = { readonly seals: Seals; readonly digests: Digests };

/** Where the chain stands, for a place that the store can't reach. */
export type AuditCheckpoint = {
  readonly number: number;
  readonly hash: string;
  readonly at: Date;
};

/** The seal that follows `before`, over all of the entries, which begin after it. Numbers that are gone are passed over. */
export function sealOver(
  entries: readonly [AuditText, ...AuditText[]],
  before: AuditSeal | undefined,
  { now, keptMs }: { readonly now: Date; readonly keptMs: number },
  { seals, digests }: AuditKeys,
): AuditSeal {
  const from = before === undefined ? entries[0].number : before.to + 1;
  const to = entries.at(-1)?.number ?? from;
  const byNumber = new Map(entries.map((entry) => [entry.number, entry]));
  const times: number[] = [];
  const leaves: string[] = [];
  const salts: string[] = [];
  for (let number = from; number <= to; number += 1) {
    const entry = byNumber.get(number);
    const salt = entry === undefined ? "" : digests.newSalt();
    salts.push(salt);
    times.push(entry?.at.getTime() ?? 0);
    leaves.push(entry === undefined ? "" : leafOf(entry, salt, digests));
  }
  const unsigned: Unsigned = {
    from,
    to,
    previous: before === undefined ? "" : hashOfSeal(before, digests),
    previousAt: before === undefined ? undefined : lastTimeOf(before),
    sealedAt: now,
    keptMs,
    times,
    leaves,
  };
  return { ...unsigned, mac: seals[0](macText(hashOfSeal(unsigned, digests))), salts };
}

type Unsigned = Omit<AuditSeal, "mac" | "salts">;

/** What the next seal, and a checkpoint, know this one by. */
export function hashOfSeal(seal: Unsigned, { hash }: Digests): string {
  const { from, to, previous, previousAt, sealedAt, keptMs, times, leaves } = seal;
  const before = previousAt?.getTime() ?? null;
  return hash(
    JSON.stringify([from, to, previous, before, sealedAt.getTime(), keptMs, times, leaves]),
  );
}

/** Whether it was made with the present key or a former one. */
export function isOurSeal(seal: AuditSeal, { seals, digests }: AuditKeys): boolean {
  const text = macText(hashOfSeal(seal, digests));
  return seals.some((each) => each(text) === seal.mac);
}

/** When its last entry was written that was there. */
export function lastTimeOf({ times, previousAt }: AuditSeal): Date | undefined {
  const last = times.findLast((ms) => ms > 0);
  return last === undefined ? previousAt : new Date(last);
}

/** The line that an operator's log keeps of it. */
export function checkpointOf(seal: AuditSeal, digests: Digests): AuditCheckpoint {
  return { number: seal.to, hash: hashOfSeal(seal, digests), at: seal.sealedAt };
}

// The key may be the one of the ledger's tags, by way of a derivation: what it signs says what it is.
function macText(hash: string): string {
  return `drawbridge audit seal\n${hash}`;
}
