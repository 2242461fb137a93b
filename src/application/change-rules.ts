import type { Address } from "../domain/address.ts";
import { registryOf } from "../domain/policy.ts";
import { onlyAdding, planRules, type PlanInput, type RulePlan } from "../domain/rule-plan.ts";
import { wantedAddresses } from "../domain/wanted-rules.ts";
import { within } from "./deadline.ts";
import { hasFirewall, type ArmFailure, type RegistryView } from "./ports.ts";
import { applyPlan, readFresh, observe, save, type RegistryRound } from "./registry-round.ts";

/** A plan, with the read that it was made from. */
export type PlannedRules = {
  readonly view: RegistryView;
  readonly readAtMs: number;
  readonly input: PlanInput;
  readonly plan: RulePlan;
};

/** The list as it was read back after a change; or why there is none. */
export type Changed =
  | { readonly kind: "changed"; readonly actual: readonly string[] }
  | { readonly kind: "failed"; readonly failure: ArmFailure; readonly doing: "read" | "apply" }
  | {
      readonly kind: "refused";
      readonly failure: ArmFailure & { readonly kind: "refused" };
      readonly added: readonly Address[];
    }
  | { readonly kind: "lost-hold" };

/** An older read is looked at again before it is written from: the window for others stays one round trip. */
const FRESH_FOR_MS = 250;

/** A holder that stops right before its PATCH may send it when the next one is at work: two holds later at the most. */
const LATE_WRITER_HOLDS = 2;

/** Plans from what was read; `withheld` addresses are not added. */
export function planFrom(
  { claim, draft, policy, monotonicMs }: RegistryRound,
  view: RegistryView,
  withheld: readonly Address[],
): PlannedRules {
  const rules = {
    owned: new Set(draft.record().owned),
    baseline: registryOf(policy, claim.registry)?.baseline ?? [],
    actual: view.network?.rules ?? [],
  };
  const leases = hasFirewall(view.sku) ? draft.leases() : [];
  const wanted = wantedAddresses(leases, rules, claim.freeze !== undefined);
  const input: PlanInput = {
    ...rules,
    wanted: wanted.filter((address) => !withheld.includes(address)),
  };
  return { view, readAtMs: monotonicMs(), input, plan: planRules(input) };
}

/** Writes the intention down, waits for its turn, looks again if that took long, sends once, and reads back. */
export async function changeRules(round: RegistryRound, planned: PlannedRules): Promise<Changed> {
  const { rules, claim, draft, signal, leftMs } = round;
  const ownedBefore = draft.record().owned;
  if (!(await intend(round, planned.plan))) return { kind: "lost-hold" };

  const urgency = planned.plan.remove.length > 0 ? "removal" : "addition";
  const turn = await rules.turn(claim.registry, urgency, within(leftMs(), signal));
  const current =
    turn.kind === "turn"
      ? await lookAgain(round, planned, ownedBefore)
      : ({ kind: "failed", failure: turn, doing: "apply" } as const);
  if ("kind" in current) {
    nothingOnItsWay(round);
    return current;
  }
  const { plan, view, input } = current;
  const applied = await applyPlan(round, view, plan);
  const answered = applied.kind !== "failed" || applied.failure.kind !== "unknown-outcome";
  if (answered) nothingOnItsWay(round);
  if (applied.kind === "refused") return { ...applied, added: plan.add };
  if (applied.kind === "failed" && applied.failure.kind !== "unknown-outcome") return applied;

  // Last writer wins, so what was sent is not what is.
  const after = await readFresh(round);
  if (after.kind !== "read") return { kind: "failed", failure: after, doing: "read" };
  observe(round, after.view);
  const actual = after.view.network?.rules ?? [];
  draft.note({
    kind: "rules.changed",
    registry: claim.registry,
    before: input.actual,
    after: actual,
    correlationId: applied.kind === "applied" ? applied.correlationId : undefined,
  });
  return { kind: "changed", actual };
}

/** What an earlier round left open stays open. */
function nothingOnItsWay({ draft, claim }: RegistryRound): void {
  draft.update({ suspectAt: claim.record?.suspectAt });
}

/** Ownership is on record before the rule can exist: a crash after the PATCH leaves a rule that is known as ours. */
async function intend(round: RegistryRound, { add, remove }: RulePlan): Promise<boolean> {
  const { draft, claim, now } = round;
  const suspectAt = new Date(now().getTime() + LATE_WRITER_HOLDS * claim.hold.heldForMs);
  draft.update({ owned: [...new Set([...draft.record().owned, ...add])], suspectAt });
  draft.note({ kind: "rules.intended", registry: claim.registry, add, remove });
  return save(round, undefined);
}

/** Adds only what was intended; a value intended just now and yet present is somebody else's. */
async function lookAgain(
  round: RegistryRound,
  planned: PlannedRules,
  ownedBefore: readonly Address[],
): Promise<PlannedRules | (Changed & { readonly kind: "failed" })> {
  const { draft, monotonicMs } = round;
  if (monotonicMs() - planned.readAtMs <= FRESH_FOR_MS) return planned;
  const again = await readFresh(round);
  if (again.kind !== "read") return { kind: "failed", failure: again, doing: "read" };
  observe(round, again.view);
  const input = {
    ...planned.input,
    owned: new Set(ownedBefore),
    actual: again.view.network?.rules ?? [],
  };
  const plan = onlyAdding(planRules(input), planned.plan.add);
  draft.update({ owned: [...new Set([...ownedBefore, ...plan.add])] });
  return { view: again.view, readAtMs: monotonicMs(), input, plan };
}
