import type { Lease } from "../../src/domain/lease.ts";
import type { PersonId } from "../../src/domain/ids.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What somebody has asked for, as the test said it. */
export type Wish = {
  readonly kind: "open" | "extend" | "replace" | "adopt" | "emergency";
  readonly by: PersonId;
  readonly registry: string;
  readonly address: string;
  readonly seenByLink: boolean;
  readonly durationMs: number;
  readonly at: Date;
};

/** A yes that somebody clicked who was let in. */
export type Yes = {
  readonly by: PersonId;
  readonly at: Date;
  readonly atMostMs: number | undefined;
};

/** What is said of a lease: by the history of a test, or by a store that may lie. */
export type Claimed = {
  readonly basis: "approvals" | "range" | "move" | "emergency" | "extension" | "adoption";
  readonly by: PersonId;
  readonly address: string;
  readonly durationMs: number;
  readonly askedAt: Date;
  readonly yes: readonly Yes[];
};

/**
 * Why the policy does not let this in at this moment, by rules written down here a second time; `undefined` when it does.
 * Nothing of the product's is used.
 */
export function whyNot(policy: RegistryPolicy | undefined, claimed: Claimed): string | undefined {
  if (policy === undefined) return "the registry is not in the policy";
  const { basis, by, address, durationMs } = claimed;
  if (basis === "adoption") {
    if (!policy.approvers.has(by)) return "adopted by no approver";
    return durationMs > policy.duration.maxMs ? "adopted for too long" : undefined;
  }
  const against = againstTheRules(policy, claimed);
  if (against !== undefined) return against;
  const wide = range(address);
  if (basis === "emergency") {
    const { emergency } = policy;
    if (emergency.kind === "off" || !emergency.people.has(by)) return "no emergency for them";
    return wide.prefix !== 32 || durationMs > emergency.maxMs ? "too much for one" : undefined;
  }
  if (basis === "extension") {
    return policy.duration.extend.approval === "automatic" ? undefined : "nobody extends by itself";
  }
  if (basis === "range") {
    const covered = policy.automaticRanges.some((own) => within(range(own), wide));
    return wide.prefix === 32 && covered ? undefined : "in no range of the policy";
  }
  if (basis === "move" && policy.move !== "automatic") return "nothing moves by itself";
  return quorumMissing(policy, claimed);
}

/** What holds whoever said yes: for whom, which addresses, and how long. */
export function againstTheRules(policy: RegistryPolicy, claimed: Claimed): string | undefined {
  const { basis, by, address, durationMs } = claimed;
  const wide = range(address);
  const { forbid, widest } = policy.address;
  if (forbid.some((forbidden) => overlap(range(forbidden), wide))) return "forbidden";
  if (wide.prefix < widest) return "too wide";
  if (durationMs > policy.duration.maxMs) return "too long";
  const may = policy.requesters === "members" || policy.requesters.has(by);
  return may || basis === "emergency" ? undefined : "may not ask";
}

/** Distinct people who may decide now, other than the one who asked, and none for less than this. */
export function quorumMissing(policy: RegistryPolicy, claimed: Claimed): string | undefined {
  const { by, address, durationMs, askedAt, yes } = claimed;
  const { escalate } = policy.approval;
  const counting = yes.filter((each) => {
    if (each.by === by) return false;
    if (policy.approvers.has(each.by)) return true;
    const waitedMs = each.at.getTime() - askedAt.getTime();
    return escalate !== undefined && escalate.to.has(each.by) && waitedMs >= escalate.afterMs;
  });
  const people = new Set(counting.map((each) => each.by)).size;
  const needed = neededFor(policy, range(address).prefix);
  if (people < needed) return `${String(people)} of ${String(needed)} approvers`;
  const short = counting.some(({ atMostMs }) => atMostMs !== undefined && durationMs > atMostMs);
  return short ? "longer than one of them said" : undefined;
}

/** The lease as it stands in a store, which may lie. */
export function claimedBy(lease: Lease): Claimed {
  const { requester, address, durationMs, askedAt, approvals, adopts } = lease;
  return {
    ...{ basis: adopts ? "adoption" : lease.basis.kind, address, durationMs, askedAt },
    by: requester.id,
    yes: approvals.map(({ approver, at, atMostMs }) => ({ by: approver.id, at, atMostMs })),
  };
}

/** What people were given, by what the test has seen. */
export type Given = {
  readonly person: PersonId;
  readonly lease: string;
  readonly at: Date;
  readonly durationMs: number;
};

/** How much time the person was given in the last 24 hours; of what is over, at the most what it was open. */
export function givenLately(
  given: readonly Given[],
  person: PersonId,
  leaseOf: (id: string) => Lease | undefined,
  now: Date,
  graceMs = 0,
): number {
  const recent = given.filter(
    (each) => each.person === person && each.at.getTime() > now.getTime() - DAY_MS,
  );
  return [...new Set(recent.map(({ lease }) => lease))].reduce((sum, id) => {
    const granted = recent
      .filter(({ lease }) => lease === id)
      .reduce((total, { durationMs }) => total + durationMs, 0);
    const lease = leaseOf(id);
    const isOver = lease?.status === "closing" || lease?.status === "ended";
    if (!isOver) return sum + granted;
    const hadMs = lease.seenAt === undefined ? 0 : lease.endsAt.getTime() - lease.seenAt.getTime();
    return sum + Math.min(granted, Math.max(0, hadMs - graceMs));
  }, 0);
}

/** How much one person may be given in 24 hours on this registry. */
export function hoursOf({ limits }: RegistryPolicy): number {
  return limits.hoursPerPersonPerDay * HOUR_MS;
}

/** The registry of the policy with this id. */
export function policyFor(policy: Policy, registry: string): RegistryPolicy | undefined {
  return policy.registries.find(({ id }) => id === registry);
}

/** The entry for the narrowest width that holds this one; beyond the widest, what that says. */
function neededFor({ quorum }: RegistryPolicy, prefix: number): number {
  const holding = quorum.filter((entry) => entry.prefix <= prefix).map((entry) => entry.prefix);
  const entries = holding.length > 0 ? holding : quorum.map((entry) => entry.prefix);
  const chosen = holding.length > 0 ? Math.max(...entries) : Math.min(...entries);
  return quorum.find((entry) => entry.prefix === chosen)?.approvers ?? Infinity;
}

type Range = { readonly first: number; readonly prefix: number };

function range(text: string): Range {
  const [host = "", prefix = "32"] = text.split("/");
  const first = host.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, prefix: Number(prefix) };
}

function within(outer: Range, inner: Range): boolean {
  const size = 2 ** (32 - outer.prefix);
  return (
    inner.prefix >= outer.prefix && inner.first >= outer.first && inner.first < outer.first + size
  );
}

function overlap(one: Range, other: Range): boolean {
  return within(one, other) || within(other, one);
}
