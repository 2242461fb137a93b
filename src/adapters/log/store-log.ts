import type { Log } from "../../application/ports.ts";
import {
  UnreadableRecord,
  type ReadList,
  type RegistryClaim,
  type Store,
  type Unreadable,
  type WakeKey,
} from "../../application/store.ts";

/**
 * The same store; every event that was committed is also a line in the log, for where logs are kept longer, and so is
 * every record that was met and can't be read, with the key that it belongs to.
 */
export function withStoreLog(store: Store, log: Log): Store {
  const tell = (unreadable: readonly Unreadable[], of?: WakeKey): void => {
    for (const record of unreadable) {
      log.error("record.unreadable", { ...(of && { of: of.key }), ...record });
    }
  };
  const one = async <T>(reading: Promise<T>): Promise<T> => {
    try {
      return await reading;
    } catch (error) {
      if (error instanceof UnreadableRecord) log.error("record.unreadable", { why: error.message });
      throw error;
    }
  };
  const many = async <T>(reading: Promise<ReadList<T>>): Promise<ReadList<T>> => {
    const read = await reading;
    tell(read.unreadable);
    return read;
  };
  return {
    async commit(change, signal) {
      const outcome = await store.commit(change, signal);
      if (outcome.kind === "committed") {
        for (const event of change.audit ?? []) {
          log.info("audit", { at: outcome.now.toISOString(), audit: event });
        }
      }
      return outcome;
    },
    request: (id, signal) => one(store.request(id, signal)),
    lease: (id, signal) => one(store.lease(id, signal)),
    person: (id, signal) => one(store.person(id, signal)),
    registry: (id, signal) => one(store.registry(id, signal)),
    freeze: (id, signal) => one(store.freeze(id, signal)),
    conversation: (id, signal) => one(store.conversation(id, signal)),
    policyOf: (role, signal) => one(store.policyOf(role, signal)),
    recent: (id, signal) => one(store.recent(id, signal)),
    pendingOf: (person, signal) => many(store.pendingOf(person, signal)),
    pendingFor: (registry, signal) => many(store.pendingFor(registry, signal)),
    leasesOf: (person, signal) => many(store.leasesOf(person, signal)),
    leasesFor: (registry, signal) => many(store.leasesFor(registry, signal)),
    leasesPastEnd: (byMs, limit, signal) => many(store.leasesPastEnd(byMs, limit, signal)),
    firstLeasesFor: (registry, limit, signal) =>
      many(store.firstLeasesFor(registry, limit, signal)),
    firstPendingFor: (registry, limit, signal) =>
      many(store.firstPendingFor(registry, limit, signal)),
    tally: (registries, signal) => store.tally(registries, signal),
    audit: (fromNumber, limit, signal) => one(store.audit(fromNumber, limit, signal)),
    trail: store.trail,
    async claimRegistry(holdMs, signal) {
      const claim = await store.claimRegistry(holdMs, signal);
      if (claim.kind === "idle") return claim;
      return toldOnceRead(claim, () => {
        tell(claim.unreadable, claim.hold);
      });
    },
    async claimConversation(holdMs, signal) {
      const claim = await store.claimConversation(holdMs, signal);
      if (claim.kind === "claimed") tell(claim.unreadable, claim.hold);
      return claim;
    },
    onWake: (list, listener) => store.onWake(list, listener),
    close: () => store.close(),
  };
}

/** Nobody asks for the leases of a registry that is as it was: then they are decoded for no log either. */
function toldOnceRead(claim: RegistryClaim, tell: () => void): RegistryClaim {
  let told = false;
  const read = (): RegistryClaim => {
    if (!told) tell();
    told = true;
    return claim;
  };
  const { kind, now, hold, registry, asStored, record, freeze } = claim;
  return {
    kind,
    now,
    hold,
    registry,
    asStored,
    record,
    freeze,
    get leases() {
      return read().leases;
    },
    get unreadable() {
      return read().unreadable;
    },
  };
}
