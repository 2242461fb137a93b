import { joinedFindings, type AuditFinding } from "../../domain/audit-finding.ts";
import {
  hashOfSeal,
  isOurSeal,
  lastTimeOf,
  type AuditCheckpoint,
  type AuditKeys,
  type AuditSeal,
} from "../../domain/audit-seal.ts";
import { hasForgotten, eventOf, leafOf, type AuditText } from "../../domain/personal-values.ts";
import { UnreadableRecord } from "../store.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { auditPages, auditSeals } from "./read-audit.ts";

type Deps = {
  readonly trail: AuditTrail;
  readonly keys: AuditKeys;
  /** How long entries are kept now, in ms. */
  readonly keptMs: number;
};

/** What there is, and what is wrong with it. */
export type AuditVerdict = {
  readonly findings: readonly AuditFinding[];
  /** The first and the last entry there is; `undefined` without any. */
  readonly numbers: { readonly first: number; readonly last: number } | undefined;
  /** The last number that a seal is over; 0 without any. What was written after it is not sealed yet. */
  readonly sealedTo: number;
  /** Entries in which something was forgotten. */
  readonly forgotten: number;
  readonly checkpoints: number;
};

const LOOKING_MS = 10 * 60_000;

/**
 * Holds every entry against the seals, the seals against each other and the keys, and both against the checkpoints.
 * Only checkpoints can tell that the end is missing, or that the whole was sealed again after all seals were removed.
 */
export async function verifyAudit(
  { trail, keys, keptMs }: Deps,
  checkpoints: readonly AuditCheckpoint[],
  signal: AbortSignal,
): Promise<AuditVerdict> {
  const findings: AuditFinding[] = [];
  const find = (kind: AuditFinding["kind"], from: number, to = from): void => {
    findings.push({ kind, from, to });
  };

  const { now } = await trail.texts(1, 0, signal);
  const seals: Kept[] = [];
  // Whatever is older than this may be gone, as far as our own seals say; or may go while we look.
  let goneBefore = now.getTime() - keptMs + LOOKING_MS;
  try {
    for await (const seal of auditSeals(trail, signal)) {
      seals.push({ ...seal, hash: hashOfSeal(seal, keys.digests) });
      if (!isOurSeal(seal, keys)) find("forged", seal.from, seal.to);
      else goneBefore = Math.max(goneBefore, seal.sealedAt.getTime() - seal.keptMs);
    }
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    find("seal-unreadable", (seals.at(-1)?.to ?? 0) + 1);
  }
  for (const finding of chainFindings(seals, goneBefore)) findings.push(finding);

  const comparison = createComparison(seals, goneBefore, keys, find);
  const entries = { first: 0, last: 0, forgotten: 0, accounted: 0, emptied: 0 };
  for await (const page of auditPages(trail, 1, signal)) {
    for (const entry of page.entries) {
      comparison.look(entry);
      entries.first ||= entry.number;
      entries.last = entry.number;
      entries.accounted += accountedBy(entry);
      if (hasForgotten(entry.text)) {
        entries.forgotten += 1;
        entries.emptied ||= entry.number;
      }
    }
  }
  comparison.end();
  const { first, last, forgotten, accounted, emptied } = entries;
  if (forgotten > accounted) find("emptied", emptied, last);
  // Behind a seal that can't be read there may be any number of them.
  const isWhole = findings.every(({ kind }) => kind !== "seal-unreadable");
  const known = checkpoints.filter(({ number }) => isWhole || number <= (seals.at(-1)?.to ?? 0));
  for (const finding of checkpointFindings(seals, known)) findings.push(finding);
  return {
    findings: joinedFindings(findings),
    numbers: first === 0 ? undefined : { first, last },
    sealedTo: seals.at(-1)?.to ?? 0,
    forgotten,
    checkpoints: checkpoints.length,
  };
}

type Kept = AuditSeal & { readonly hash: string };

function chainFindings(seals: readonly Kept[], goneBefore: number): readonly AuditFinding[] {
  const findings: AuditFinding[] = [];
  const [first] = seals;
  if (first !== undefined && (first.from > 1 || first.previous !== "")) {
    const before = first.previousAt?.getTime();
    const isExplained = before !== undefined && before < goneBefore;
    if (!isExplained) findings.push({ kind: "cut-front", from: 1, to: first.from - 1 });
  }
  for (const [n, seal] of seals.entries()) {
    const before = seals[n - 1];
    if (before === undefined) continue;
    const { from, to } = seal;
    const follows =
      from === before.to + 1 &&
      seal.previous === before.hash &&
      seal.previousAt?.getTime() === lastTimeOf(before)?.getTime();
    if (from > before.to + 1) {
      findings.push({ kind: "seal-missing", from: before.to + 1, to: from - 1 });
    } else if (!follows) findings.push({ kind: "unchained", from, to });
  }
  return findings;
}

/** Holds entries, which come in order, against the seals over them. */
function createComparison(
  seals: readonly Kept[],
  goneBefore: number,
  { digests }: AuditKeys,
  find: (kind: AuditFinding["kind"], from: number, to?: number) => void,
): { readonly look: (entry: AuditText) => void; readonly end: () => void } {
  let at = 0;
  let expected = seals[0]?.from ?? 1;
  // As long as nothing was there, what is missing may be what was too old.
  let isFront = true;
  const missing = (seal: Kept, upTo: number): void => {
    for (; expected < upTo; expected += 1) {
      const timeMs = seal.times[expected - seal.from] ?? 0;
      if (timeMs === 0) find("missing-unsealed", expected);
      else if (!isFront || timeMs >= goneBefore) find("missing", expected);
    }
  };
  const skipTo = (number: number): Kept | undefined => {
    for (; at < seals.length; at += 1) {
      const seal = seals[at];
      if (seal === undefined) return undefined;
      expected = Math.max(expected, seal.from);
      if (number <= seal.to) return seal;
      missing(seal, seal.to + 1);
    }
    return undefined;
  };
  return {
    look(entry) {
      const { number } = entry;
      const seal = skipTo(number);
      if (seal === undefined) return;
      if (number < seal.from) {
        find("seal-missing", number);
        return;
      }
      missing(seal, number);
      const n = number - seal.from;
      if (leafOf(entry, seal.salts[n] ?? "", digests) !== seal.leaves[n]) find("changed", number);
      expected = number + 1;
      isFront = false;
    },
    end: () => {
      skipTo(Infinity);
    },
  };
}

function checkpointFindings(
  seals: readonly Kept[],
  checkpoints: readonly AuditCheckpoint[],
): readonly AuditFinding[] {
  const hashes = new Map(seals.map(({ to, hash }) => [to, hash]));
  const first = seals[0]?.from ?? 1;
  const last = seals.at(-1)?.to ?? 0;
  return checkpoints.flatMap(({ number, hash }): AuditFinding[] => {
    if (number > last) return [{ kind: "cut-tail", from: last + 1, to: number }];
    // Of what went from the front the seal there says whether it may.
    if (number < first || hashes.get(number) === hash) return [];
    return [{ kind: "rewritten", from: number, to: number }];
  });
}

function accountedBy({ text }: AuditText): number {
  const { kind, entries } = eventOf(text) ?? {};
  return kind === "person.forgotten" && typeof entries === "number" ? entries : 0;
}
