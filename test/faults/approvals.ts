import { randomUUID } from "node:crypto";
import { decideRequest } from "../../src/application/requests/decide.ts";
import { StoreUnavailable, type Store } from "../../src/application/store.ts";
import {
  leaseIdOf,
  parseRequestId,
  type RegistryId,
  type RequestId,
} from "../../src/domain/ids.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { address, opening, pending, person } from "../unit/builders.ts";
import type { Opening } from "../../src/domain/lease.ts";
import { eventually } from "../eventually.ts";

/** A lease that was approved in due form. */
export type ApprovedLease = {
  readonly registry: RegistryId;
  readonly address: string;
  readonly durationMs: number;
  /** Somebody else's rule admits the address already: nothing is to be opened. */
  readonly borrowed: boolean;
};

/** What the run asks of the product, each address once. */
export type Approvals = {
  /** Asks and approves as people do, again while the store is away; resolves when the store has it. */
  approve(registry: RegistryId, durationMs: number, borrowed?: string): Promise<ApprovedLease>;
  approved(): readonly ApprovedLease[];
  /** Writes a lease that nobody approved as if it were one, and wakes its registry. */
  plant(registry: RegistryId, over: Partial<Opening>): Promise<void>;
  /** Makes a rule that is not ours look like one that is, and wakes its registry. */
  claimAsOurs(registry: RegistryId, value: string): Promise<void>;
  /** What was planted: rules that must not come, rules that must not go. */
  planted(): readonly Planted[];
};

/** One lie in the store. */
export type Planted = {
  readonly kind: "opening" | "removal";
  readonly registry: RegistryId;
  readonly value: string;
};

const STORE_BACK_WITHIN_MS = 20_000;
const WRITE_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 15 * 60_000;

/** People and approvals that come in through the product's own use case, and lies that do not. */
export function createApprovals(deps: {
  readonly store: Store;
  readonly policy: () => Policy;
}): Approvals {
  const { store } = deps;
  const approved: ApprovedLease[] = [];
  const planted: Planted[] = [];
  let count = 0;
  const nextId = (): RequestId => {
    const id = parseRequestId(`R${String((count += 1)).padStart(11, "0")}`);
    if (id === undefined) throw new Error("The id of a request came out malformed.");
    return id;
  };
  const nextAddress = (): string =>
    count < 200 ? `203.0.113.${String(count)}` : `198.51.100.${String(count - 200)}`;

  return {
    approved: () => approved,
    planted: () => planted,
    async approve(registry, durationMs, borrowed) {
      const id = nextId();
      const asked = borrowed ?? nextAddress();
      const opId = randomUUID();
      const decided = await untilThere(async (signal) => {
        const { now } = await store.registry(registry, signal);
        const request = pending({
          ...{ id, registry, durationMs, address: address(asked), askedAt: now },
          lapsesAt: new Date(now.getTime() + OPEN_WITHIN_MS),
        });
        const put = [{ kind: "request", value: request }] as const;
        await store.commit({ opId, notAfter: later(now), put }, signal);
        const click = { request: id, by: person(2), verdict: "approve", shownVersion: 1 } as const;
        const ids = { requestId: () => id, opId: randomUUID, random: () => 0 };
        return decideRequest({ ...deps, ids }, click, signal);
      });
      const { kind } = decided;
      const again = kind === "refused" && decided.refusal.kind === "already-decided";
      if (kind !== "decided" && !again) throw new Error(`Not approved: ${JSON.stringify(decided)}`);
      const lease = { registry, address: asked, durationMs, borrowed: borrowed !== undefined };
      approved.push(lease);
      return lease;
    },
    async plant(registry, over) {
      const id = nextId();
      const { now } = await store.registry(registry, soon());
      const lease = opening({
        ...{ id: leaseIdOf(id), registry, address: address(nextAddress()), durationMs: 2_000 },
        ...{ approvedAt: now, approvals: [{ approver: person(2), at: now, atMostMs: undefined }] },
        openBy: new Date(now.getTime() + OPEN_WITHIN_MS),
        endsBy: new Date(now.getTime() + OPEN_WITHIN_MS + 2_000),
        ...over,
      });
      planted.push({ kind: "opening", registry, value: lease.address });
      const outcome = await store.commit(
        {
          ...{ opId: randomUUID(), notAfter: later(now) },
          put: [{ kind: "lease", value: lease }],
          wake: [{ list: "registry", key: registry, at: now }],
        },
        soon(),
      );
      if (outcome.kind !== "committed") throw new Error(`Not planted: ${outcome.kind}`);
    },
    async claimAsOurs(registry, value) {
      planted.push({ kind: "removal", registry, value });
      await eventually("the lie is in the store", async () => {
        const { now, value: record } = await store.registry(registry, soon());
        if (record === undefined) return undefined;
        const owned = [...record.owned, address(value)];
        const outcome = await store.commit(
          {
            ...{ opId: randomUUID(), notAfter: later(now) },
            put: [{ kind: "registry", value: { ...record, owned, version: record.version + 1 } }],
            wake: [{ list: "registry", key: registry, at: now }],
          },
          soon(),
        );
        return outcome.kind === "committed" ? true : undefined;
      });
    },
  };
}

function untilThere<T>(write: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return eventually(
    "the store takes an approval",
    async () => {
      try {
        return await write(soon());
      } catch (error) {
        if (error instanceof StoreUnavailable) return undefined;
        throw error;
      }
    },
    STORE_BACK_WITHIN_MS,
  );
}

function soon(): AbortSignal {
  return AbortSignal.timeout(5_000);
}

function later(now: Date): Date {
  return new Date(now.getTime() + WRITE_WITHIN_MS);
}
