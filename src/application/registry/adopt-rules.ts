import { adoptionObstacle } from "../../domain/adoption.ts";
import { closing, isLive, opened, type EndReason } from "../../domain/lease.ts";
import { openingRefusal } from "../../domain/opening-check.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import { closingEvent } from "../leases/closing-event.ts";
import type { HourlyCount } from "./hourly-count.ts";
import type { RegistryView } from "../ports.ts";
import type { RegistryDraft } from "./registry-draft.ts";

type Input = {
  readonly draft: RegistryDraft;
  readonly policy: Policy;
  /** A rule that is taken over counts like one that is added. */
  readonly recentOpenings: HourlyCount;
  readonly view: RegistryView;
  readonly now: () => Date;
};

/**
 * Takes over the rules that approvers have put under a lease, by this worker's own read and policy. That the rule is
 * ours and that its lease is open is written at once, so that nobody can take over what is ours already. What can't
 * be taken over is not added either: its lease ends.
 */
export function adoptRules({ draft, policy, recentOpenings, view, now }: Input): void {
  const at = now();
  for (const lease of draft.leases()) {
    if (lease.status !== "opening" || !lease.adopts || !isLive(lease, at)) continue;
    const { id, registry, address } = lease;
    const { owned } = draft.record();
    const rules = {
      owned: new Set(owned),
      baseline: registryOf(policy, registry)?.baseline ?? [],
      actual: view.network?.rules ?? [],
    };
    const obstacle = adoptionObstacle(address, rules);
    const own = {
      openingsLastHour: recentOpenings.lastHour(registry),
      givenMs: 0,
      anonymousPull: false,
    };
    const because =
      openingRefusal(policy, lease, own) ??
      (obstacle && ({ kind: "not-adoptable", because: obstacle } as const));
    if (because !== undefined) {
      const reason: EndReason = { kind: "refused", because };
      const over = closing(lease, reason, at);
      draft.move(over, closingEvent(over));
      continue;
    }
    const open = opened(lease, at, false);
    const { endsAt } = open;
    recentOpenings.add(registry, 1);
    draft.update({ owned: [...owned, address] });
    draft.note({ kind: "rule.adopted", lease: id, registry, address });
    draft.move(open, {
      kind: "lease.opened",
      lease: id,
      registry,
      address,
      borrowed: false,
      endsAt,
    });
  }
}
