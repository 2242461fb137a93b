import type { Address } from "./address.ts";
import type { Automatic } from "./automatic.ts";
import type { LeaseId, Person, RegistryId, RequestId } from "./ids.ts";
import type { EndReason } from "./lease.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { Actor } from "./operator.ts";
import type { ProofKind } from "./proof.ts";
import type { PolicyDifference } from "./policy-difference.ts";
import type { RequestTerms } from "./request.ts";

/** Every event an auditor asks about. The store adds the number and the time; it is written with its change or not at all. */
export type AuditEvent =
  | {
      readonly kind: "request.asked";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      readonly asks: RequestTerms["kind"] | "emergency";
      /** The lease that is to be changed. */
      readonly lease: LeaseId | undefined;
      readonly address: Address;
      readonly durationMs: number;
      readonly reason: string | undefined;
      readonly policy: string;
    }
  | {
      readonly kind: "request.approval";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      /** Yes to no more than this. */
      readonly atMostMs: number | undefined;
      readonly policy: string;
    }
  | {
      readonly kind: "request.denial";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      readonly why: string | undefined;
      readonly mutedUntil: Date | undefined;
      readonly policy: string;
    }
  /** Nobody was asked: the policy has said yes by a rule of its own, or to one whom it trusts with emergencies. */
  | {
      readonly kind: "request.automatic";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      readonly grant: Automatic | { readonly kind: "emergency" };
      readonly policy: string;
    }
  /** An approver has looked at what was opened in an emergency. */
  | {
      readonly kind: "request.reviewed";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      readonly policy: string;
    }
  | { readonly kind: "request.lapsed"; readonly request: RequestId; readonly registry: RegistryId }
  /** Somebody asks for the address that they come from: a link was made for it. */
  | {
      readonly kind: "request.proving";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      readonly asks: ProofKind["kind"];
      readonly lease: LeaseId | undefined;
      readonly durationMs: number;
      readonly reason: string | undefined;
      readonly policy: string;
    }
  /** The link of that person was used from there; by whom is known once they say that it was them. */
  | {
      readonly kind: "request.address-seen" | "request.not-me";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Person;
      readonly address: Address;
    }
  | {
      readonly kind: "request.cancelled";
      readonly request: RequestId;
      readonly registry: RegistryId;
      readonly by: Actor;
    }
  | {
      readonly kind: "lease.approved";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly endsBy: Date;
    }
  /** An approver has put a rule of somebody else under a lease. */
  | {
      readonly kind: "lease.adopting";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly by: Person;
      readonly endsBy: Date;
      readonly reason: string | undefined;
      readonly policy: string;
    }
  /** The worker has taken that rule over: it is ours from now on. */
  | {
      readonly kind: "rule.adopted";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
    }
  /** Its end was moved by an approved request. */
  | {
      readonly kind: "lease.extended";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly request: RequestId;
      readonly endsAt: Date;
    }
  /** Its end was later than what standing approvals cover: the worker does not honour that. */
  | {
      readonly kind: "lease.cut";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly from: Date;
      readonly to: Date;
    }
  | {
      readonly kind: "lease.opened";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly borrowed: boolean;
      readonly endsAt: Date;
    }
  /** A rule that we had removed is there again: by our own late write, or by somebody else's. */
  | {
      readonly kind: "rule.came-back";
      readonly registry: RegistryId;
      readonly address: Address;
      readonly byUs: boolean;
    }
  /** Its rule was removed by a program that is not us, and is put back. */
  | {
      readonly kind: "lease.restoring";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
    }
  /** Its rule was seen gone, removed by somebody else: the lease lasts, and lets nothing pass for now. */
  | {
      readonly kind: "lease.shut-out";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly putBack: boolean;
    }
  | {
      readonly kind: "lease.closing";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly reason: EndReason;
    }
  | {
      readonly kind: "lease.ended";
      readonly lease: LeaseId;
      readonly registry: RegistryId;
      readonly address: Address;
      readonly reason: EndReason;
      /** When it should have let nothing pass any more; `undefined` in entries that do not say. */
      readonly endsAt: Date | undefined;
    }
  | {
      readonly kind: "rules.intended";
      readonly registry: RegistryId;
      readonly add: readonly Address[];
      readonly remove: readonly Address[];
    }
  | {
      readonly kind: "rules.changed";
      readonly registry: RegistryId;
      readonly before: readonly string[];
      readonly after: readonly string[];
      /** ARM's `x-ms-correlation-request-id` of the PATCH, to be found again in the Activity Log. */
      readonly correlationId: string | undefined;
    }
  /** The store had been lost or restored: these rules are known from the ledger alone, and stay until their ends. */
  | {
      readonly kind: "registry.recovered";
      readonly registry: RegistryId;
      readonly rules: readonly LedgerEntry[];
    }
  | {
      readonly kind: "registry.frozen" | "registry.unfrozen";
      readonly registry: RegistryId;
      readonly by: Actor;
      readonly why: string | undefined;
      readonly policy: string;
    }
  /** An operator had everything about somebody removed, as they may ask for. */
  | {
      readonly kind: "person.forgotten";
      /** A keyed digest of who it was. */
      readonly who: string;
      /** In so many audit entries. */
      readonly entries: number;
      /** So many finished requests and leases were removed. */
      readonly records: number;
    }
  /** A process of this role goes by another policy than that role did before. */
  | {
      readonly kind: "policy.loaded";
      readonly role: "all" | "bot" | "worker";
      readonly policy: string;
      /** The digest of the one before it; `undefined` when there was none. */
      readonly before: string | undefined;
      /** `undefined` when the process has just started: then it knows the digest of the one before and no more. */
      readonly difference: PolicyDifference | undefined;
    }
  | {
      readonly kind: "registry.failed";
      readonly registry: RegistryId;
      readonly doing: "read" | "apply" | "ledger";
      readonly failure: string;
    };

/** An event as the store keeps it: numbered without a gap, with the store's time. */
export type AuditEntry = {
  readonly number: number;
  readonly at: Date;
  readonly event: AuditEvent;
};
