import type { AuditSeal } from "../../domain/audit-seal.ts";
import { forgetIn, hasForgotten, type Digests } from "../../domain/personal-values.ts";
import type { AuditTrail, RewrittenEntry } from "./audit-trail.ts";
import { isAbout, type Traces } from "./entries-about.ts";
import { auditWithSeals } from "./read-audit.ts";

/** Every entry that says something of them, with its text without that. */
export async function entriesWithout(
  traces: Traces,
  trail: AuditTrail,
  digests: Digests,
  signal: AbortSignal,
): Promise<readonly RewrittenEntry[]> {
  const entries: RewrittenEntry[] = [];
  for await (const { entry, seal } of auditWithSeals(trail, signal)) {
    const { number, text } = entry;
    // What was written since may be of something that is under way.
    if (number > traces.upTo) break;
    // Not sealed yet: the seal to come finds the salts and digests in the text.
    const salt = seal?.salts[number - seal.from] ?? digests.newSalt();
    const to = forgetIn(text, isAbout(traces, text), salt, digests);
    if (to !== undefined) entries.push({ number, from: text, to });
  }
  return entries;
}

/**
 * Takes from the seals the salts of entries in which something was forgotten: those that the rest needs are in the
 * entries, and with its salt a value could be found by trying.
 */
export async function dropSalts(trail: AuditTrail, signal: AbortSignal): Promise<void> {
  let at: AuditSeal | undefined;
  let numbers = new Set<number>();
  const drop = async (): Promise<void> => {
    if (at === undefined || numbers.size === 0) return;
    const { from, salts } = at;
    const isBare = salts.every((salt, n) => salt === "" || !numbers.has(from + n));
    if (isBare) return;
    const bare = salts.map((salt, n) => (numbers.has(from + n) ? "" : salt));
    await trail.replaceSeal({ ...at, salts: bare }, signal);
  };
  for await (const { entry, seal } of auditWithSeals(trail, signal)) {
    if (seal?.to !== at?.to) {
      await drop();
      at = seal;
      numbers = new Set();
    }
    if (hasForgotten(entry.text)) numbers.add(entry.number);
  }
  await drop();
}
