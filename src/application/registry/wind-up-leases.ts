import type { Address } from "../../domain/address.ts";
import {
  closing,
  endOf,
  wantsRule,
  type EndReason,
  type Lease,
  type Open,
  type Opening,
  type OpeningRefusal,
} from "../../domain/lease.ts";
import { openingRefusal } from "../../domain/opening-check.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import { isLeftGone } from "../../domain/wanted-rules.ts";
import { admissions, type Admission } from "../../domain/rule-plan.ts";
import { lastWriterOf } from "./last-writer.ts";
import { hasFirewall, type RegistryView } from "../ports.ts";
import { closingEvent } from "../leases/closing-event.ts";
import { adoptRules } from "./adopt-rules.ts";
import { cutLeases } from "./cut-leases.ts";
import { fitSlots } from "./fit-slots.ts";
import type { DailyTime } from "./daily-time.ts";
import type { HourlyCount } from "./hourly-count.ts";
import type { RegistryDraft } from "./registry-draft.ts";
import { isFrozen, type RegistryClaim } from "../store.ts";

const RESTORES_PER_HOUR = 3;

type Input = {
  readonly claim: RegistryClaim;
  readonly draft: RegistryDraft;
  readonly policy: Policy;
  readonly recentOpenings: HourlyCount;
  readonly recentRestores: HourlyCount;
  readonly dailyTime: DailyTime;
  readonly now: () => Date;
  readonly view: RegistryView;
  /** We wrote last, and the store knows nothing of it. */
  readonly forgotten: boolean;
};

/**
 * Moves to closing what must not stay: leases that are over, lost their rule to somebody, belong to a registry
 * that was re-created, or do not pass the worker's own check. Nothing outside is touched here.
 */
export function windUpLeases(input: Input): void {
  const { claim, draft, policy, recentOpenings, dailyTime, now, view } = input;
  const at = now();
  for (const { id, status } of draft.leases()) if (status === "closing") dailyTime.over(id);
  const created = draft.record().creationDate;
  const recreated = created !== undefined && created.getTime() !== view.creationDate.getTime();
  if (recreated) {
    // What can't be read was promised on the old registry too: the date stays until that could be ended.
    const creationDate = claim.unreadable.length > 0 ? created : view.creationDate;
    draft.update({ owned: [], tombstones: [], recovered: [], ledgerFence: 0, creationDate });
  }

  if (!recreated) adoptRules(input);
  const admissionOf = admissions({
    owned: new Set(draft.record().owned),
    baseline: registryOf(policy, claim.registry)?.baseline ?? [],
    actual: view.network?.rules ?? [],
  });
  cutLeases(draft, policy, at);
  let openings = recentOpenings.lastHour(claim.registry);
  for (const lease of draft.leases().filter(wantsRule)) {
    const admission = admissionOf(lease.address);
    const added = admission === "none" ? openings : 0;
    const reason = recreated
      ? ({ kind: "registry-gone" } as const)
      : reasonToEnd(lease, admission, input, () => refusalOf(lease, input, added));
    if (reason !== undefined) {
      wind(draft, lease, reason, at);
      continue;
    }
    // What is put back counts too: a store could call it open before anybody let it in.
    if (lease.status === "opening" || admission === "none") dailyTime.add(lease);
    if (admission === "none") openings += 1;
  }
  fitSlots(input);
}

function reasonToEnd(
  lease: Opening | Open,
  admission: Admission,
  input: Input,
  refusal: () => OpeningRefusal | undefined,
): EndReason | undefined {
  if (input.now() >= endOf(lease)) return { kind: lease.status === "open" ? "due" : "not-opened" };
  if (lease.status === "open" && admission !== "none") return undefined;
  const { policy, forgotten } = input;
  if (!forgotten && isLeftGone(lease, admission, registryOf(policy, lease.registry))) {
    return undefined;
  }
  // On a frozen registry nothing is put back, nor put where a rule of somebody else was.
  const lost =
    lease.status === "open" &&
    (isFrozen(input.claim) || lease.adopts || (!lease.borrowed && !mayRestore(input, lease)));
  if (lost) return { kind: "lost", by: forgotten ? "restored-store" : "others" };
  const because = refusal();
  return because === undefined ? undefined : { kind: "refused", because };
}

/**
 * Whether a rule of ours that somebody removed is put back: if the policy says so, if a program removed it (a
 * person's removal ends the lease), and at most three times an hour, so that two programs do not fight for ever.
 */
function mayRestore(input: Input, lease: Open): boolean {
  const { claim, draft, policy, recentRestores, view, forgotten } = input;
  const wanted = registryOf(policy, claim.registry)?.whenRemovedByOthers === "restore";
  const writer = lastWriterOf(draft.record(), view);
  const byPerson = writer === "person" || writer === "unknown";
  // What we removed ourselves before the store was restored was over.
  if (!wanted || byPerson || forgotten) return false;
  // The last round has begun to put it back and failed: that is the same restore.
  if (draft.record().failures > 0) return true;
  if (recentRestores.lastHour(claim.registry) >= RESTORES_PER_HOUR) return false;
  recentRestores.add(claim.registry, 1);
  const { id, registry, address } = lease;
  draft.note({ kind: "lease.restoring", lease: id, registry, address });
  return true;
}

/** Azure refused this address by itself: the leases that want it end, and no other. */
export function blameLeases(draft: RegistryDraft, address: Address, code: string, now: Date): void {
  for (const lease of draft.leases().filter(wantsRule)) {
    if (lease.address === address) {
      wind(draft, lease, { kind: "refused", because: { kind: "azure-refused", code } }, now);
    }
  }
}

/** Why the worker does not add the lease's address, by its own policy, memory and read. */
export function refusalOf(
  lease: Lease,
  { policy, view, dailyTime }: Pick<Input, "policy" | "view" | "dailyTime">,
  openingsLastHour: number,
): OpeningRefusal | undefined {
  const { sku, anonymousPull } = view;
  if (!hasFirewall(sku)) return { kind: "not-premium", sku };
  const givenMs = dailyTime.lastDayMs(lease.requester.id, lease.id);
  return openingRefusal(policy, lease, { openingsLastHour, givenMs, anonymousPull });
}

function wind(draft: RegistryDraft, lease: Opening | Open, endReason: EndReason, now: Date): void {
  const over = closing(lease, endReason, now);
  draft.move(over, closingEvent(over));
}
