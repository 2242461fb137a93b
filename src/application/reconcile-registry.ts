import type { Address } from "../domain/address.ts";
import { endOf, wantsRule } from "../domain/lease.ts";
import { planRules } from "../domain/rule-plan.ts";
import { changeRules, planFrom, type Changed } from "./change-rules.ts";
import {
  observe,
  openRound,
  readFresh,
  reportFailure,
  reportSuccess,
  save,
  type ReconcileRegistryDeps,
  type RegistryRound,
} from "./registry-round.ts";
import { reviveRules } from "./revive-rules.ts";
import { settleLeases } from "./settle-leases.ts";
import type { RegistryClaim } from "./store.ts";
import { blameLeases, windUpLeases } from "./wind-up-leases.ts";

const RECHECK_MS = 5 * 60_000;
const BACKOFF_START_MS = 2_000;
const BACKOFF_CAP_MS = 5 * 60_000;

/** What an attempt came to: everything is as wanted, or why not. */
type Attempt = { readonly kind: "settled" } | Exclude<Changed, { kind: "changed" }>;

/**
 * Reads the registry, plans, checks again, writes the intention down, applies it, reads back and commits: the
 * order of ARCHITECTURE.md, "Reconciling a registry". A crash anywhere is repaired by the next round.
 * Throws only for surprises (the store away, a bug); the hold then runs out and the registry is looked at again.
 */
export async function reconcileRegistry(
  deps: ReconcileRegistryDeps,
  claim: RegistryClaim,
  signal: AbortSignal,
): Promise<void> {
  const round = openRound(deps, claim, signal);
  let attempt = await tryOnce(round, []);
  if (attempt.kind === "refused") attempt = await withoutTheRefused(round, attempt);
  if (attempt.kind !== "lost-hold") await release(round, attempt);
}

/** Removals first and alone, so that no addition ever delays them; then the additions, half by half. */
async function withoutTheRefused(
  round: RegistryRound,
  { added, failure }: Attempt & { kind: "refused" },
): Promise<Attempt> {
  const alone = await tryOnce(round, added);
  return alone.kind === "settled" ? addInHalves(round, added, [], failure.code) : alone;
}

/** `refused` holds at least one address that Azure will not have; `waiting` is not to be tried yet. */
async function addInHalves(
  round: RegistryRound,
  refused: readonly Address[],
  waiting: readonly Address[],
  code: string,
): Promise<Attempt> {
  const [first, ...more] = refused;
  if (first === undefined) return tryOnce(round, waiting);
  if (more.length === 0) {
    blameLeases(round.draft, first, code, round.now());
    return tryOnce(round, waiting);
  }
  const middle = Math.ceil(refused.length / 2);
  const [half, rest] = [refused.slice(0, middle), refused.slice(middle)];
  const later = [...waiting, ...rest];
  let attempt = await tryOnce(round, later);
  if (attempt.kind === "refused") {
    attempt = await addInHalves(round, half, later, attempt.failure.code);
  }
  if (attempt.kind !== "settled") return attempt;
  const last = await tryOnce(round, waiting);
  return last.kind === "refused" ? addInHalves(round, rest, waiting, last.failure.code) : last;
}

/** One read, plan, change and read back; `withheld` addresses are not added in it. */
async function tryOnce(round: RegistryRound, withheld: readonly Address[]): Promise<Attempt> {
  const { draft } = round;
  const before = await readFresh(round);
  if (before.kind !== "read") return { kind: "failed", failure: before, doing: "read" };
  observe(round, before.view);
  reviveRules(round, before.view);
  windUpLeases({ ...round, view: before.view });

  const planned = planFrom(round, before.view, withheld);
  let { actual } = planned.input;
  if (planned.plan.add.length + planned.plan.remove.length > 0) {
    const changed = await changeRules(round, planned);
    if (changed.kind !== "changed") return changed;
    actual = changed.actual;
  }
  const seen = { ...planned.input, owned: new Set(draft.record().owned), actual };
  settleLeases({ draft, input: seen, frozen: round.claim.freeze !== undefined, now: round.now });
  const rest = planRules(seen);
  return rest.add.length + rest.remove.length === 0
    ? { kind: "settled" }
    : { kind: "failed", failure: { kind: "conflict", code: "NotAsSent" }, doing: "apply" };
}

async function release(
  round: RegistryRound,
  attempt: Exclude<Attempt, { kind: "lost-hold" }>,
): Promise<void> {
  const { draft, claim, ids, log } = round;
  const now = round.now();
  if (attempt.kind === "settled") {
    const { suspectAt } = draft.record();
    if (suspectAt !== undefined && suspectAt <= now) draft.update({ suspectAt: undefined });
    if (draft.record().failures > 0) draft.update({ failures: 0, lastFailure: undefined });
    reportSuccess(round);
    const recheckMs = RECHECK_MS * (0.9 + 0.2 * ids.random());
    await save(round, nextLook(round, new Date(now.getTime() + recheckMs), now));
    return;
  }
  const { failure } = attempt;
  const doing = attempt.kind === "failed" ? attempt.doing : "apply";
  const failures = draft.record().failures + 1;
  const text = `${failure.kind}: ${failure.code}`;
  if (draft.record().lastFailure !== text) {
    draft.note({ kind: "registry.failed", registry: claim.registry, doing, failure: text });
  }
  draft.update({ failures, lastFailure: text });
  reportFailure(round, failure);
  log.warn("registry.failed", { registry: claim.registry, doing, failure: text, failures });

  const backoffMs = Math.min(BACKOFF_START_MS * 2 ** (failures - 1), BACKOFF_CAP_MS);
  const waitMs = failure.kind === "wait" ? Math.min(failure.ms, BACKOFF_CAP_MS) : 0;
  const retryAt = new Date(now.getTime() + Math.max(waitMs, backoffMs * (0.5 + ids.random())));
  await save(round, failure.kind === "wait" ? retryAt : nextLook(round, retryAt, now));
}

/** The next end of a lease, or the time at which a late write would be seen, unless something else is due before. */
function nextLook({ draft }: RegistryRound, other: Date, now: Date): Date {
  const ends = draft.leases().filter(wantsRule).map(endOf);
  const { suspectAt } = draft.record();
  // What has passed and could not be acted on waits for the retry like everything else.
  const coming = [...ends, ...(suspectAt === undefined ? [] : [suspectAt])].filter(
    (time) => time > now,
  );
  return new Date(Math.min(other.getTime(), ...coming.map((time) => time.getTime())));
}
