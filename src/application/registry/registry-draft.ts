import type { AuditEvent } from "../../domain/audit.ts";
import { requestIdOf, type LeaseId, type RegistryId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import type { Change, Put, RegistryClaim, RegistryRecord, Wake } from "../store.ts";

/** What a round has found out and not written yet, on top of what the claim read. */
export type RegistryDraft = {
  /** Leases as this round sees them, those that ended in it left out. */
  leases(): readonly Lease[];
  record(): RegistryRecord;
  /** The lease's next state, with what the auditor is told. Its cards are looked at after the write. */
  move(lease: Lease, event: AuditEvent): void;
  note(event: AuditEvent): void;
  update(fields: Partial<Omit<RegistryRecord, "id" | "version" | "seal">>): void;
  /** Whether nothing happened to the leases, nothing is to be told, and nothing was written since the claim. */
  isUneventful(): boolean;
  /** The write that makes it so. Call `saved` once it was committed. */
  changes(now: Date): Pick<Change, "put" | "audit" | "wake">;
  /** Only what was found out about the registry: what is left when somebody else has changed a lease meanwhile. */
  registryChanges(): Pick<Change, "put" | "audit">;
  saved(): void;
};

/**
 * A draft over the claim's snapshot. Each record's version rises by one with each write, however often it moved; the
 * registry's is sealed as it is written.
 */
export function openDraft(
  claim: RegistryClaim,
  seal: (record: RegistryRecord) => string | undefined,
): RegistryDraft {
  // Made when first asked for: asking the claim for its leases decodes them.
  let known: { readonly stored: Versions; readonly leases: Map<LeaseId, Lease> } | undefined;
  const knowing = () => (known ??= leasesOf(claim));
  let record: RegistryRecord = claim.record ?? unseenRegistry(claim.registry);
  const moved = new Set<LeaseId>();
  let updated = false;
  let written = false;
  let audit: AuditEvent[] = [];
  const ofLeases = new Set<AuditEvent>();

  const pendingLeases = (): Lease[] => {
    if (moved.size === 0) return [];
    const { leases, stored } = knowing();
    return [...leases.values()]
      .filter(({ id }) => moved.has(id))
      .map((lease) => ({ ...lease, version: (stored.get(lease.id) ?? 0) + 1 }));
  };
  const pendingRecord = (): RegistryRecord => ({
    ...record,
    version: record.version + 1,
    seal: seal(record),
  });

  return {
    leases: () => [...knowing().leases.values()].filter(({ status }) => status !== "ended"),
    record: () => record,
    move(lease, event) {
      knowing().leases.set(lease.id, lease);
      moved.add(lease.id);
      audit.push(event);
      ofLeases.add(event);
    },
    note(event) {
      audit.push(event);
    },
    update(fields) {
      record = { ...record, ...fields };
      updated = true;
    },
    isUneventful: () => !written && moved.size === 0 && audit.length === 0,
    changes(now) {
      const put: Put[] = pendingLeases().map((value) => ({ kind: "lease", value }));
      if (updated) put.push({ kind: "registry", value: pendingRecord() });
      const wake: Wake[] = [...moved].map((id) => ({
        list: "conversation",
        key: requestIdOf(id),
        at: now,
      }));
      return { put, audit, wake };
    },
    registryChanges: () => ({
      put: updated ? [{ kind: "registry", value: pendingRecord() }] : [],
      audit: audit.filter((event) => !ofLeases.has(event)),
    }),
    saved() {
      for (const lease of pendingLeases()) {
        knowing().leases.set(lease.id, lease);
        knowing().stored.set(lease.id, lease.version);
      }
      if (updated) record = pendingRecord();
      moved.clear();
      updated = false;
      written = true;
      audit = [];
    },
  };
}

type Versions = Map<LeaseId, number>;

function leasesOf({ leases }: RegistryClaim): {
  readonly stored: Versions;
  readonly leases: Map<LeaseId, Lease>;
} {
  return {
    stored: new Map(leases.map(({ id, version }) => [id, version])),
    leases: new Map(leases.map((lease) => [lease.id, lease])),
  };
}

/** The record of a registry that was never looked at; its first write makes it version 1. */
export function unseenRegistry(id: RegistryId): RegistryRecord {
  return {
    id,
    version: 0,
    owned: [],
    tombstones: [],
    suspectAt: undefined,
    ledgerFence: 0,
    ledgerWrittenAt: undefined,
    recovered: [],
    seal: undefined,
    creationDate: undefined,
    observed: undefined,
    findings: [],
    failures: 0,
    lastFailure: undefined,
  };
}
