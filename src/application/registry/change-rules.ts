import type { Address } from "../../domain/address.ts";
import { registryOf } from "../../domain/policy.ts";
import {
  onlyAdding,
  ownedPresent,
  planRules,
  type PlanInput,
  type RulePlan,
} from "../../domain/rule-plan.ts";
import { wantedAddresses } from "../../domain/wanted-rules.ts";
import { within } from "../deadline.ts";
import { noteAdditions, type Kept } from "./keep-ledger.ts";
import { keptUnread } from "./leave-unreadable.ts";
import { hasFirewall, type ArmFailure, type RegistryView } from "../ports.ts";
import { isFrozen } from "../store.ts";
import { applyPlan, readFresh, observe, save, type RegistryRound } from "./registry-round.ts";
import { reviveRules } from "./revive-rules.ts";

/** A plan, with the read that it was made from. */
export type PlannedRules = {
  readonly view: RegistryView;
  readonly readAtMs: number;
  readonly input: PlanInput;
  readonly plan: RulePlan;
};

/** The registry as it was read back after a change; or why there is none. */
export type Changed =
  | {
      readonly kind: "changed";
      readonly view: RegistryView;
      /** Why the ledger could not be written: nothing was added, only removed. */
      readonly notAdded: ArmFailure | undefined;
    }
  | {
      readonly kind: "failed";
      readonly failure: ArmFailure;
      readonly doing: "read" | "apply" | "ledger";
    }
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
  round: RegistryRound,
  view: RegistryView,
  withheld: readonly Address[],
): PlannedRules {
  const { claim, draft, policy, monotonicMs } = round;
  const rules = {
    owned: new Set(draft.record().owned),
    baseline: registryOf(policy, claim.registry)?.baseline ?? [],
    actual: view.network?.rules ?? [],
  };
  // Kept where they are, and not put back where they are not.
  const present = ownedPresent(rules);
  const recovered = draft.record().recovered.map(({ address }) => address);
  const kept = [...recovered, ...keptUnread(round, view)].filter((one) => present.has(one));
  const leases = hasFirewall(view.sku) ? draft.leases() : [];
  const wanted = wantedAddresses(
    leases,
    rules,
    isFrozen(claim),
    registryOf(policy, claim.registry),
  );
  const input: PlanInput = {
    ...rules,
    wanted: [...wanted.filter((address) => !withheld.includes(address)), ...kept],
  };
  return { view, readAtMs: monotonicMs(), input, plan: planRules(input) };
}

/**
 * Writes the intention down, here and in the ledger, waits for its turn, looks again if that took long, sends once,
 * and reads back.
 */
export async function changeRules(round: RegistryRound, planned: PlannedRules): Promise<Changed> {
  const { rules, claim, draft, signal, leftMs } = round;
  const { add, remove } = planned.plan;
  const ownedBefore = draft.record().owned;
  if (!(await intend(round, planned.plan))) return { kind: "lost-hold" };
  const removing = remove.length > 0;
  const noted = await noteAdditions(round, planned.view, add, removing);
  if (noted.kind === "failed" && !removing) {
    notAdded(round, add, ownedBefore);
    nothingOnItsWay(round);
    return noted;
  }

  const urgency = removing ? "removal" : "addition";
  const turn = await rules.turn(claim.registry, urgency, within(leftMs(), signal));
  const current =
    turn.kind === "turn"
      ? await lookAgain(round, planned, ownedBefore, noted)
      : ({ kind: "failed", failure: turn, doing: "apply" } as const);
  if ("kind" in current) {
    notAdded(round, add, ownedBefore);
    nothingOnItsWay(round);
    return current;
  }
  const { plan, view, input } = current;
  const notNoted = noted.kind === "failed" ? noted.failure : undefined;
  if (plan.add.length + plan.remove.length === 0) {
    // Others did it meanwhile: a list that says nothing new could only undo what they do next.
    nothingOnItsWay(round);
    return { kind: "changed", view, notAdded: notNoted };
  }
  const applied = await applyPlan(round, view, plan);
  const answered = applied.kind !== "failed" || applied.failure.kind !== "unknown-outcome";
  if (answered) nothingOnItsWay(round);
  // After a 503 nobody knows for certain, so what was to be added may be there and stays ours.
  const maybeAdded = applied.kind === "applied" || !answered || applied.failure.kind === "wait";
  if (!maybeAdded) notAdded(round, plan.add, ownedBefore);
  if (applied.kind === "refused") return { ...applied, added: plan.add };
  if (applied.kind === "failed" && applied.failure.kind !== "unknown-outcome") return applied;

  // Last writer wins, so what was sent is not what is.
  round.onSent();
  const after = await readFresh(round, "confirm");
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
  return { kind: "changed", view: after.view, notAdded: notNoted };
}

/** What certainly was not added is not ours: somebody else may add it now, since we did not. */
function notAdded(
  { draft }: RegistryRound,
  add: readonly Address[],
  ownedBefore: readonly Address[],
): void {
  const { owned } = draft.record();
  draft.update({ owned: owned.filter((one) => !add.includes(one) || ownedBefore.includes(one)) });
}

/** What an earlier round left open stays open. */
function nothingOnItsWay({ draft, claim }: RegistryRound): void {
  draft.update({ suspectAt: claim.record?.suspectAt });
}

/** Ownership is on record before the rule can exist: a crash after the PATCH leaves a rule that is known as ours. */
async function intend(round: RegistryRound, { add, remove }: RulePlan): Promise<boolean> {
  const { draft, claim, now, ledger } = round;
  const suspectAt = new Date(now().getTime() + LATE_WRITER_HOLDS * claim.hold.heldForMs);
  draft.update({ owned: [...new Set([...draft.record().owned, ...add])], suspectAt });
  // Before the ledger has it: one that is newer than this was not written by this store.
  if (ledger !== undefined && add.length > 0) draft.update({ ledgerFence: claim.hold.fence });
  draft.note({ kind: "rules.intended", registry: claim.registry, add, remove });
  return save(round, undefined);
}

/** Adds only what was intended; a value intended just now and yet present is somebody else's. */
async function lookAgain(
  round: RegistryRound,
  planned: PlannedRules,
  ownedBefore: readonly Address[],
  noted: Kept,
): Promise<PlannedRules | (Changed & { readonly kind: "failed" })> {
  const { draft, monotonicMs } = round;
  const isFresh = monotonicMs() - planned.readAtMs <= FRESH_FOR_MS;
  if (isFresh && noted.kind === "as-it-was") return planned;
  const again = await readFresh(round);
  if (again.kind !== "read") return { kind: "failed", failure: again, doing: "read" };
  observe(round, again.view);
  if (noted.kind === "kept") draft.update({ ledgerWrittenAt: again.view.lastModifiedAt });
  draft.update({ owned: ownedBefore });
  // After our PATCH everything that is there would seem to be our own doing.
  reviveRules(round, again.view);
  const { owned } = draft.record();
  const input = {
    ...planned.input,
    owned: new Set(owned),
    actual: again.view.network?.rules ?? [],
  };
  const plan = onlyAdding(planRules(input), noted.kind === "failed" ? [] : planned.plan.add);
  draft.update({ owned: [...new Set([...owned, ...plan.add])] });
  return { view: again.view, readAtMs: monotonicMs(), input, plan };
}
