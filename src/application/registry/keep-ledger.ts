import type { Address } from "../../domain/address.ts";
import { wantsRule, type Open, type Opening } from "../../domain/lease.ts";
import {
  ledgerEndOf,
  ledgerTags,
  readLedger,
  type Ledger as WrittenLedger,
  type LedgerEntry,
  type LedgerScope,
} from "../../domain/ledger.ts";
import { within } from "../deadline.ts";
import type { ArmFailure, Ledger, RegistryView } from "../ports.ts";
import { observe, readFresh, save, type RegistryRound } from "./registry-round.ts";

/** What became of writing the ledger. */
export type Kept =
  | { readonly kind: "kept" }
  /** Nothing had to be written. */
  | { readonly kind: "as-it-was" }
  | { readonly kind: "failed"; readonly failure: ArmFailure; readonly doing: "ledger" }
  | { readonly kind: "lost-hold" };

/** How long it may take until a rule that is noted now was seen: only then its lease's end is known. */
const SEEN_WITHIN_MS = 15_000;
/** An entry that outlasts its lease by more than this is put right. */
const TOO_LATE_BY_MS = 60_000;
const WRITE_WITHIN_MS = 10_000;
/** A removal waits for nobody's ledger longer than this. */
const WITH_REMOVALS_WITHIN_MS = 3_000;

/** What a registry's ledger is bound to, and sealed with. */
export function ledgerScope(
  { claim }: Pick<RegistryRound, "claim">,
  { seals }: Ledger,
  { creationDate }: RegistryView,
): LedgerScope {
  return { registry: claim.registry, creationDate, seals };
}

/**
 * Writes down outside the store what is about to be added, before it can be there. `removing`: a removal waits for
 * it, and does not wait long. The intention was written before, so a failure leaves nothing but a needless entry.
 */
export async function noteAdditions(
  round: RegistryRound,
  view: RegistryView,
  add: readonly Address[],
  removing: boolean,
): Promise<Exclude<Kept, { kind: "lost-hold" }>> {
  const { ledger } = round;
  if (ledger === undefined || add.length === 0) return { kind: "as-it-was" };
  const entries = entriesFor(round, ledger, view, add);
  return write(round, ledger, view, entries, removing ? WITH_REMOVALS_WITHIN_MS : WRITE_WITHIN_MS);
}

/** Whether the ledger does not say what it should; a quiet round then puts it right. */
export function ledgerIsOff(round: RegistryRound, view: RegistryView): boolean {
  const { ledger } = round;
  return ledger !== undefined && isOff(round, ledger, view);
}

/** Puts the ledger right: entries of rules that are gone go, missing ones come back, ends follow their leases. */
export async function tidyLedger(round: RegistryRound, view: RegistryView): Promise<Kept> {
  const { ledger, draft, claim } = round;
  if (ledger === undefined || !isOff(round, ledger, view)) return { kind: "as-it-was" };
  draft.update({ ledgerFence: claim.hold.fence });
  if (!(await save(round, undefined))) return { kind: "lost-hold" };
  const entries = entriesFor(round, ledger, view, []);
  const written = await write(round, ledger, view, entries, WRITE_WITHIN_MS);
  if (written.kind !== "kept") return written;
  const after = await readFresh(round);
  if (after.kind !== "read") return { kind: "failed", failure: after, doing: "ledger" };
  observe(round, after.view);
  draft.update({ ledgerWrittenAt: after.view.lastModifiedAt });
  return written;
}

function isOff(round: RegistryRound, ledger: Ledger, view: RegistryView): boolean {
  const entries = entriesFor(round, ledger, view, []);
  const scope = ledgerScope(round, ledger, view);
  const written = readLedger(view.tags, scope);
  return (
    written.outdated ||
    entries.length !== written.ends.size ||
    entries.some(
      ({ address, end }) => ledgerEndOf(written, address, scope)?.getTime() !== end.getTime(),
    )
  );
}

/** What the ledger should say, once these are added. */
function entriesFor(
  round: RegistryRound,
  ledger: Ledger,
  view: RegistryView,
  add: readonly Address[],
): readonly LedgerEntry[] {
  const scope = ledgerScope(round, ledger, view);
  const written = readLedger(view.tags, scope);
  return [...new Set([...round.draft.record().owned, ...add])]
    .map((address) => entryFor(round, address, written, scope))
    .filter((entry) => entry !== undefined);
}

/**
 * An entry stays as it is as long as it covers its lease and does not outlast it by much. `undefined` for a rule on
 * its way out that the ledger does not know: it goes anyway.
 */
function entryFor(
  { draft, now }: RegistryRound,
  address: Address,
  written: WrittenLedger,
  scope: LedgerScope,
): LedgerEntry | undefined {
  const end = ledgerEndOf(written, address, scope);
  const leases = draft.leases().filter(wantsRule);
  const noted = now();
  const needed = leases
    .filter((lease) => lease.address === address)
    .map((lease) => expectedEndOf(lease, noted));
  const recovered = draft.record().recovered.filter((rule) => rule.address === address);
  const ends = [...needed, ...recovered.map((rule) => rule.end)].map((date) => date.getTime());
  if (ends.length === 0) return end === undefined ? undefined : { address, end };
  const latest = Math.max(...ends);
  const stands =
    end !== undefined && end.getTime() >= latest && end.getTime() <= latest + TOO_LATE_BY_MS;
  return { address, end: stands ? end : new Date(latest) };
}

/** When the lease ends if its rule is seen soon. Should that be later after all, the entry follows. */
function expectedEndOf(lease: Opening | Open, now: Date): Date {
  if (lease.status === "open") return lease.endsAt;
  const full = now.getTime() + SEEN_WITHIN_MS + lease.durationMs;
  return new Date(Math.min(full, lease.endsBy.getTime()));
}

async function write(
  { rules, claim, signal, leftMs }: RegistryRound,
  ledger: Ledger,
  view: RegistryView,
  entries: readonly LedgerEntry[],
  withinMs: number,
): Promise<Exclude<Kept, { kind: "lost-hold" }>> {
  const scope = ledgerScope({ claim }, ledger, view);
  const tags = ledgerTags(entries, claim.hold.fence, view.tags, scope);
  const failed = (failure: ArmFailure): Kept & { kind: "failed" } => ({
    kind: "failed",
    failure,
    doing: "ledger",
  });
  if (tags === undefined) return failed({ kind: "refused", code: "LedgerFull" });
  const deadline = within(Math.min(leftMs(), withinMs), signal);
  const turn = await rules.turn(claim.registry, "addition", deadline);
  if (turn.kind !== "turn") return failed(turn);
  const written = await ledger.write(claim.registry, tags, deadline);
  return written.kind === "written" ? { kind: "kept" } : failed(written);
}
