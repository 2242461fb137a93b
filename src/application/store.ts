import type { AuditTrail } from "./audit/audit-trail.ts";
import type { Address } from "../domain/address.ts";
import type { AuditEntry, AuditEvent } from "../domain/audit.ts";
import type { Finding } from "../domain/finding.ts";
import type { Freeze } from "../domain/freeze.ts";
import type {
  LeaseId,
  PersonId,
  Recipient,
  RegistryId,
  RequestId,
  TenantId,
} from "../domain/ids.ts";
import type { Lease } from "../domain/lease.ts";
import type { LedgerEntry } from "../domain/ledger.ts";
import type { Proof } from "../domain/proof.ts";
import type { Recent } from "../domain/recent.ts";
import type { Request } from "../domain/request.ts";

/** Where a person's or a channel's messages go: what Teams needs to be written to later. Plain data, no SDK object. */
export type ConversationReference = {
  readonly serviceUrl: string;
  readonly conversationId: string;
  readonly tenantId: TenantId;
  readonly botId: string;
  /** The Teams id (`29:…`) of the person; it is the bot's own view of them. */
  readonly userId: string;
};

/** What is kept under the id of a request: the request, or before it has an address the proof that gets it one. */
export type RequestRecord = Request | Proof;

/** Somebody who has a personal conversation with the bot. */
export type PersonRecord = {
  readonly id: PersonId;
  readonly version: number;
  /** Empty as long as Teams has not told it. */
  readonly name: string;
  readonly reference: ConversationReference;
  /** The language that they read, as their client said last ("de-DE"). */
  readonly locale: string | undefined;
  /** When they were last told of all that waits for them: one reminder is for everything. */
  readonly remindedAt: Date | undefined;
};

/** What the worker knows of a registry besides its leases. */
export type RegistryRecord = {
  readonly id: RegistryId;
  readonly version: number;
  /** Rules that are ours, or that we were about to add: only these are ever removed. */
  readonly owned: readonly Address[];
  /** Rules that we removed, and for how long they are known as ours should our own hand bring them back. */
  readonly tombstones: readonly Tombstone[];
  /**
   * Written with each intention, and taken back once Azure has answered: a PATCH may be on its way until then, so
   * the registry is looked at again at this time. It stays when a holder vanished or nobody answered.
   */
  readonly suspectAt: Date | undefined;
  /** Of the last ledger write that was begun; a ledger with a higher one was written by a store that is lost. */
  readonly ledgerFence: number;
  /** The registry's `lastModifiedAt` right after our last ledger write: then the last writer says nothing of the rules. */
  readonly ledgerWrittenAt: Date | undefined;
  /** Rules that the ledger says are ours and the store knew nothing of: they may stay until their ends. */
  readonly recovered: readonly LedgerEntry[];
  /**
   * The worker's own over all that says what is ours, when a ledger is kept: what was written into the record by
   * somebody else is not believed.
   */
  readonly seal: string | undefined;
  /** Ownership is bound to this resource: another creation date means another registry of the same name. */
  readonly creationDate: Date | undefined;
  readonly observed: Observation | undefined;
  /** What an operator should know of it, as of the last look. */
  readonly findings: readonly Finding[];
  /** Rounds that failed in a row, and what the last one said. */
  readonly failures: number;
  readonly lastFailure: string | undefined;
};

/** A rule of ours that was seen gone. */
type Tombstone = { readonly address: Address; readonly until: Date };

/** The registry as it was last read, so that the bot can answer without any right on it. */
type Observation = {
  readonly at: Date;
  /** ARM's `systemData.lastModifiedAt`; a read older than one already seen is stale. */
  readonly lastModifiedAt: Date | undefined;
  readonly loginServer: string;
  readonly sku: string;
  readonly defaultAction: "Allow" | "Deny";
  readonly publicNetworkAccess: boolean;
  readonly rules: readonly string[];
  readonly slots: { readonly used: number; readonly limit: number | undefined };
};

/** Whether a registry is frozen. Its own record: the registry's is written by whoever holds it only. */
export type FreezeRecord = {
  readonly id: RegistryId;
  readonly version: number;
  readonly freeze: Freeze | undefined;
};

/** Which policy the processes of a role have loaded, as the last of them wrote down. */
export type PolicyRecord = {
  readonly id: "all" | "bot" | "worker";
  readonly version: number;
  readonly digest: string;
  readonly at: Date;
};

/** What one person was given and denied lately. Written only where the policy limits that; it expires by itself. */
export type RecentRecord = Recent & { readonly id: PersonId; readonly version: number };

/** A card that was sent: which, to whom, where, and what it showed. */
export type SentCard = {
  readonly slot: CardSlot;
  readonly to: Recipient;
  /** In a channel that of the thread. */
  readonly conversationId: string;
  readonly messageId: string;
  /** A fingerprint of the state that it shows; another one means that the card is stale. */
  readonly shows: string;
};

/** Each of these is one message to a recipient, updated in place. */
export type CardSlot =
  "request" | "approval" | "opened" | "ending" | "ended" | "overdue" | "reminder";

/** The cards of one request. */
export type ConversationRecord = {
  readonly id: RequestId;
  readonly version: number;
  readonly cards: readonly SentCard[];
  /** Rounds in a row in which a card could not be sent. */
  readonly failures: number;
};

/** A record to write. Its version must be one more than the stored one; 1 means that there must be none yet. */
export type Put =
  | { readonly kind: "request"; readonly value: RequestRecord }
  | { readonly kind: "lease"; readonly value: Lease }
  | { readonly kind: "person"; readonly value: PersonRecord }
  | { readonly kind: "registry"; readonly value: RegistryRecord }
  | { readonly kind: "freeze"; readonly value: FreezeRecord }
  | { readonly kind: "policy"; readonly value: PolicyRecord }
  | { readonly kind: "recent"; readonly value: RecentRecord }
  | { readonly kind: "conversation"; readonly value: ConversationRecord };

/** A key that has something to be looked at, in one of the two lists. */
export type WakeKey =
  | { readonly list: "registry"; readonly key: RegistryId }
  | { readonly list: "conversation"; readonly key: RequestId };

/** Look at the key at this time at the latest. It only ever moves a wake forward, towards now. */
export type Wake = WakeKey & { readonly at: Date };

/** A hold on one key. Nobody else gets the key before `heldForMs` are over or the holder releases it. */
export type Hold = WakeKey & {
  /** Rises with each claim of the key, also after the store lost its last writes. */
  readonly fence: number;
  readonly heldForMs: number;
};

/** Ends a hold in the same write: the key is looked at again at `nextLookAt`, or at once if it was woken meanwhile. */
export type Release = {
  readonly hold: Hold;
  /** `undefined`: there is nothing left to look at. */
  readonly nextLookAt: Date | undefined;
};

/** One atomic write: all of it, or nothing. */
export type Change = {
  /** Names the intention, not the attempt: writing the same again answers `repeated`. Remembered for 7 days. */
  readonly opId: string;
  /** By the store's clock; a write that arrives later changes nothing. */
  readonly notAfter: Date;
  /** The holds that must still be valid: a stale one writes nothing, and its key is looked at again. */
  readonly under?: Hold;
  readonly release?: Release;
  readonly put?: readonly Put[];
  /** Records that nobody needs after this long: they and their index entries go. */
  readonly expire?: readonly Expiry[];
  readonly audit?: readonly AuditEvent[];
  readonly wake?: readonly Wake[];
};

/** A record that is finished with. */
export type Expiry = {
  readonly kind: "request" | "lease" | "conversation" | "recent" | "person";
  readonly id: RequestId | LeaseId | PersonId;
  readonly afterMs: number;
};

/** What became of a change. Only `committed` wrote anything now. */
export type CommitOutcome =
  | { readonly kind: "committed"; readonly now: Date }
  | { readonly kind: "repeated"; readonly now: Date }
  | { readonly kind: "conflict"; readonly now: Date }
  | { readonly kind: "late"; readonly now: Date }
  | { readonly kind: "fenced"; readonly now: Date };

/** A value with the store's time of the read: there is no other clock. */
export type Read<T> = { readonly now: Date; readonly value: T };

/** A stored record that this version does not understand. It is left untouched: a newer version may have written it. */
export type Unreadable = { readonly kind: Put["kind"]; readonly id: string; readonly why: string };

/** What could be read of many records, in their order, and what could not. */
export type ReadList<T> = Read<readonly T[]> & { readonly unreadable: readonly Unreadable[] };

/** A registry to reconcile, with all that is known of it. */
export type RegistryClaim = {
  readonly kind: "claimed";
  readonly now: Date;
  readonly hold: Hold & { readonly list: "registry" };
  readonly registry: RegistryId;
  /**
   * A digest of the leases and the freeze, byte for byte as they are stored: while it is the same, so are `leases`,
   * `freeze` and what of them is `unreadable`.
   */
  readonly asStored: string;
  /** Every lease that has not ended and can be read, the first to end first. They are decoded when first asked for. */
  readonly leases: readonly Lease[];
  readonly record: RegistryRecord | undefined;
  /** `undefined` also when it can't be read: see `isFrozen`. */
  readonly freeze: Freeze | undefined;
  /** Leases, the record or the freeze, of which nothing is known but that they are there. Asking decodes the leases. */
  readonly unreadable: readonly Unreadable[];
};

/** A freeze that can't be read is one: whoever wrote it may have meant it. */
export function isFrozen({ freeze, unreadable }: RegistryClaim): boolean {
  return freeze !== undefined || unreadable.some(({ kind }) => kind === "freeze");
}

/** A request whose cards are to be reconciled, with all that is known of it. */
export type ConversationClaim = {
  readonly kind: "claimed";
  readonly now: Date;
  readonly hold: Hold & { readonly list: "conversation" };
  readonly id: RequestId;
  readonly request: RequestRecord | undefined;
  readonly lease: Lease | undefined;
  readonly record: ConversationRecord | undefined;
  /** Those of the three that are there and can't be read. */
  readonly unreadable: readonly Unreadable[];
};

/** How much there is. A record that expired before it was over may still be counted, until somebody reads it. */
export type Tally = {
  /** In the order in which they were asked for. */
  readonly registries: readonly RegistryTally[];
  readonly wakeLists: Readonly<Record<WakeKey["list"], WakeTally>>;
};

/** Of one registry: leases that have not ended, and requests that wait for approvers. */
type RegistryTally = {
  readonly registry: RegistryId;
  readonly leases: number;
  readonly pending: number;
  /** When the one was asked that has waited longest. */
  readonly oldestPendingAt: Date | undefined;
};

/** Of one wake list: all its keys, and those whose time has come and that nobody holds. */
export type WakeTally = {
  readonly keys: number;
  readonly due: number;
  readonly earliestAt: Date | undefined;
};

/** Nothing is due; the next key is at `nextAt`. */
export type Idle = { readonly kind: "idle"; readonly now: Date; readonly nextAt: Date | undefined };

/**
 * The truth: requests, leases, audit and what to look at next. It also tells the time. Every call may throw
 * StoreUnavailable, after which a commit's outcome is unknown: repeat it with the same `opId`.
 */
export interface Store {
  commit(change: Change, signal: AbortSignal): Promise<CommitOutcome>;
  request(id: RequestId, signal: AbortSignal): Promise<Read<RequestRecord | undefined>>;
  lease(id: LeaseId, signal: AbortSignal): Promise<Read<Lease | undefined>>;
  person(id: PersonId, signal: AbortSignal): Promise<Read<PersonRecord | undefined>>;
  registry(id: RegistryId, signal: AbortSignal): Promise<Read<RegistryRecord | undefined>>;
  freeze(id: RegistryId, signal: AbortSignal): Promise<Read<FreezeRecord | undefined>>;
  conversation(id: RequestId, signal: AbortSignal): Promise<Read<ConversationRecord | undefined>>;
  policyOf(role: PolicyRecord["id"], signal: AbortSignal): Promise<Read<PolicyRecord | undefined>>;
  recent(id: PersonId, signal: AbortSignal): Promise<Read<RecentRecord | undefined>>;
  /** Pending requests of the person and those whose address is being proven, oldest first. */
  pendingOf(person: PersonId, signal: AbortSignal): Promise<ReadList<RequestRecord>>;
  /** Pending requests for the registry, oldest first. */
  pendingFor(registry: RegistryId, signal: AbortSignal): Promise<ReadList<Request>>;
  /** Leases of the person that have not ended, oldest first. */
  leasesOf(person: PersonId, signal: AbortSignal): Promise<ReadList<Lease>>;
  /** Leases on the registry that have not ended, the first to end first. */
  leasesFor(registry: RegistryId, signal: AbortSignal): Promise<ReadList<Lease>>;
  /**
   * Leases that have not ended and should have at least `byMs` ago, the longest overdue first, at most `limit`. A
   * negative `byMs` is a time to come.
   */
  leasesPastEnd(byMs: number, limit: number, signal: AbortSignal): Promise<ReadList<Lease>>;
  /** The first `limit` of `leasesFor`. */
  firstLeasesFor(
    registry: RegistryId,
    limit: number,
    signal: AbortSignal,
  ): Promise<ReadList<Lease>>;
  /** The first `limit` of `pendingFor`. */
  firstPendingFor(
    registry: RegistryId,
    limit: number,
    signal: AbortSignal,
  ): Promise<ReadList<Request>>;
  /** Counts without reading a record, so it is cheap however many there are. */
  tally(registries: readonly RegistryId[], signal: AbortSignal): Promise<Read<Tally>>;
  /** Entries in order, from the number on, at most `limit`. */
  audit(
    fromNumber: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<Read<readonly AuditEntry[]>>;
  /** The audit trail as it is stored, with the seals over it. */
  readonly trail: AuditTrail;
  /** The most overdue registry, locked for `holdMs`, with its snapshot; claiming never loses a wake. */
  claimRegistry(holdMs: number, signal: AbortSignal): Promise<RegistryClaim | Idle>;
  /** The most overdue request of the conversation list, likewise. */
  claimConversation(holdMs: number, signal: AbortSignal): Promise<ConversationClaim | Idle>;
  /** Calls back soon after a commit that woke a key of the list. A hint only: it may be missing or come twice. */
  onWake(list: WakeKey["list"], listener: () => void): () => void;
  close(): Promise<void>;
}

/** The store could not be reached, or did not answer in time. Nothing is known of what it did. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** The one record that was asked for is there and can't be read; or the key of a claim, whose hold has to run out. */
export class UnreadableRecord extends Error {
  override readonly name = "UnreadableRecord";
}
