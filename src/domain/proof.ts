import type { Address } from "./address.ts";
import type { LeaseId, Person, RegistryId, RequestId } from "./ids.ts";
import { timeUntil, type Pending, type Request } from "./request.ts";

/** A request that has no address yet: its requester gets a one-time link, and is seen when it is used. */
type ProofTerms = {
  /** Also the id of the request that it becomes. */
  readonly id: RequestId;
  /** 1 when asked, one more with each change of state. */
  readonly version: number;
  readonly registry: RegistryId;
  readonly requester: Person;
  readonly durationMs: number;
  /** Not to be open after that: then it lapses at the latest. */
  readonly until: Date | undefined;
  readonly reason: string | undefined;
  readonly askedAt: Date;
  /** From then on the link records nothing, and what it recorded can't be sent to the approvers. */
  readonly lapsesAt: Date;
  /** SHA-256 of the link's secret, hex; the secret itself is nowhere but in the link. */
  readonly tokenHash: string;
  /** The address that the registry had refused, when an error message was where the request came from. */
  readonly errorAddress: Address | undefined;
} & ProofKind;

/** For an address on the registry, at once and without approvers, or for another one under a lease. */
export type ProofKind =
  | { readonly kind: "open" }
  | { readonly kind: "emergency" }
  | {
      readonly kind: "replace";
      readonly lease: LeaseId;
      readonly from: Address;
      /** The lease's end when this was asked. */
      readonly endsAt: Date;
    };

/** Whose link was opened and confirmed, and from where. */
export type Seen = { readonly address: Address; readonly at: Date };

/** Waits for its link to be used (`seen` is undefined), then for its requester to say that it was them. */
export type Proving = ProofTerms & {
  readonly status: "proving";
  readonly seen: Seen | undefined;
};

/** Why a proof came to nothing. */
export type UnprovenReason =
  | "lapsed"
  /** Its requester says that somebody else has used the link. */
  | "not-me"
  | "cancelled"
  /** Its requester rather types the address. */
  | "typed-instead"
  /** Its requester asked for the same once more, and has a newer link. */
  | "asked-again";

/** It came to nothing, and no approver has heard of it. */
export type Unproven = ProofTerms & {
  readonly status: "unproven";
  readonly seen: Seen | undefined;
  readonly because: UnprovenReason;
};

/** A request before it has an address. */
export type Proof = Proving | Unproven;

/** How long a link can be used and confirmed. */
export const PROVE_WITHIN_MS = 10 * 60_000;

/** Tells a proof from a request that has its address. */
export function isProof(record: Request | Proof): record is Proof {
  return record.status === "proving" || record.status === "unproven";
}

/** With another link, since nobody knows whether the first one arrived; only while none was used. */
export function relinked(proof: Proving, tokenHash: string): Proving {
  return { ...proof, version: proof.version + 1, tokenHash };
}

/** The link was used: never again. */
export function seenAt<P extends Proving>(proof: P, address: Address, at: Date): P {
  return { ...proof, version: proof.version + 1, seen: { address, at } };
}

/** It comes to nothing. */
export function unproven(proof: Proving, because: UnprovenReason): Unproven {
  return { ...proof, version: proof.version + 1, status: "unproven", because };
}

/** What goes to the approvers: from now on it is a request like any other, and never changes. */
export function proven(
  proof: Proving & { kind: "open" | "replace" },
  { address }: Seen,
  now: Date,
  lapsesAt: Date,
): Pending {
  const { id, registry, requester, until, reason, errorAddress } = proof;
  const durationMs = until === undefined ? proof.durationMs : timeUntil(until, now);
  const terms = {
    status: "pending",
    id,
    version: proof.version + 1,
    registry,
    requester,
    address,
    addressFrom: { kind: "link" },
    errorAddress,
    durationMs,
    until,
    reason,
    askedAt: now,
    lapsesAt,
    approvals: [],
  } as const;
  if (proof.kind === "open") return { ...terms, kind: "open" };
  const { lease, from, endsAt } = proof;
  return { ...terms, kind: "replace", lease, from, endsAt };
}
