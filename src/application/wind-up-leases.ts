import type { Address } from "../domain/address.ts";
import {
  closing,
  endOf,
  wantsRule,
  type EndReason,
  type Lease,
  type Open,
  type Opening,
  type OpeningRefusal,
} from "../domain/lease.ts";
import { openingRefusal } from "../domain/opening-check.ts";
import { registryOf, type Policy } from "../domain/policy.ts";
import { admissionOf, type Admission } from "../domain/rule-plan.ts";
import { hasFirewall, type RegistryView } from "./ports.ts";
import type { RecentOpenings } from "./recent-openings.ts";
import type { RegistryDraft } from "./registry-draft.ts";
import type { RegistryClaim } from "./store.ts";

type Input = {
  readonly claim: RegistryClaim;
  readonly draft: RegistryDraft;
  readonly policy: Policy;
  readonly recentOpenings: RecentOpenings;
  readonly now: () => Date;
  readonly view: RegistryView;
};

/**
 * Moves to closing what must not stay: leases that are over, lost their rule to somebody, belong to a registry
 * that was re-created, or do not pass the worker's own check. Nothing outside is touched here.
 */
export function windUpLeases({ claim, draft, policy, recentOpenings, now, view }: Input): void {
  const at = now();
  const created = draft.record().creationDate;
  const recreated = created !== undefined && created.getTime() !== view.creationDate.getTime();
  if (recreated) draft.update({ owned: [], creationDate: view.creationDate });

  const rules = {
    owned: new Set(draft.record().owned),
    baseline: registryOf(policy, claim.registry)?.baseline ?? [],
    actual: view.network?.rules ?? [],
  };
  let openings = recentOpenings.lastHour(claim.registry);
  for (const lease of draft.leases().filter(wantsRule)) {
    const admission = admissionOf(lease.address, rules);
    const added = admission === "none" ? openings : 0;
    const reason = recreated
      ? ({ kind: "registry-gone" } as const)
      : reasonToEnd(lease, admission, at, () => refusalOf(lease, policy, view, added));
    if (reason !== undefined) wind(draft, lease, reason, at);
    else if (admission === "none") openings += 1;
  }
}

function reasonToEnd(
  lease: Opening | Open,
  admission: Admission,
  now: Date,
  refusal: () => OpeningRefusal | undefined,
): EndReason | undefined {
  if (now >= endOf(lease)) return { kind: lease.status === "open" ? "due" : "not-opened" };
  if (lease.status === "open" && admission !== "none") return undefined;
  if (lease.status === "open" && !lease.borrowed) return { kind: "lost" };
  const because = refusal();
  return because === undefined ? undefined : { kind: "refused", because };
}

/** Azure refused this address by itself: the leases that want it end, and no other. */
export function blameLeases(draft: RegistryDraft, address: Address, code: string, now: Date): void {
  for (const lease of draft.leases().filter(wantsRule)) {
    if (lease.address === address) {
      wind(draft, lease, { kind: "refused", because: { kind: "azure-refused", code } }, now);
    }
  }
}

function refusalOf(
  lease: Lease,
  policy: Policy,
  { sku }: RegistryView,
  openings: number,
): OpeningRefusal | undefined {
  return hasFirewall(sku) ? openingRefusal(policy, lease, openings) : { kind: "not-premium", sku };
}

function wind(draft: RegistryDraft, lease: Opening | Open, endReason: EndReason, now: Date): void {
  const { id, registry, address } = lease;
  draft.move(closing(lease, endReason, now), {
    kind: "lease.closing",
    lease: id,
    registry,
    address,
    reason: endReason,
  });
}
