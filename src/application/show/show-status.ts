import type { PersonId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import type { RequestRecord, Store } from "../store.ts";

/** What a person has asked for and what they have open, as stored at `now`. */
export type Status = {
  readonly now: Date;
  readonly pending: readonly RequestRecord[];
  readonly leases: readonly Lease[];
  /** How many more there are that can't be read now. */
  readonly unreadable: number;
};

/** The answer to `status`: the person's own requests and leases, oldest first. */
export async function showStatus(
  { store }: { readonly store: Store },
  person: PersonId,
  signal: AbortSignal,
): Promise<Status> {
  const [pending, leases] = await Promise.all([
    store.pendingOf(person, signal),
    store.leasesOf(person, signal),
  ]);
  const unreadable = pending.unreadable.length + leases.unreadable.length;
  return { now: leases.now, pending: pending.value, leases: leases.value, unreadable };
}
