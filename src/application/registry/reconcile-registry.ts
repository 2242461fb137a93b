import type { Address } from "../../domain/address.ts";
import { registryOf } from "../../domain/policy.ts";
import { onlyAdding, planRules, type PlanInput } from "../../domain/rule-plan.ts";
import { changeRules, planFrom, type Changed, type PlannedRules } from "./change-rules.ts";
import { checkUncovered } from "./check-uncovered.ts";
import { ledgerIsOff, tidyLedger } from "./keep-ledger.ts";
import { keptUnread, UNREADABLE_RECHECK_MS } from "./leave-unreadable.ts";
import { isQuiet, lookQuietly, rememberQuietLook } from "./look-quietly.ts";
import {
  jittered,
  nextLook,
  nextTry,
  passedMeanwhile,
  RECHECK_MS,
  recheckAt,
} from "./next-look.ts";
import { noteShutOut } from "./note-shut-out.ts";
import type { RegistryView } from "../ports.ts";
import { recoverRules } from "./recover-rules.ts";
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
import { isFrozen, type RegistryClaim } from "../store.ts";
import { blameLeases, windUpLeases } from "./wind-up-leases.ts";

const BACKOFF_START_MS = 2_000;
const BACKOFF_CAP_MS = 5 * 60_000;

const AFTER_RECOVERY_MS = 1_000;
const WHILE_CLOCKS_DIFFER_MS = 60_000;
/** A ledger that only says too much is put right in a quiet round: removals in a burst go first. */
const TIDY_AFTER_MS = 10_000;

/** What an attempt came to: everything is as wanted, or why not. */
type Attempt = Settled | Exclude<Changed, { kind: "changed" }>;

type Settled = {
  readonly kind: "settled";
  /** As last read. */
  readonly view: RegistryView;
  /** Whether rules were changed on the way. */
  readonly changed: boolean;
  /** Something may still be missing, because nothing is added for now. */
  readonly paused: "recovery" | "clocks" | undefined;
};

/**
 * Reads the registry, plans, checks again, writes the intention down, applies it, reads back and commits: the
 * order of ARCHITECTURE.md, "Reconciling a registry". A crash anywhere is repaired by the next round.
 * Throws only for surprises (the store away, a bug); the hold then runs out and the registry is looked at again.
 */
export async function reconcileRegistry(
  deps: ReconcileRegistryDeps,
  claim: RegistryClaim,
  signal: AbortSignal,
  onSent?: () => void,
): Promise<void> {
  const round = openRound(deps, claim, signal, onSent);
  if (claim.record === undefined && claim.unreadable.some(({ kind }) => kind === "registry")) {
    // Which rules are ours is not known, and is not guessed: nothing is read, added or removed.
    await save(round, new Date(claim.now.getTime() + UNREADABLE_RECHECK_MS));
    return;
  }
  const first = await readFresh(round);
  if (first.kind === "read" && (await lookQuietly(round, first.view))) return;
  let attempt = await tryFrom(round, first, []);
  if (attempt.kind === "refused") attempt = await withoutTheRefused(round, attempt);
  if (attempt.kind === "settled") attempt = await keepLedger(round, attempt);
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
  return tryFrom(round, await readFresh(round), withheld);
}

/** The same, once it was read. */
async function tryFrom(
  round: RegistryRound,
  before: Awaited<ReturnType<typeof readFresh>>,
  withheld: readonly Address[],
): Promise<Attempt> {
  if (before.kind !== "read") return { kind: "failed", failure: before, doing: "read" };
  const forgotten = isForgotten(round, before.view);
  observe(round, before.view);
  const recovery = recoverRules(round, before.view);
  if (recovery === "unconfirmed") {
    return { kind: "settled", view: before.view, changed: false, paused: "recovery" };
  }
  reviveRules(round, before.view);
  windUpLeases({ ...round, view: before.view, forgotten });
  checkUncovered(round, before.view, withheld);

  const clocksDiffer = round.clock.differsByMs() !== undefined;
  const paused = recovery === "recovered" ? "recovery" : clocksDiffer ? "clocks" : undefined;
  const drawn = planFrom(round, before.view, withheld);
  const planned = paused === undefined ? drawn : { ...drawn, plan: onlyAdding(drawn.plan, []) };
  let { view } = before;
  const changes = planned.plan.add.length + planned.plan.remove.length > 0;
  if (changes) {
    const changed = await changeRules(round, planned);
    if (changed.kind === "failed") {
      const policy = registryOf(round.policy, round.claim.registry);
      noteShutOut(round.draft, planned.input, policy, round.now());
    }
    if (changed.kind !== "changed") return changed;
    ({ view } = changed);
    if (changed.notAdded !== undefined) {
      settle(round, planned, view);
      return { kind: "failed", failure: changed.notAdded, doing: "ledger" };
    }
  }
  const rest = planRules(settle(round, planned, view));
  const missing = paused === undefined ? rest.add.length : 0;
  return missing + rest.remove.length === 0
    ? { kind: "settled", view, changed: changes, paused }
    : { kind: "failed", failure: { kind: "conflict", code: "NotAsSent" }, doing: "apply" };
}

/** Writes down what is so now. */
function settle(round: RegistryRound, { input }: PlannedRules, view: RegistryView): PlanInput {
  const { draft, now } = round;
  const actual = view.network?.rules ?? [];
  const seen = { ...input, owned: new Set(draft.record().owned), actual };
  settleLeases({
    draft,
    input: seen,
    kept: keptUnread(round, view),
    frozen: isFrozen(round.claim),
    policy: registryOf(round.policy, round.claim.registry),
    now,
  });
  return seen;
}

/** A change of ours that the store does not remember: it was cut or restored, or the one who made it crashed. */
function isForgotten({ draft }: RegistryRound, view: RegistryView): boolean {
  const known = draft.record().observed?.lastModifiedAt;
  const { lastModifiedAt, lastModifiedByUs } = view;
  return (
    lastModifiedByUs &&
    known !== undefined &&
    lastModifiedAt !== undefined &&
    lastModifiedAt > known
  );
}

/** Puts the ledger right where it is off, unless something was changed just now. */
async function keepLedger(round: RegistryRound, settled: Settled): Promise<Attempt> {
  if (settled.changed || settled.paused === "recovery") return settled;
  const kept = await tidyLedger(round, settled.view);
  return kept.kind === "failed" || kept.kind === "lost-hold" ? kept : settled;
}

async function release(
  round: RegistryRound,
  attempt: Exclude<Attempt, { kind: "lost-hold" }>,
): Promise<void> {
  const { draft, claim, ids, log } = round;
  const now = round.now();
  if (attempt.kind === "settled") {
    const { suspectAt } = draft.record();
    if (suspectAt !== undefined && suspectAt <= claim.now) draft.update({ suspectAt: undefined });
    if (draft.record().failures > 0) draft.update({ failures: 0, lastFailure: undefined });
    reportSuccess(round);
    const recheck = recheckMs(round, attempt);
    const at = recheck === RECHECK_MS ? recheckAt(now, ids) : jittered(now, recheck, ids);
    const next = nextLook(round, at, now);
    // What waits for another look is looked at again soon anyway, and not at once.
    const atOnce = attempt.paused !== "recovery" && passedMeanwhile(round, now);
    const quiet = attempt.paused === undefined && isQuiet(round);
    const saved = await save(round, atOnce ? round.clock.toStoreTime(now) : next);
    if (saved && quiet) rememberQuietLook(round, attempt.view);
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
  reportFailure(round, failure, doing);
  log.warn("registry.failed", { registry: claim.registry, doing, failure: text, failures });

  const backoffMs = Math.min(BACKOFF_START_MS * 2 ** (failures - 1), BACKOFF_CAP_MS);
  const waitMs = failure.kind === "wait" ? Math.min(failure.ms, BACKOFF_CAP_MS) : 0;
  const retryMs = Math.max(waitMs, backoffMs * (0.5 + ids.random()));
  await save(round, nextTry(round, { afterMs: waitMs, atLatestAfterMs: retryMs }, now));
}

function recheckMs(round: RegistryRound, { view, paused, changed }: Settled): number {
  if (paused === "recovery") return AFTER_RECOVERY_MS;
  if (paused === "clocks") return WHILE_CLOCKS_DIFFER_MS;
  if (changed && ledgerIsOff(round, view)) return TIDY_AFTER_MS;
  return round.claim.unreadable.length > 0 ? UNREADABLE_RECHECK_MS : RECHECK_MS;
}
