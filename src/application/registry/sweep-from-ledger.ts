import { isAddress, parseAddress, type Address } from "../../domain/address.ts";
import type { RegistryId } from "../../domain/ids.ts";
import { ledgerEndOf, ledgerTagsAfter, readLedger, type LedgerScope } from "../../domain/ledger.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";
import { planRules, type RulePlan } from "../../domain/rule-plan.ts";
import { within } from "../deadline.ts";
import type { ArmFailure, Ledger, RegistryRules, RegistryView } from "../ports.ts";

/** What a sweep found on one registry. */
export type Swept = {
  readonly registry: RegistryId;
  /** Rules that were over and are gone now. */
  readonly closed: readonly Address[];
} & (
  | { readonly kind: "done" }
  /** Something could not be read, closed or written down: it has to be tried again. */
  | { readonly kind: "failed"; readonly failure: ArmFailure }
);

/**
 * What of the ledger is to go: what is long over, or all that it names. `dryRun`: nothing is changed, and `closed` is
 * what would be.
 */
export type SweepWish = {
  readonly what: "forgotten" | "everything";
  readonly dryRun: boolean;
};

/** A worker has this long to close a rule before it counts as forgotten. */
export const FORGOTTEN_AFTER_MS = 15 * 60_000;
const WITHIN_MS = 60_000;
const ATTEMPTS = 3;

/**
 * Closes what is 15 minutes past its end in the ledger, or all that the ledger names, with no store and no worker: for
 * a scheduled job, when all else is down, and for the day on which everything has to go. What the ledger does not
 * name, and the baseline, is never touched. Time is ARM's own.
 */
export async function sweepFromLedger(
  { rules, ledger }: { readonly rules: RegistryRules; readonly ledger: Ledger },
  policy: Pick<RegistryPolicy, "id" | "baseline">,
  signal: AbortSignal,
  wish: SweepWish = { what: "forgotten", dryRun: false },
): Promise<Swept> {
  const registry = policy.id;
  const deadline = within(WITHIN_MS, signal);
  let closed: readonly Address[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const swept = await sweepOnce({ rules, ledger }, policy, wish, deadline);
    closed = [...closed, ...swept.closed];
    if (swept.kind === "done") return { ...swept, closed };
    const { kind } = swept.failure;
    const isWorthwhile = kind === "conflict" || kind === "unknown-outcome";
    if (!isWorthwhile || attempt === ATTEMPTS || deadline.aborted) {
      return { kind: "failed", registry, closed, failure: swept.failure };
    }
  }
}

async function sweepOnce(
  { rules, ledger }: { readonly rules: RegistryRules; readonly ledger: Ledger },
  { id, baseline }: Pick<RegistryPolicy, "id" | "baseline">,
  { what, dryRun }: SweepWish,
  signal: AbortSignal,
): Promise<Swept> {
  const failed = (failure: ArmFailure): Swept => ({
    kind: "failed",
    registry: id,
    closed: [],
    failure,
  });
  const first = await rules.read(id, signal);
  if (first.kind !== "read") return failed(first);
  const { ends, unverified } = readLedger(first.view.tags, scopeOf(id, first.view, ledger));
  // Another key, or somebody's hand: nothing in them can be told from a forgery.
  if (unverified.length > 0) return failed({ kind: "unreadable", code: "LedgerNotOurs" });
  const limit = limitOf(first.view, what);
  if ([...ends.values()].every((end) => end > limit)) {
    return { kind: "done", registry: id, closed: [] };
  }
  if (dryRun) {
    const { remove } = planOf(first.view, scopeOf(id, first.view, ledger), baseline, what);
    return { kind: "done", registry: id, closed: remove };
  }

  const turn = await rules.turn(id, "removal", signal);
  if (turn.kind !== "turn") return failed(turn);
  // What it is decided by is read right before it is sent: a worker may be at it, and may have moved an end.
  const before = await rules.read(id, signal);
  if (before.kind !== "read") return failed(before);
  const { view } = before;
  const plan = planOf(view, scopeOf(id, view, ledger), baseline, what);
  let after = view;
  if (plan.remove.length > 0 && view.network !== undefined) {
    const list = { defaultAction: view.network.defaultAction, rules: plan.next };
    const applied = await rules.apply(id, list, signal);
    if (applied.kind !== "applied") return failed(applied);
    const read = await rules.read(id, signal);
    if (read.kind !== "read") return failed(read);
    after = read.view;
    if (planOf(after, scopeOf(id, after, ledger), baseline, what).remove.length > 0) {
      return failed({ kind: "conflict", code: "NotAsSent" });
    }
  }
  // An entry without its rule would make the next one that somebody adds for the address look like ours.
  const scope = scopeOf(id, after, ledger);
  const limitNow = limitOf(after, what);
  const tags = ledgerTagsAfter(limitNow, readLedger(after.tags, scope), after.tags, scope);
  const written = await ledger.write(id, tags, signal);
  return written.kind === "written"
    ? { kind: "done", registry: id, closed: plan.remove }
    : { ...failed(written), closed: plan.remove };
}

function scopeOf(
  registry: RegistryId,
  { creationDate }: RegistryView,
  ledger: Ledger,
): LedgerScope {
  return { registry, creationDate, seals: ledger.seals };
}

/** What ended before is to go. Without ARM's time nothing is forgotten. */
function limitOf({ answeredAt }: RegistryView, what: SweepWish["what"]): Date {
  if (what === "everything") return LATEST;
  return new Date((answeredAt?.getTime() ?? 0) - FORGOTTEN_AFTER_MS);
}

/** The last instant that there is: ecma-international.org, ECMA-262, "Time Values and Time Range". */
const LATEST = new Date(8_640_000_000_000_000);

function planOf(
  view: RegistryView,
  scope: LedgerScope,
  baseline: readonly Address[],
  what: SweepWish["what"],
): RulePlan {
  const ledger = readLedger(view.tags, scope);
  const limit = limitOf(view, what);
  const actual = view.network?.rules ?? [];
  const over = actual.map(parseAddress).filter((address) => {
    const end = isAddress(address) ? ledgerEndOf(ledger, address, scope) : undefined;
    return end !== undefined && end <= limit;
  });
  return planRules({ wanted: [], owned: new Set(over.filter(isAddress)), baseline, actual });
}
