import type { Address } from "../../domain/address.ts";
import { closing, wantsRule, type Lease } from "../../domain/lease.ts";
import { admissions } from "../../domain/rule-plan.ts";
import { closingEvent } from "../leases/closing-event.ts";
import type { RegistryView } from "../ports.ts";
import { planFrom } from "./change-rules.ts";
import type { RegistryRound } from "./registry-round.ts";
import { refusalOf } from "./wind-up-leases.ts";

/**
 * An open lease whose address only a wider rule of ours let pass needs a rule of its own when that one goes. It is
 * added like any other, so it is held against the policy like any other: nobody has looked at it before, whatever the
 * store says of it. Ends what does not pass.
 */
export function checkUncovered(
  round: RegistryRound,
  view: RegistryView,
  withheld: readonly Address[],
): void {
  const { draft, claim, policy, recentOpenings, dailyTime, now } = round;
  const passed = new Set<Lease>();
  for (;;) {
    const { input, plan } = planFrom(round, view, withheld);
    const admissionOf = admissions(input);
    const adding = new Set(plan.add);
    const wanting = draft.leases().filter(wantsRule);
    const uncovered = wanting.find(
      (lease) =>
        !passed.has(lease) && adding.has(lease.address) && admissionOf(lease.address) !== "none",
    );
    if (uncovered === undefined) return;
    const others = wanting.filter(({ address }) => admissionOf(address) === "none").length;
    const openings = recentOpenings.lastHour(claim.registry) + others + passed.size;
    const because = refusalOf(uncovered, { policy, view, dailyTime }, openings);
    if (because === undefined) {
      passed.add(uncovered);
      dailyTime.add(uncovered);
      continue;
    }
    const over = closing(uncovered, { kind: "refused", because }, now());
    draft.move(over, closingEvent(over));
  }
}
