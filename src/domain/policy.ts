import { contains, prefixOf, specialRangeOf, type Address, type SpecialRange } from "./address.ts";
import type { PersonId, RegistryId, TenantId } from "./ids.ts";

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
  /** Never empty, single addresses first; see `quorumFor`. */
  readonly quorum: readonly Quorum[];
  /** Ranges out of which a single address that was seen by link needs no approver. */
  readonly automaticRanges: readonly Address[];
  readonly approval: {
    /** How long a request waits for its approvers. */
    readonly timeoutMs: number;
    /** After how long of waiting approvers are reminded, the shortest first. */
    readonly remindAfterMs: readonly number[];
    /** Who is told of a request that waits for this long, and may decide it from then on; see `mayDecide`. */
    readonly escalate: { readonly afterMs: number; readonly to: ReadonlySet<PersonId> } | undefined;
    /** How long the same person can't ask again for what was denied; 0 for not at all. */
    readonly coolDownMs: number;
  };
  /** Where approvers get what waits for them: each personally, or all of them in a channel. */
  readonly inbox:
    { readonly kind: "persons" } | { readonly kind: "channel"; readonly channelId: string };
  readonly duration: {
    readonly defaultMs: number;
    readonly maxMs: number;
    readonly extend: {
      /** The most that one extension may add. */
      readonly maxMs: number;
      /** How often a lease may be extended; Infinity when the file does not say. */
      readonly times: number;
      readonly approval: "required" | "automatic";
    };
  };
  readonly reason:
    | { readonly kind: "optional" }
    | { readonly kind: "required" }
    /** `pattern` is the source of a regular expression that was found harmless; `hint` says it to people. */
    | { readonly kind: "pattern"; readonly pattern: string; readonly hint: string };
  readonly address: {
    /** The shortest prefix that may be asked for: 32 allows single addresses only. */
    readonly widest: number;
    readonly reserved: "refuse" | "allow";
    readonly forbid: readonly Address[];
    /** Whether an address may be proven by link. */
    readonly myIp: "allowed" | "refused";
    /** Whether an address may be typed. */
    readonly typed: "allowed" | "refused";
  };
  /** Whether another address under a lease takes approvers. `automatic`: a single one that was seen by link takes none. */
  readonly move: "required" | "automatic" | "never";
  readonly emergency: Emergency;
  /** Permanent rules: never removed by us, whatever the store says. */
  readonly baseline: readonly Address[];
  /** What to do about a rule of ours that a program removed; unless it is `report`, a person's removal ends the lease. */
  readonly whenRemovedByOthers: "restore" | "report" | "end";
  /** What to do about a registry that everybody who gets through may pull from: the firewall is its only lock. */
  readonly anonymousPull: "refuse" | "warn";
  readonly limits: {
    readonly leasesPerPerson: number;
    readonly pendingPerPerson: number;
    /** How many hours one person may be given in 24 hours, over all registries; Infinity when the file does not say. */
    readonly hoursPerPersonPerDay: number;
    readonly openingsPerHour: number;
  };
};

/** It takes so many distinct approvers for an address of this prefix. */
export type Quorum = { readonly prefix: number; readonly approvers: number };

/** Who may open one proven address for themselves at once, for how long at the most, and who hears of it besides the approvers. */
export type Emergency =
  | { readonly kind: "off" }
  | {
      readonly kind: "on";
      readonly people: ReadonlySet<PersonId>;
      readonly maxMs: number;
      readonly tell: ReadonlySet<PersonId>;
    };

/**
 * How many distinct approvers an address takes. An entry is for ranges as wide as its prefix and for narrower ones,
 * down to the next entry: of /32 and /30, a /31 takes what /30 says. A range wider than all entries takes what the
 * widest one says.
 */
export function quorumFor(
  { quorum }: Pick<RegistryPolicy, "quorum">,
  address: Address | undefined,
): number {
  const width = address === undefined ? SINGLE : prefixOf(address);
  const widestFirst = quorum.toSorted((one, other) => one.prefix - other.prefix);
  const entry = widestFirst.findLast(({ prefix }) => prefix <= width) ?? widestFirst[0];
  return entry?.approvers ?? Infinity;
}

const SINGLE = 32;

/** Why the policy says no to what somebody asks for. */
export type PolicyRefusal =
  | { readonly kind: "may-not-ask" }
  | { readonly kind: "nobody-can-approve"; readonly needed: number; readonly there: number }
  | { readonly kind: "special-range"; readonly address: Address; readonly range: SpecialRange }
  | { readonly kind: "forbidden-range"; readonly address: Address; readonly forbidden: Address }
  | { readonly kind: "too-wide"; readonly address: Address; readonly widest: number }
  | { readonly kind: "too-long"; readonly durationMs: number; readonly maxMs: number }
  | { readonly kind: "reason-missing" }
  | { readonly kind: "reason-not-as-wanted"; readonly hint: string }
  /** An address is to be typed, not proven by link. */
  | { readonly kind: "no-link-allowed" }
  /** An address is to be proven by link, not typed. */
  | { readonly kind: "only-by-link" }
  | { readonly kind: "extension-too-long"; readonly durationMs: number; readonly maxMs: number }
  | { readonly kind: "extended-too-often"; readonly times: number }
  | { readonly kind: "moves-are-off" }
  | { readonly kind: "no-emergency-for-you" }
  /** Of what one person may be given in 24 hours so much is left. */
  | { readonly kind: "too-many-hours"; readonly hours: number; readonly leftMs: number }
  /** An approver said no, and that the person is not to ask for a while; or the policy says so after each no. */
  | { readonly kind: "muted" | "cooling-down"; readonly until: Date };

/** What is being asked, as far as the policy cares. */
export type Asked = {
  readonly requester: PersonId;
  /** `undefined` when it is to be proven: a single one, and the rest of the policy can be asked already. */
  readonly address: Address | undefined;
  readonly durationMs: number;
  readonly reason: string | undefined;
  /** Left out where it is not known any more, and was judged before. */
  readonly addressFrom?: { readonly kind: "typed" | "link" };
  /** Whose yes it takes; the approvers' unless it says otherwise. */
  readonly grantedBy?: "approvers" | "policy" | "emergency";
};

/** The first reason why this may not be asked, or `undefined`. Used at asking, at deciding and before adding. */
export function policyRefusal(policy: RegistryPolicy, asked: Asked): PolicyRefusal | undefined {
  const { grantedBy = "approvers" } = asked;
  // Who is trusted with emergencies is listed for that.
  const may = grantedBy === "emergency" || mayAsk(policy, asked.requester);
  if (!may) return { kind: "may-not-ask" };
  const there = approversFor(policy, asked.requester).length;
  const needed = grantedBy === "approvers" ? quorumFor(policy, asked.address) : 0;
  if (there < needed) return { kind: "nobody-can-approve", needed, there };
  const refused = asked.address && addressRefusal(policy, asked.address);
  if (refused !== undefined) return refused;
  const { myIp, typed } = policy.address;
  if (asked.addressFrom?.kind === "link" && myIp === "refused") return { kind: "no-link-allowed" };
  if (asked.addressFrom?.kind === "typed" && typed === "refused") return { kind: "only-by-link" };
  if (asked.durationMs > policy.duration.maxMs) {
    return { kind: "too-long", durationMs: asked.durationMs, maxMs: policy.duration.maxMs };
  }
  // In an emergency any reason will do: tickets are written afterwards.
  const wanted = grantedBy === "emergency" ? EMERGENCY_REASON : policy.reason;
  return reasonRefusal(wanted, asked.reason);
}

const EMERGENCY_REASON: RegistryPolicy["reason"] = { kind: "required" };

/** Only so much of a reason is held against the pattern: a longer one must not keep the process busy. */
const REASON_READ_TO = 300;

function reasonRefusal(
  wanted: RegistryPolicy["reason"],
  reason: string | undefined,
): PolicyRefusal | undefined {
  if (wanted.kind === "optional") return undefined;
  if (reason === undefined) return { kind: "reason-missing" };
  if (wanted.kind === "required") return undefined;
  return new RegExp(wanted.pattern, "u").test(reason.slice(0, REASON_READ_TO))
    ? undefined
    : { kind: "reason-not-as-wanted", hint: wanted.hint };
}

/** `members` are all of the tenant: the tenant was checked before. */
function mayAsk(policy: RegistryPolicy, person: PersonId): boolean {
  return policy.requesters === "members" || policy.requesters.has(person);
}

/** Who may decide a request of this person: every approver but the person. */
export function approversFor(policy: RegistryPolicy, requester: PersonId): readonly PersonId[] {
  return [...policy.approvers].filter((approver) => approver !== requester);
}

/** The registry that people mean by this name, in any case. */
export function registryNamed(policy: Policy, name: string): RegistryPolicy | undefined {
  return policy.registries.find((registry) => registry.name === name.toLowerCase());
}

/** Of each policy its registries by id: there may be thousands, and they are asked for once per lease. */
const registriesById = new WeakMap<Policy, ReadonlyMap<RegistryId, RegistryPolicy>>();

/** `undefined` when the registry left the policy: nothing is added to it any more, closing goes on. */
export function registryOf(policy: Policy, id: RegistryId): RegistryPolicy | undefined {
  const known = registriesById.get(policy);
  const byId = known ?? new Map(policy.registries.map((registry) => [registry.id, registry]));
  if (known === undefined) registriesById.set(policy, byId);
  return byId.get(id);
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
