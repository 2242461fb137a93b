import type { Person, PersonId } from "./ids.ts";
import type { RegistryPolicy } from "./policy.ts";
import type { Approval } from "./lease.ts";

type Deciding = Pick<RegistryPolicy, "approvers" | "approval">;

/**
 * Whether the person may decide at `at` what was asked at `askedAt`: approvers always, and those it escalates to once
 * it has waited as long as the policy says. That nobody decides for themselves is for the caller to see to.
 */
export function mayDecide(policy: Deciding, person: PersonId, askedAt: Date, at: Date): boolean {
  if (policy.approvers.has(person)) return true;
  const escalatesAt = escalationOf(policy, askedAt);
  if (escalatesAt === undefined || at < escalatesAt) return false;
  return policy.approval.escalate?.to.has(person) === true;
}

/** Whether there can be anything for the person to decide, now or once it has waited. */
export function mayEverDecide(policy: Deciding, person: PersonId): boolean {
  return policy.approvers.has(person) || policy.approval.escalate?.to.has(person) === true;
}

/** Everybody who may decide it at `at`, approvers first; never its requester. */
export function decidersOf(
  policy: Deciding,
  requester: PersonId,
  askedAt: Date,
  at: Date,
): readonly PersonId[] {
  const people = new Set([...policy.approvers, ...(policy.approval.escalate?.to ?? [])]);
  return [...people].filter((id) => id !== requester && mayDecide(policy, id, askedAt, at));
}

/** When what was asked at `askedAt` is escalated; `undefined` when the policy does not do that. */
export function escalationOf({ approval }: Deciding, askedAt: Date): Date | undefined {
  const { escalate } = approval;
  return escalate && new Date(askedAt.getTime() + escalate.afterMs);
}

/**
 * The approvals that count now: of people other than the requester, who are approvers at this moment, or whom it had
 * been escalated to when they said yes.
 */
export function standingApprovals(
  policy: Deciding,
  approvals: readonly Approval[],
  requester: Person,
  askedAt: Date,
): readonly Approval[] {
  return approvals.filter(
    ({ approver, at }) =>
      approver.id !== requester.id && mayDecide(policy, approver.id, askedAt, at),
  );
}

/** How many people those are. */
export function standingDeciders(
  policy: Deciding,
  approvals: readonly Approval[],
  requester: Person,
  askedAt: Date,
): number {
  const standing = standingApprovals(policy, approvals, requester, askedAt);
  return new Set(standing.map(({ approver }) => approver.id)).size;
}
