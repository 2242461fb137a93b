import type { Put } from "../../application/store.ts";
import type { PersonId, RegistryId } from "../../domain/ids.ts";
import { endOf } from "../../domain/lease.ts";

/** One membership that a put decides: of which index, by which id, in which place, and whether at all. */
export type IndexEntry = {
  readonly index: string;
  readonly member: string;
  /** Milliseconds since 1970; members are read in this order, then in the order of their ids. */
  readonly score: number;
  readonly present: boolean;
};

/** The index of a person's pending requests, and of those whose address is being proven. */
export function pendingOf(person: PersonId): string {
  return `pending-of:${person}`;
}

/** The index of the pending requests for a registry. */
export function pendingFor(registry: RegistryId): string {
  return `pending-for:${registry}`;
}

/** The index of a person's leases that have not ended. */
export function leasesOf(person: PersonId): string {
  return `leases-of:${person}`;
}

/** The index of all leases that have not ended, by the time at which they end. */
export const LEASES_BY_END = "leases-by-end";

/** With a registry's id after it: the index of its leases that have not ended. A claim learns the id in the store. */
export const LEASES_FOR = "leases-for:";

/** The index of a registry's leases that have not ended. */
export function leasesFor(registry: RegistryId): string {
  return `${LEASES_FOR}${registry}`;
}

/**
 * What a put makes of the indexes. Person and registry of a request or a lease never change, so the entries
 * of its new state are also those of its old one.
 */
export function indexEntries(put: Put): readonly IndexEntry[] {
  switch (put.kind) {
    case "request": {
      const { id, requester, registry, askedAt, status } = put.value;
      const entry = { member: id, score: askedAt.getTime() };
      const present = status === "pending";
      return [
        { index: pendingOf(requester.id), ...entry, present: present || status === "proving" },
        // Approvers hear of it once it has an address.
        { index: pendingFor(registry), ...entry, present },
      ];
    }
    case "lease": {
      const { id, requester, registry, approvedAt, status } = put.value;
      const present = status !== "ended";
      const entry = { member: id, score: approvedAt.getTime(), present };
      return [
        { index: LEASES_BY_END, member: id, score: endOf(put.value).getTime(), present },
        { index: leasesOf(requester.id), ...entry },
        { index: leasesFor(registry), ...entry },
      ];
    }
    case "person":
    case "registry":
    case "freeze":
    case "recent":
    case "conversation":
      return [];
  }
}
