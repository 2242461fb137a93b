import type { Log } from "../../application/ports.ts";
import type { Store } from "../../application/store.ts";

/** The same store; every event that was committed is also a line in the log, for where logs are kept longer. */
export function withAuditLog(store: Store, log: Log): Store {
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
    request: (id, signal) => store.request(id, signal),
    lease: (id, signal) => store.lease(id, signal),
    person: (id, signal) => store.person(id, signal),
    registry: (id, signal) => store.registry(id, signal),
    freeze: (id, signal) => store.freeze(id, signal),
    pendingOf: (person, signal) => store.pendingOf(person, signal),
    pendingFor: (registry, signal) => store.pendingFor(registry, signal),
    leasesOf: (person, signal) => store.leasesOf(person, signal),
    leasesFor: (registry, signal) => store.leasesFor(registry, signal),
    audit: (fromNumber, limit, signal) => store.audit(fromNumber, limit, signal),
    claimRegistry: (holdMs, signal) => store.claimRegistry(holdMs, signal),
    claimConversation: (holdMs, signal) => store.claimConversation(holdMs, signal),
    onWake: (list, listener) => store.onWake(list, listener),
    close: () => store.close(),
  };
}
