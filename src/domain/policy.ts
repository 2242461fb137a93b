import { contains, prefixOf, specialRangeOf, type Address, type SpecialRange } from "./address.ts";
import type { Person, PersonId, RegistryId, TenantId } from "./ids.ts";

/** The policy file as the product understands it. Only its reader makes one, so every field was validated. */
export type Policy = {
  /** SHA-256 of the file's bytes, hex: which text a decision was made under. */
  readonly digest: string;
  readonly tenant: TenantId;
  readonly registries: readonly RegistryPolicy[];
};

/** What holds for one registry, defaults already merged in. */
export type RegistryPolicy = {
  readonly id: RegistryId;
  /** What people type; unique in the policy, lower case. */
  readonly name: string;
  readonly requesters: "members" | ReadonlySet<PersonId>;
  /** Empty means that nobody can approve. */
  readonly approvers: ReadonlySet<PersonId>;
  /** How many distinct approvers it takes; at least 1. */
  readonly quorum: number;
  readonly approvalTimeoutMs: number;
  readonly duration: { readonly defaultMs: number; readonly maxMs: number };
  readonly reason: "required" | "optional";
  readonly address: {
    /** The shortest prefix that may be asked for: 32 allows single addresses only. */
    readonly widest: number;
    readonly reserved: "refuse" | "allow";
    readonly forbid: readonly Address[];
  };
  /** Permanent rules: never removed by us, whatever the store says. */
  readonly baseline: readonly Address[];
  /** What to do about a rule of ours that a program removed; a person's removal always ends the lease. */
  readonly whenRemovedByOthers: "restore" | "end";
  readonly limits: {
    readonly leasesPerPerson: number;
    readonly pendingPerPerson: number;
    readonly openingsPerHour: number;
  };
};

/** Why the policy says no to what somebody asks for. */
export type PolicyRefusal =
  | { readonly kind: "may-not-ask" }
  | { readonly kind: "nobody-can-approve"; readonly needed: number; readonly there: number }
  | { readonly kind: "special-range"; readonly address: Address; readonly range: SpecialRange }
  | { readonly kind: "forbidden-range"; readonly address: Address; readonly forbidden: Address }
  | { readonly kind: "too-wide"; readonly address: Address; readonly widest: number }
  | { readonly kind: "too-long"; readonly durationMs: number; readonly maxMs: number }
  | { readonly kind: "reason-missing" };

/** What is being asked, as far as the policy cares. */
export type Asked = {
  readonly requester: PersonId;
  readonly address: Address;
  readonly durationMs: number;
  readonly reason: string | undefined;
};

/** The first reason why this may not be asked, or `undefined`. Used at asking, at deciding and before adding. */
export function policyRefusal(policy: RegistryPolicy, asked: Asked): PolicyRefusal | undefined {
  if (!mayAsk(policy, asked.requester)) return { kind: "may-not-ask" };
  const there = approversFor(policy, asked.requester).length;
  if (there < policy.quorum) return { kind: "nobody-can-approve", needed: policy.quorum, there };
  const refused = addressRefusal(policy, asked.address);
  if (refused !== undefined) return refused;
  if (asked.durationMs > policy.duration.maxMs) {
    return { kind: "too-long", durationMs: asked.durationMs, maxMs: policy.duration.maxMs };
  }
  return policy.reason === "required" && asked.reason === undefined
    ? { kind: "reason-missing" }
    : undefined;
}

/** `members` are all of the tenant: the tenant was checked before. */
function mayAsk(policy: RegistryPolicy, person: PersonId): boolean {
  return policy.requesters === "members" || policy.requesters.has(person);
}

/** Who may decide a request of this person: every approver but the person. */
export function approversFor(policy: RegistryPolicy, requester: PersonId): readonly PersonId[] {
  return [...policy.approvers].filter((approver) => approver !== requester);
}

/** How many of those who said yes count now: distinct approvers of this moment other than the requester. */
export function standingApprovers(
  policy: RegistryPolicy,
  approvals: readonly { readonly approver: Person }[],
  requester: Person,
): number {
  const deciding = new Set(approversFor(policy, requester.id));
  return new Set(approvals.map(({ approver }) => approver.id).filter((id) => deciding.has(id)))
    .size;
}

/** The registry that people mean by this name, in any case. */
export function registryNamed(policy: Policy, name: string): RegistryPolicy | undefined {
  return policy.registries.find((registry) => registry.name === name.toLowerCase());
}

/** `undefined` when the registry left the policy: nothing is added to it any more, closing goes on. */
export function registryOf(policy: Policy, id: RegistryId): RegistryPolicy | undefined {
  return policy.registries.find((registry) => registry.id === id);
}

/** The registries this person may ask for, in the order of the file. */
export function registriesFor(policy: Policy, person: PersonId): readonly RegistryPolicy[] {
  return policy.registries.filter((registry) => mayAsk(registry, person));
}

function addressRefusal(policy: RegistryPolicy, address: Address): PolicyRefusal | undefined {
  const range = policy.address.reserved === "refuse" ? specialRangeOf(address) : undefined;
  if (range !== undefined) return { kind: "special-range", address, range };
  const forbidden = policy.address.forbid.find(
    (forbid) => contains(forbid, address) || contains(address, forbid),
  );
  if (forbidden !== undefined) return { kind: "forbidden-range", address, forbidden };
  return prefixOf(address) < policy.address.widest
    ? { kind: "too-wide", address, widest: policy.address.widest }
    : undefined;
}
