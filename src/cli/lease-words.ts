import { endSentence } from "../adapters/teams/wording.ts";
import { assertNever } from "../domain/assert-never.ts";
import { formatDuration } from "../domain/duration.ts";
import { shortIdOf } from "../domain/ids.ts";
import { endOf, isOverdue, type Basis, type Lease } from "../domain/lease.ts";
import { instant } from "./columns.ts";

const MINUTE_MS = 60_000;

/** One lease in columns: id, address, who, how it is, and why it was let in. */
export function leaseColumns(lease: Lease, now: Date): readonly string[] {
  const { id, address, requester } = lease;
  return [shortIdOf(id), address, requester.name, statusOf(lease, now), basisOf(lease)];
}

/** The same as data. */
export function leaseData(lease: Lease, now: Date) {
  const { id, registry, address, requester, status, basis, approvals, reason } = lease;
  const endsAt = endOf(lease);
  return {
    id,
    registry,
    address,
    who: requester,
    status,
    borrowed: lease.status === "open" && lease.borrowed,
    shutOut: lease.status === "open" && lease.gone !== undefined,
    basis: basis.kind,
    approvers: approvals.map(({ approver }) => approver),
    reason: reason ?? null,
    endsAt: endsAt.toISOString(),
    leftMs: Math.max(0, endsAt.getTime() - now.getTime()),
    overdue: isOverdue(lease, now),
    endReason: "endReason" in lease ? lease.endReason.kind : null,
  };
}

function statusOf(lease: Lease, now: Date): string {
  const end = endOf(lease);
  const late: boolean = isOverdue(lease, now);
  if (late) return `OVERDUE since ${instant(end)} (${inMinutes(now, end)})`;
  switch (lease.status) {
    case "opening":
      return `approved, its rule not seen yet; given up at ${instant(end)}`;
    case "open": {
      const left = now < end ? `${inMinutes(end, now)} left` : "ending now";
      const through = lease.borrowed ? ", through somebody else's rule" : "";
      const gone = lease.gone === undefined ? "" : ", NOTHING LETS IT PASS";
      return `open until ${instant(end)} (${left})${through}${gone}`;
    }
    case "closing":
      return `closing since ${instant(end)}: ${endSentence(lease.endReason)}`;
    case "ended":
      return `ended ${instant(lease.endedAt)}: ${endSentence(lease.endReason)}`;
    default:
      return assertNever(lease);
  }
}

/** In whole minutes, and one at least. */
function inMinutes(later: Date, earlier: Date): string {
  const minutes = Math.max(1, Math.round((later.getTime() - earlier.getTime()) / MINUTE_MS));
  return formatDuration(minutes * MINUTE_MS);
}

function basisOf({ basis, approvals }: Lease): string {
  const names = approvals.map(({ approver }) => approver.name).join(", ");
  return BASIS[basis.kind](names);
}

const BASIS: Readonly<Record<Basis["kind"], (names: string) => string>> = {
  approvals: (names) => `approved by ${names}`,
  range: () => "granted by the policy's own range",
  move: (names) => `moved, approved by ${names}`,
  emergency: () => "emergency",
};
