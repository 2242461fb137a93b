import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach } from "node:test";
import type { Ids } from "../../src/application/ports.ts";
import type { Change, Store } from "../../src/application/store.ts";
import { leaseIdOf, type Person } from "../../src/domain/ids.ts";
import type { Open } from "../../src/domain/lease.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { describeUnless } from "../needs-redis.ts";
import { STORES_ON_SET_CLOCK, type StoreOpener } from "../stores-on-set-clock.ts";
import {
  address,
  HOUR_MS,
  NOW,
  opening,
  person,
  policyOf,
  registryId,
  registryPolicy,
  requestId,
} from "../unit/builders.ts";

const PEOPLE = [person(1), person(2), person(3), person(4), person(5)] as const;
/** Alex and Sam answer for REGISTRY, where everybody may ask; for OTHER only Kim may, and Sam alone answers. */
export const [robin, alex, sam, casey, kim] = PEOPLE;
/** The second registry. */
export const OTHER = registryId("acrother01");
/** Long enough for any test. */
export const soon = AbortSignal.timeout(300_000);

const POLICY = policyOf(
  registryPolicy({ baseline: [address("198.51.100.0/25")] }),
  registryPolicy({
    ...{ id: OTHER, name: "acrother01", requesters: new Set([kim.id]) },
    approvers: new Set([sam.id]),
  }),
);

/** Two registries and five people, on a store whose clock stands still until time passes. */
export type TwoRegistries = {
  readonly store: Store;
  readonly now: Date;
  deps(): { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };
  pass(ms: number): void;
  /** Writes it at once. */
  given(parts: Omit<Change, "opId" | "notAfter">): Promise<void>;
};

/** Describes the same on both stores, each test on an empty one. */
export function onTwoRegistries(what: string, define: (on: TwoRegistries) => void): void {
  for (const { name, missing, open } of STORES_ON_SET_CLOCK) {
    describeUnless(missing, `${what}, on ${name}`, () => {
      define(twoRegistries(open));
    });
  }
}

function twoRegistries(open: StoreOpener): TwoRegistries {
  let opened: Awaited<ReturnType<StoreOpener>> | undefined;
  let now = NOW;
  beforeEach(async () => {
    opened = await open();
    now = NOW;
    opened.setClock(NOW);
  });
  afterEach(async () => {
    await opened?.remove();
  });
  const running = (): Awaited<ReturnType<StoreOpener>> => {
    assert.ok(opened !== undefined, "no test has begun");
    return opened;
  };
  return {
    get store() {
      return running().store;
    },
    get now() {
      return now;
    },
    deps: () => ({
      store: running().store,
      policy: () => POLICY,
      ids: { requestId: () => requestId(9), opId: () => randomUUID(), random: () => 0.5 },
    }),
    pass(ms) {
      now = new Date(now.getTime() + ms);
      running().setClock(now);
    },
    async given(parts) {
      const notAfter = new Date(now.getTime() + 60_000);
      const change = { opId: randomUUID(), notAfter, ...parts };
      assert.equal((await running().store.commit(change, soon)).kind, "committed");
    },
  };
}

/** An open lease of request number `n`, for so many hours, seen at NOW. */
export function openLease(n: number, who: Person, text: string, over: Partial<Open> = {}): Open {
  return {
    ...opening({ id: leaseIdOf(requestId(n)), requester: who, address: address(text) }),
    ...{ status: "open", seenAt: NOW, endsAt: new Date(NOW.getTime() + n * HOUR_MS) },
    borrowed: false,
    gone: undefined,
    ...over,
  };
}
