import { prefixOf } from "../../domain/address.ts";
import type { RegistryPolicy } from "../../domain/policy.ts";

/** What the policy allows and nobody can have meant, or what makes a registry unusable. Empty when there is nothing. */
export function policyWarnings(policy: RegistryPolicy): readonly string[] {
  return [...askingWarnings(policy), ...approvalWarnings(policy), ...otherWarnings(policy)];
}

function askingWarnings({ requesters, address, limits }: RegistryPolicy): readonly string[] {
  const warnings: string[] = [];
  if (requesters !== "members" && requesters.size === 0) {
    warnings.push("NOBODY MAY ASK: the list of requesters is empty.");
  }
  if (address.myIp === "refused" && address.typed === "refused") {
    warnings.push("NOBODY CAN ASK: an address may neither be proven by link nor typed.");
  }
  for (const [name, most] of [
    ["leasesPerPerson", limits.leasesPerPerson],
    ["pendingPerPerson", limits.pendingPerPerson],
    ["openingsPerHour", limits.openingsPerHour],
    ["hoursPerPersonPerDay", limits.hoursPerPersonPerDay],
  ] as const) {
    if (most === 0) warnings.push(`NOTHING IS EVER OPENED: ${name} is 0.`);
  }
  return warnings;
}

function approvalWarnings(policy: RegistryPolicy): readonly string[] {
  const { approvers, requesters } = policy;
  if (approvers.size === 0) return ["NOBODY CAN APPROVE: the list of approvers is empty."];
  const impossible = policy.quorum.filter((entry) => entry.approvers > approvers.size);
  if (impossible.length > 0) {
    return impossible.map(
      ({ prefix, approvers: needed }) =>
        `NOBODY CAN APPROVE ${prefix === 32 ? "single addresses" : `ranges of /${String(prefix)}`}: it takes ${String(needed)}, and there ${approvers.size === 1 ? "is 1 approver" : `are ${String(approvers.size)} approvers`}.`,
    );
  }
  const asking = [...approvers].filter((one) => requesters === "members" || requesters.has(one));
  const most = Math.max(...policy.quorum.map((entry) => entry.approvers));
  return asking.length > 0 && most > approvers.size - 1
    ? [
        `Approvers can't get everything for themselves: it takes up to ${String(most)} others, and each has ${String(approvers.size - 1)}.`,
      ]
    : [];
}

function otherWarnings(policy: RegistryPolicy): readonly string[] {
  const { address, approval, automaticRanges, emergency } = policy;
  const warnings: string[] = [];
  if (automaticRanges.length > 0 && address.myIp === "refused") {
    warnings.push("approve-automatically has no effect: no address may be proven by link.");
  }
  const wide = automaticRanges.filter((range) => prefixOf(range) < 24);
  if (wide.length > 0) {
    warnings.push(`approve-automatically is wide: ${wide.join(", ")}.`);
  }
  if (approval.escalate?.to.size === 0) {
    warnings.push("Escalation reaches nobody: its list is empty.");
  }
  if (emergency.kind === "on" && emergency.people.size === 0) {
    warnings.push("NOBODY CAN DECLARE AN EMERGENCY: its list is empty.");
  }
  if (emergency.kind === "on" && address.myIp === "refused") {
    warnings.push("NOBODY CAN DECLARE AN EMERGENCY: no address may be proven by link.");
  }
  return warnings;
}
