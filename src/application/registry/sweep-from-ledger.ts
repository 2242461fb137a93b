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

/** A worker has this long to close a rule before it counts as forgotten. */
export const FORGOTTEN_AFTER_MS = 15 * 60_000;
const WITHIN_MS = 60_000;
const ATTEMPTS = 3;

/**
 * Closes what is 15 minutes past its end in the ledger, with no store and no worker: for a scheduled job, when all
 * else is down. What the ledger does not name, and the baseline, is never touched. Time is ARM's own.
 */
export async function sweepFromLedger(
  { rules, ledger }: { readonly rules: RegistryRules; readonly ledger: Ledger },
  policy: Pick<RegistryPolicy, "id" | "baseline">,
  signal: AbortSignal,
): Promise<Swept> {
  const registry = policy.id;
  const deadline = within(WITHIN_MS, signal);
  let closed: readonly Address[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const swept = await sweepOnce({ rules, ledger }, policy, deadline);
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
  const limit = limitOf(first.view);
  if ([...ends.values()].every((end) => end > limit)) {
    return { kind: "done", registry: id, closed: [] };
  }

  const turn = await rules.turn(id, "removal", signal);
  if (turn.kind !== "turn") return failed(turn);
  // What it is decided by is read right before it is sent: a worker may be at it, and may have moved an end.
  const before = await rules.read(id, signal);
  if (before.kind !== "read") return failed(before);
  const { view } = before;
  const plan = planOf(view, scopeOf(id, view, ledger), baseline);
  let after = view;
  if (plan.remove.length > 0 && view.network !== undefined) {
    const list = { defaultAction: view.network.defaultAction, rules: plan.next };
    const applied = await rules.apply(id, list, signal);
    if (applied.kind !== "applied") return failed(applied);
    const read = await rules.read(id, signal);
    if (read.kind !== "read") return failed(read);
    after = read.view;
    if (planOf(after, scopeOf(id, after, ledger), baseline).remove.length > 0) {
      return failed({ kind: "conflict", code: "NotAsSent" });
    }
  }
  // An entry without its rule would make the next one that somebody adds for the address look like ours.
  const scope = scopeOf(id, after, ledger);
  const tags = ledgerTagsAfter(limitOf(after), readLedger(after.tags, scope), after.tags, scope);
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

/** What ended before is forgotten. Without ARM's time nothing is. */
function limitOf({ answeredAt }: RegistryView): Date {
  return new Date((answeredAt?.getTime() ?? 0) - FORGOTTEN_AFTER_MS);
}

function planOf(view: RegistryView, scope: LedgerScope, baseline: readonly Address[]): RulePlan {
  const ledger = readLedger(view.tags, scope);
  const limit = limitOf(view);
  const actual = view.network?.rules ?? [];
  const over = actual.map(parseAddress).filter((address) => {
    const end = isAddress(address) ? ledgerEndOf(ledger, address, scope) : undefined;
    return end !== undefined && end <= limit;
  });
  return planRules({ wanted: [], owned: new Set(over.filter(isAddress)), baseline, actual });
}
