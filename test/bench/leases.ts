import { randomUUID } from "node:crypto";
import { commitSurely } from "../../src/application/commit-surely.ts";
import type { Change, RegistryRecord, Store } from "../../src/application/store.ts";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import type { Address } from "../../src/domain/address.ts";
import { leaseIdOf, type Person, type RegistryId } from "../../src/domain/ids.ts";
import type { Open } from "../../src/domain/lease.ts";
import { address } from "../contract/samples.ts";
import type { RegistrySeed } from "../emulators/azure/registry.ts";
import { inParallel } from "./in-parallel.ts";
import { personNumber, registryNumber, requestNumber } from "./numbered-ids.ts";

/** Registries with leases that are open on them, before anything has happened. */
export type Fleet = {
  readonly registries: readonly RegistryId[];
  readonly leases: readonly Open[];
  /** What Azure has: on each registry one rule of somebody else, and ours. */
  readonly seeds: readonly RegistrySeed[];
};

/** What of a fleet a benchmark chooses. */
export type FleetChoices = {
  readonly registries: number;
  /** The number of the first one, for a fleet beside another. */
  readonly from?: number;
  readonly leasesPerRegistry: number;
  /** Azure rations calls by subscription. */
  readonly subscriptions: readonly number[];
  readonly endsAt: Date;
};

/** A rule that somebody else made. */
const FOREIGN = "192.0.2.10";
/** How many leases a person has: between one and the three that the sample policy allows. */
const LEASES_PER_PERSON = 2;
/** Of every request; below are approvers. */
const FIRST_REQUESTER = 100;
const DURATION_MS = 8 * 3_600_000;
const OPENED_AFTER_MS = 4_137;
const OPEN_WITHIN_MS = 15 * 60_000;
const REGISTRIES_PER_COMMIT = 5;
const ANSWER_WITHIN_MS = 60_000;

/** Who approves everything. */
export const APPROVER: Person = { id: personNumber(1), name: "Alex Approver" };

/** Lease number `n`, open until `endsAt`; the `place` makes its address unlike the others' on its registry. */
export function openLease(n: number, registry: RegistryId, place: number, endsAt: Date): Open {
  const approvedAt = new Date(endsAt.getTime() - DURATION_MS - OPENED_AFTER_MS);
  return {
    status: "open",
    id: leaseIdOf(requestNumber(n)),
    version: 1,
    registry,
    requester: {
      id: personNumber(FIRST_REQUESTER + Math.floor(n / LEASES_PER_PERSON)),
      name: "Robin Requester",
    },
    address: addressAt(place),
    durationMs: DURATION_MS,
    reason: "hotfix for the web shop",
    adopts: false,
    extensions: [],
    basis: { kind: "approvals" },
    approvals: [{ approver: APPROVER, at: approvedAt, atMostMs: undefined }],
    askedAt: approvedAt,
    approvedAt,
    openBy: new Date(approvedAt.getTime() + OPEN_WITHIN_MS),
    endsBy: new Date(approvedAt.getTime() + OPEN_WITHIN_MS + DURATION_MS),
    seenAt: new Date(endsAt.getTime() - DURATION_MS),
    endsAt,
    borrowed: false,
    gone: undefined,
  };
}

/** The same fleet for the same choices. */
export function fleetOf(choices: FleetChoices): Fleet {
  const { from = 0, leasesPerRegistry, subscriptions, endsAt } = choices;
  const registries = Array.from({ length: choices.registries }, (_, n) =>
    registryNumber(from + n, subscriptions[n % subscriptions.length] ?? 0),
  );
  const places = Array.from({ length: leasesPerRegistry }, (_, place) => place);
  return {
    registries,
    leases: registries.flatMap((registry, n) =>
      places.map((place) =>
        openLease((from + n) * leasesPerRegistry + place, registry, place, endsAt),
      ),
    ),
    seeds: registries.map((id) => ({ id, rules: [FOREIGN, ...places.map(addressAt)] })),
  };
}

/**
 * Writes the fleet as the worker would have left it: leases open, their rules on record as ours, and each registry to
 * be looked at when they end. Throws when that is too late for the first of them.
 */
export async function writeFleet(store: Store, { registries, leases }: Fleet): Promise<void> {
  const byRegistry = Map.groupBy(leases, ({ registry }) => registry);
  await inParallel(4, inChunks(registries, REGISTRIES_PER_COMMIT), async (some) => {
    const there = some.map((registry) => byRegistry.get(registry) ?? []);
    const records = await Promise.all(some.map((registry, n) => owning(store, registry, there[n])));
    await commitNow(store, {
      put: [
        ...records.map((value) => ({ kind: "registry", value }) as const),
        ...there.flat().map((value) => ({ kind: "lease", value }) as const),
      ],
      wake: there.flatMap(([first]) =>
        first === undefined ? [] : [{ list: "registry", key: first.registry, at: first.endsAt }],
      ),
    });
  });
  if (leases.some(({ endsAt }) => endsAt.getTime() <= Date.now())) {
    throw new Error("The leases ended before all of them were written.");
  }
}

async function owning(
  store: Store,
  registry: RegistryId,
  leases: readonly Open[] = [],
): Promise<RegistryRecord> {
  const { value } = await store.registry(registry, AbortSignal.timeout(ANSWER_WITHIN_MS));
  const known = value ?? unseenRegistry(registry);
  return { ...known, version: known.version + 1, owned: leases.map(({ address }) => address) };
}

/** Commits under an operation of its own, as the product does. Throws unless it was committed. */
export async function commitNow(
  store: Store,
  change: Omit<Change, "opId" | "notAfter">,
): Promise<void> {
  const notAfter = new Date(Date.now() + ANSWER_WITHIN_MS);
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const outcome = await commitSurely(store, { opId: randomUUID(), notAfter, ...change }, signal);
  if (outcome.kind !== "committed" && outcome.kind !== "repeated")
    throw new Error(`The commit was answered ${outcome.kind}.`);
}

/** The items in order, so many at a time. */
export function* inChunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

function addressAt(place: number): Address {
  return address(`20.51.${String(Math.floor(place / 200))}.${String((place % 200) + 1)}`);
}
