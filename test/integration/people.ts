import { randomUUID } from "node:crypto";
import { askForChange, type ChangeWish } from "../../src/application/requests/ask-for-change.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import type { Ids } from "../../src/application/ports.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import type { Person, RequestId } from "../../src/domain/ids.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";
import { person, policyOf, registryPolicy, requestId } from "../unit/builders.ts";
import type { RegistryFixture } from "./registry-fixture.ts";

const soon = AbortSignal.timeout(300_000);

/** What people do about the leases of a registry, through the use cases, with what the first of them answers. */
export type PeopleAt = {
  deps(
    policy?: Partial<RegistryPolicy>,
    id?: number,
  ): { readonly store: RegistryFixture["store"]; readonly policy: () => Policy; readonly ids: Ids };
  /** Person 1 asks, with request number `id`: "asked", or the kind of the refusal. */
  ask(asks: ChangeWish["asks"], id?: number, policy?: Partial<RegistryPolicy>): Promise<string>;
  /** "decided", or the kind of the refusal. */
  approve(by: Person, request?: RequestId, policy?: Partial<RegistryPolicy>): Promise<string>;
  /** How many such events there are. */
  events(kind: AuditEvent["kind"]): Promise<number>;
};

/** The people of the unit tests at the registry of a fixture. */
export function peopleAt(on: RegistryFixture): PeopleAt {
  const deps: PeopleAt["deps"] = (policy = {}, id = 2) => ({
    store: on.store,
    policy: () => policyOf(registryPolicy({ id: on.registry, ...policy })),
    ids: { requestId: () => requestId(id), opId: () => randomUUID(), random: () => 0.5 },
  });
  return {
    deps,
    async ask(asks, id = 2, policy = {}) {
      const about = { by: person(1), target: undefined, reason: undefined };
      const wish = { ...about, asks, messageId: String(id) };
      const outcome = await askForChange(deps(policy, id), wish, soon);
      return outcome.kind === "policy" ? outcome.refusal.kind : outcome.kind;
    },
    async approve(by, request = requestId(2), policy = {}) {
      const click = { request, by, verdict: "approve", shownVersion: 1 } as const;
      const outcome = await decideRequest(deps(policy), click, soon);
      return outcome.kind === "refused" ? outcome.refusal.kind : outcome.kind;
    },
    async events(kind) {
      const { value } = await on.store.audit(1, 1_000, soon);
      return value.filter(({ event }) => event.kind === kind).length;
    },
  };
}
