import type { Address } from "../domain/address.ts";
import type { AuditEvent } from "../domain/audit.ts";
import { endOf, wantsRule, type Lease } from "../domain/lease.ts";
import { registryOf } from "../domain/policy.ts";
import { planRules, type PlanInput, type RulePlan } from "../domain/rule-plan.ts";
import { hasFirewall, type ArmFailure, type RegistryView } from "./ports.ts";
import {
  applyPlan,
  observe,
  openRound,
  readFresh,
  save,
  type ReconcileRegistryDeps,
  type RegistryRound,
} from "./registry-round.ts";
import { settleLeases } from "./settle-leases.ts";
import type { RegistryClaim } from "./store.ts";
import { blameLeases, windUpLeases } from "./wind-up-leases.ts";

const RECHECK_MS = 5 * 60_000;
const BACKOFF_START_MS = 2_000;
const BACKOFF_CAP_MS = 5 * 60_000;

/** What an attempt came to: everything is as wanted, or it failed, or the hold is not ours any more. */
type Attempt =
  | { readonly kind: "settled" }
  | { readonly kind: "failed"; readonly failure: ArmFailure; readonly doing: "read" | "apply" }
  | {
      readonly kind: "refused";
      readonly failure: ArmFailure & { readonly kind: "refused" };
      readonly added: readonly Address[];
    }
  | { readonly kind: "lost-hold" };

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

/** Removals first and alone, so that no addition ever delays them; then each addition by itself. */
async function withoutTheRefused(
  round: RegistryRound,
  { added }: Attempt & { kind: "refused" },
): Promise<Attempt> {
  let attempt = await tryOnce(round, added);
  for (const [index, suspect] of added.entries()) {
    if (attempt.kind !== "settled") return attempt;
    const others = added.slice(index + 1);
    attempt = await tryOnce(round, others);
    if (attempt.kind === "refused") {
      blameLeases(round.draft, suspect, attempt.failure.code, round.now());
      attempt = await tryOnce(round, others);
    }
  }
  return attempt;
}

/** One read, plan, write and read back; `withheld` addresses are not added in it. */
async function tryOnce(round: RegistryRound, withheld: readonly Address[]): Promise<Attempt> {
  const { draft } = round;
  const before = await readFresh(round);
  if (before.kind !== "read") return { kind: "failed", failure: before, doing: "read" };
  observe(round, before.view);

  windUpLeases({ ...round, view: before.view });
  const input = planInput(round, before.view, withheld);
  const plan = planRules(input);
  let actual = input.actual;

  if (plan.add.length > 0 || plan.remove.length > 0) {
    if (!(await intend(round, plan))) return { kind: "lost-hold" };
    const applied = await applyPlan(round, before.view, plan);
    if (applied.kind === "refused") return { ...applied, added: plan.add };
    if (applied.kind === "failed" && applied.failure.kind !== "unknown-outcome") return applied;
    // Last writer wins, so what was sent is not what is.
    const after = await readFresh(round);
    if (after.kind !== "read") return { kind: "failed", failure: after, doing: "read" };
    observe(round, after.view);
    actual = after.view.network?.rules ?? [];
    const correlationId = applied.kind === "applied" ? applied.correlationId : undefined;
    draft.note({
      kind: "rules.changed",
      registry: round.claim.registry,
      before: input.actual,
      after: actual,
      correlationId,
    });
  }
  const seen = { ...input, owned: new Set(draft.record().owned), actual };
  settleLeases({ draft, input: seen, now: round.now });
  const rest = planRules(seen);
  return rest.add.length + rest.remove.length === 0
    ? { kind: "settled" }
    : { kind: "failed", failure: { kind: "conflict", code: "NotAsSent" }, doing: "apply" };
}

function planInput(
  { claim, draft, policy }: RegistryRound,
  view: RegistryView,
  withheld: readonly Address[],
): PlanInput {
  const wanting = hasFirewall(view.sku) ? draft.leases().filter(wantsRule) : [];
  const wanted = wanting.map(({ address }) => address);
  return {
    wanted: wanted.filter((address) => !withheld.includes(address)),
    owned: new Set(draft.record().owned),
    baseline: registryOf(policy, claim.registry)?.baseline ?? [],
    actual: view.network?.rules ?? [],
  };
}

/** Ownership is on record before the rule can exist: a crash after the PATCH leaves a rule that is known as ours. */
async function intend(round: RegistryRound, { add, remove }: RulePlan): Promise<boolean> {
  const { draft, claim } = round;
  draft.update({ owned: [...new Set([...draft.record().owned, ...add])] });
  draft.note({ kind: "rules.intended", registry: claim.registry, add, remove });
  return save(round, undefined);
}

async function release(
  round: RegistryRound,
  attempt: Exclude<Attempt, { kind: "lost-hold" }>,
): Promise<void> {
  const { draft, claim, ids, log, now } = round;
  if (attempt.kind === "settled") {
    if (draft.record().failures > 0) draft.update({ failures: 0, lastFailure: undefined });
    const recheckMs = RECHECK_MS * (0.9 + 0.2 * ids.random());
    await save(round, earliest(draft.leases(), new Date(now().getTime() + recheckMs)));
    return;
  }
  const { failure } = attempt;
  const doing = attempt.kind === "failed" ? attempt.doing : "apply";
  const failures = draft.record().failures + 1;
  const text = `${failure.kind}: ${failure.code}`;
  const event: AuditEvent = {
    kind: "registry.failed",
    registry: claim.registry,
    doing,
    failure: text,
  };
  if (draft.record().lastFailure !== text) draft.note(event);
  draft.update({ failures, lastFailure: text });
  log.warn("registry.failed", { registry: claim.registry, doing, failure: text, failures });

  const backoffMs = Math.min(BACKOFF_START_MS * 2 ** (failures - 1), BACKOFF_CAP_MS);
  const waitMs = failure.kind === "wait" ? Math.min(failure.ms, BACKOFF_CAP_MS) : 0;
  const retryAt = new Date(now().getTime() + Math.max(waitMs, backoffMs * (0.5 + ids.random())));
  await save(round, failure.kind === "wait" ? retryAt : earliest(draft.leases(), retryAt));
}

/** The next end of a live lease, unless something else is due before. */
function earliest(leases: readonly Lease[], other: Date): Date {
  const ends = leases.filter(wantsRule).map((lease) => endOf(lease).getTime());
  return new Date(Math.min(other.getTime(), ...ends));
}
