import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { ask } from "../../src/application/requests/ask.ts";
import { askForChange, type ChangeWish } from "../../src/application/requests/ask-for-change.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import { openInEmergency, type EmergencyWish } from "../../src/application/requests/emergency.ts";
import type { Ids } from "../../src/application/ports.ts";
import type { Put, Store } from "../../src/application/store.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import type { Verdict } from "../../src/domain/decision.ts";
import { leaseIdOf } from "../../src/domain/ids.ts";
import { opened, type Lease, type Open } from "../../src/domain/lease.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";
import type { AddressFrom } from "../../src/domain/request.ts";
import type { StoreOnSetClock } from "../stores-on-set-clock.ts";
import {
  address,
  HOUR_MS,
  NOW,
  person,
  policyOf,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";

const soon = AbortSignal.timeout(300_000);
const robin = person(1);

/** Person 1 and an approver, through the use cases; all by request number `n`, answered with a state or a refusal's kind. */
export type PersonOn = {
  readonly store: Store;
  /** What the policy says besides what the builders say. */
  policy: Partial<RegistryPolicy>;
  pass(hours: number): void;
  deps(n: number): {
    readonly store: Store;
    readonly policy: () => Policy;
    readonly ids: Ids;
  };
  asks(n: number, hours?: number, addressFrom?: AddressFrom): Promise<string>;
  changes(n: number, wish: ChangeWish["asks"]): Promise<string>;
  emergency(
    n: number,
    from?: AddressFrom,
    hours?: number,
    by?: typeof robin,
    proof?: EmergencyWish["proof"],
  ): Promise<string>;
  decides(n: number, verdict?: Verdict): Promise<string>;
  lease(n: number): Promise<Lease | undefined>;
  put(...values: readonly Put[]): Promise<void>;
  /** The worker has seen the rule of lease `n`. */
  seen(n: number): Promise<Open>;
  auditOf(kind: AuditEvent["kind"]): Promise<readonly AuditEvent[]>;
};

/** On a new store, at NOW. */
export function personOn(at: StoreOnSetClock): PersonOn {
  const { store } = at;
  let now = NOW;
  at.setClock(now);
  const asked = { by: robin, reason: undefined };
  const on: PersonOn = {
    store,
    policy: {},
    pass(hours) {
      now = new Date(now.getTime() + hours * HOUR_MS);
      at.setClock(now);
    },
    deps: (n) => ({
      store,
      policy: () => policyOf(registryPolicy(on.policy)),
      ids: { requestId: () => requestId(n), opId: () => randomUUID(), random: () => 0.5 },
    }),
    async asks(n, hours = 4, addressFrom = { kind: "typed" }) {
      const question = {
        ...{ ...asked, address: address("203.0.113.7"), addressFrom, messageId: String(n) },
        ...{ durationMs: hours * HOUR_MS, registryName: "acrdemomagic" },
      };
      return said(await ask(on.deps(n), question, soon));
    },
    async changes(n, asks) {
      const wish = { ...asked, asks, target: undefined, messageId: String(n) };
      return said(await askForChange(on.deps(n), wish, soon));
    },
    async emergency(n, addressFrom = { kind: "link" }, hours?: number, by = robin, proof?) {
      const wish = {
        ...(proof && { proof }),
        ...{ by, registryName: "acrdemomagic", address: address("203.0.113.7"), addressFrom },
        ...{ durationMs: hours && hours * HOUR_MS, reason: "it burns", messageId: String(n) },
      };
      const outcome = await openInEmergency(on.deps(n), wish, soon);
      return outcome.kind === "granted" ? outcome.kind : said(outcome);
    },
    async decides(n, verdict = { verdict: "approve" }) {
      const click = { request: requestId(n), by: person(2), shownVersion: 1, ...verdict };
      const outcome = await decideRequest(on.deps(n), click, soon);
      if (outcome.kind === "refused") return outcome.refusal.kind;
      return outcome.kind === "decided" ? outcome.request.status : outcome.kind;
    },
    async lease(n) {
      return (await store.lease(leaseIdOf(requestId(n)), soon)).value;
    },
    async put(...put) {
      const notAfter = new Date(now.getTime() + HOUR_MS);
      const outcome = await store.commit({ opId: randomUUID(), notAfter, put }, soon);
      assert.equal(outcome.kind, "committed");
    },
    async seen(n) {
      const value = await on.lease(n);
      assert.ok(value?.status === "opening");
      const open = opened(value, now, false);
      await on.put({ kind: "lease", value: open });
      return open;
    },
    async auditOf(kind) {
      const { value } = await store.audit(1, 1_000, soon);
      return value.map(({ event }) => event).filter((event) => event.kind === kind);
    },
  };
  return on;
}

type Outcome =
  | { readonly kind: "asked"; readonly request: { readonly status: string } }
  | { readonly kind: "policy"; readonly refusal: { readonly kind: string } }
  | { readonly kind: string };

function said(outcome: Outcome): string {
  if ("request" in outcome) return outcome.request.status;
  return "refusal" in outcome ? outcome.refusal.kind : outcome.kind;
}
