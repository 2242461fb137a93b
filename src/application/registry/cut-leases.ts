import { coveredEnd } from "../../domain/covered-end.ts";
import type { Policy } from "../../domain/policy.ts";
import type { RegistryDraft } from "./registry-draft.ts";

/** The worker's own check of ends: a later one than standing approvals cover is not honoured, whoever wrote it. */
export function cutLeases(draft: RegistryDraft, policy: Policy, now: Date): void {
  for (const lease of draft.leases()) {
    if (lease.status !== "open") continue;
    const covered = coveredEnd(lease, policy, now);
    if (lease.endsAt <= covered.endsAt) continue;
    const { id, registry, address, endsAt: from } = lease;
    const cut = { ...lease, ...covered, version: lease.version + 1 };
    draft.move(cut, { kind: "lease.cut", lease: id, registry, address, from, to: cut.endsAt });
  }
}
