import { closing, wantsRule, type Lease } from "../../domain/lease.ts";
import { registryOf, type Policy } from "../../domain/policy.ts";
import { isLeftGone } from "../../domain/wanted-rules.ts";
import { admissions } from "../../domain/rule-plan.ts";
import { fitsTogether, isFullFor } from "../../domain/slots.ts";
import { closingEvent } from "../leases/closing-event.ts";
import type { RegistryView } from "../ports.ts";
import type { RegistryDraft } from "./registry-draft.ts";

type Input = {
  readonly draft: RegistryDraft;
  readonly policy: Policy;
  readonly view: RegistryView;
  readonly now: () => Date;
};

/**
 * Ends what the registry has no slot for, so that Azure need not refuse the list for it. Rules that are there keep
 * their slots; the others get them in the order of their approvals.
 */
export function fitSlots({ draft, policy, view, now }: Input): void {
  const { id } = draft.record();
  const registry = registryOf(policy, id);
  const rules = {
    owned: new Set(draft.record().owned),
    baseline: registry?.baseline ?? [],
    actual: view.network?.rules ?? [],
  };
  const admissionOf = admissions(rules);
  const leases = draft
    .leases()
    .filter(wantsRule)
    .filter((lease) => !isLeftGone(lease, admissionOf(lease.address), registry));
  // Nearly always; asking about each address by itself takes a plan for each.
  if (fitsTogether({ ...rules, wanted: leases.map(({ address }) => address) }, view.slots)) return;
  const isThere = ({ address }: Lease): boolean => admissionOf(address) !== "none";
  const inOrder = leases.toSorted(
    (a, b) =>
      Number(isThere(b)) - Number(isThere(a)) || a.approvedAt.getTime() - b.approvedAt.getTime(),
  );
  const wanted: Lease["address"][] = [];
  for (const lease of inOrder) {
    if (isFullFor(lease.address, { ...rules, wanted }, view.slots)) {
      const over = closing(lease, { kind: "full" }, now());
      draft.move(over, closingEvent(over));
    } else {
      wanted.push(lease.address);
    }
  }
}
