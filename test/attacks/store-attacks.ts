import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Put, RegistryRecord } from "../../src/application/store.ts";
import { createIds } from "../../src/create-ids.ts";
import { leaseIdOf, parsePersonId, parseRegistryId, type Person } from "../../src/domain/ids.ts";
import type { Lease, Open, Opening } from "../../src/domain/lease.ts";
import { PEOPLE, type TeamsPerson } from "../emulators/teams/people.ts";
import { eventually } from "../eventually.ts";
import { AZURE_WRITES } from "./azure-writes.ts";
import { address, HOUR_MS, opening } from "../unit/builders.ts";
import type { Attack, AttackWorld } from "./attack.ts";

/** What is written into the store, as of the moment. */
type Lie = (at: Date) => Opening | Open;

const soon = AbortSignal.timeout(600_000);
const FOREIGN = "192.0.2.10";
const YEAR_MS = 365 * 24 * HOUR_MS;
/** A registry that the policy does not name, and that the worker's identity could write to. */
const UNNAMED = "acrnotnamed";
let lies = 0;

/** Of Casey, approved by Alex just now: the worker would add it. Everything about it is a lie. */
function lease(at: Date, over: Partial<Opening> = {}, by: readonly TeamsPerson[] = [PEOPLE.alex]) {
  lies += 1;
  const openBy = new Date(at.getTime() + 15 * 60_000);
  const durationMs = over.durationMs ?? HOUR_MS;
  return opening({
    id: leaseIdOf(createIds().requestId(`lie ${String(lies)} ${randomUUID()}`)),
    requester: personOf(PEOPLE.casey),
    address: address(`203.0.113.${String(210 + (lies % 40))}`),
    ...{ durationMs, askedAt: at, approvedAt: at, openBy },
    endsBy: new Date(openBy.getTime() + durationMs),
    approvals: by.map((each) => ({ approver: personOf(each), at, atMostMs: undefined })),
    ...over,
  });
}

function planted(
  rows: Readonly<Record<string, readonly [expected: string, lie: Lie]>>,
): readonly Attack[] {
  return Object.entries(rows).map(([attack, [expected, lie]]) => ({
    door: "store",
    attack,
    expected,
    async prepare(world) {
      const registry = registryOf(world, "acrdemomagic");
      const { now } = await world.records.registry(registry, soon);
      const value = { ...lie(now), registry };
      const since = world.azure.journal().length;
      await write(world, [{ kind: "lease", value }]);
      const over = await becomesOfIt(world, value);
      return () => Promise.resolve(`${over}, ${whatWasSent(world, since, value.address)}`);
    },
  }));
}

/** How it ended, once the worker has judged it. */
function becomesOfIt(world: AttackWorld, { id, endsBy }: Lease): Promise<string> {
  return eventually("the worker has judged it", async () => {
    const { value } = await world.records.lease(id, soon);
    if (value?.status === "open" && value.endsAt < endsBy) return `cut to ${value.status}`;
    if (value?.status !== "ended") return undefined;
    const { endReason } = value;
    return endReason.kind === "refused" ? endReason.because.kind : endReason.kind;
  });
}

function whatWasSent(world: AttackWorld, since: number, value: string): string {
  const sent = world.azure
    .journal()
    .slice(since)
    .filter(({ method }) => method !== "GET");
  const with_ = sent.filter(({ body }) => JSON.stringify(body ?? "").includes(value));
  return with_.length === 0 ? "never sent to Azure" : "sent to Azure";
}

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

const LEASES = planted({
  "a lease without approvals": [
    "approval-does-not-stand, never sent to Azure",
    (at) => lease(at, {}, []),
  ],
  "a lease approved by somebody who may not": [
    "approval-does-not-stand, never sent to Azure",
    (at) => lease(at, {}, [PEOPLE.dana, PEOPLE.robin]),
  ],
  "a lease approved by its own requester": [
    "approval-does-not-stand, never sent to Azure",
    (at) => lease(at, { requester: personOf(PEOPLE.alex) }, [PEOPLE.alex, PEOPLE.alex]),
  ],
  "a range wider than the policy allows": [
    "against-policy, never sent to Azure",
    (at) => lease(at, { address: address("203.0.112.0/20") }),
  ],
  "every address there is": [
    "against-policy, never sent to Azure",
    (at) => lease(at, { address: address("0.0.0.0/1") }),
  ],
  "a lease longer than the policy allows": [
    "against-policy, never sent to Azure",
    (at) => lease(at, { durationMs: 9 * HOUR_MS }),
  ],
  "a lease that ends later than it lasts": [
    "ends-too-late, never sent to Azure",
    (at) => lease(at, { endsBy: later(at, YEAR_MS) }),
  ],
  "a lease longer than its approver said": [
    "longer-than-approved, never sent to Azure",
    (at) => {
      const less = { approver: personOf(PEOPLE.alex), at, atMostMs: 60_000 };
      return lease(at, { approvals: [less] });
    },
  ],
  "an emergency that the policy does not know": [
    "not-automatic, never sent to Azure",
    (at) => lease(at, { basis: { kind: "emergency" }, reason: "it burns" }, []),
  ],
  "a range that the policy does not let in by itself": [
    "not-automatic, never sent to Azure",
    (at) => lease(at, { basis: { kind: "range", range: address("203.0.113.0/24") } }, []),
  ],
  "a move that the policy does not know": [
    "not-automatic, never sent to Azure",
    (at) => {
      const of = leaseIdOf(createIds().requestId("nobody's"));
      return lease(at, { basis: { kind: "move", of } });
    },
  ],
  "a lease that is called open, and nobody approved": [
    "approval-does-not-stand, never sent to Azure",
    (at) => openedAt(lease(at, {}, []), at),
  ],
  "a lease that is called open from next year on": [
    "due, never sent to Azure",
    (at) => openedAt(lease(at, { endsBy: later(at, 2 * YEAR_MS) }), later(at, YEAR_MS)),
  ],
});

/** It says that its rule was seen then. */
function openedAt(terms: Opening, seenAt: Date): Open {
  const endsAt = terms.endsBy;
  return { ...terms, status: "open", seenAt, endsAt, borrowed: false, gone: undefined };
}

type Claim = (record: RegistryRecord, at: Date) => Partial<RegistryRecord>;
const foreign = address(FOREIGN);

/** Somebody writes into the worker's own record that a foreign rule is ours to remove. */
function claimed(rows: Readonly<Record<string, Claim>>): readonly Attack[] {
  return Object.entries(rows).map(([attack, claim]) => ({
    door: "store",
    attack,
    expected: "the rule of somebody else is there",
    async prepare(world) {
      const registry = registryOf(world, "acrdemomagic");
      const since = world.azure.journal().length;
      await eventually("the lie is in the store", async () => {
        const { now, value } = await world.records.registry(registry, soon);
        if (value === undefined) return undefined;
        const record = { ...value, ...claim(value, now), version: value.version + 1 };
        return write(world, [{ kind: "registry", value: record }]).catch(() => undefined);
      });
      await eventually("the worker has looked", () => Promise.resolve(readSince(world, since)));
      return () => {
        const there = world.azure.state(registry)?.rules.includes(FOREIGN) === true;
        return Promise.resolve(`the rule of somebody else is ${there ? "there" : "gone"}`);
      };
    },
  }));
}

const RULES = claimed({
  "a foreign rule called ours": ({ owned }) => ({ owned: [...owned, foreign] }),
  "a foreign rule called ours, without the seal": ({ owned }) => ({
    owned: [...owned, foreign],
    seal: undefined,
  }),
  "a foreign rule called removed by us a while ago": (_record, at) => ({
    tombstones: [{ address: foreign, until: later(at, HOUR_MS) }],
  }),
  "a foreign rule called ours, in a younger store": ({ owned }) => ({
    owned: [...owned, foreign],
    ledgerFence: 9e12,
  }),
});

const ELSEWHERE: readonly Attack[] = [
  {
    door: "store",
    attack: "a lease on a registry that the policy does not name",
    expected: "registry-left-policy, never sent to Azure",
    async prepare(world) {
      const id = world.registryId("acrdemomagic").replace("acrdemomagic", UNNAMED);
      await world.azure.seed({ id, rules: [FOREIGN] });
      const registry = parseRegistryId(id);
      assert.ok(registry !== undefined);
      const { now } = await world.records.registry(registry, soon);
      const value = { ...lease(now), registry };
      const since = world.azure.journal().length;
      await write(world, [{ kind: "lease", value }]);
      const over = await becomesOfIt(world, value);
      return () => Promise.resolve(`${over}, ${whatWasSent(world, since, value.address)}`);
    },
  },
];

async function write(world: AttackWorld, put: readonly Put[]): Promise<true> {
  const [first] = put;
  assert.ok(first?.kind === "lease" || first?.kind === "registry");
  const key = first.kind === "lease" ? first.value.registry : first.value.id;
  const { now } = await world.records.registry(key, soon);
  const wake = [{ list: "registry", key, at: now }] as const;
  const change = { opId: randomUUID(), notAfter: later(now, 5_000), put, wake };
  const outcome = await world.records.commit(change, soon);
  assert.equal(outcome.kind, "committed");
  return true;
}

function readSince(world: AttackWorld, since: number): true | undefined {
  const registry = registryOf(world, "acrdemomagic");
  const reads = world.azure
    .journal()
    .slice(since)
    .filter(({ method, path }) => method === "GET" && path.toLowerCase() === registry);
  return reads.length > 0 ? true : undefined;
}

function registryOf(world: AttackWorld, name: string) {
  const id = parseRegistryId(world.registryId(name));
  assert.ok(id !== undefined);
  return id;
}

function personOf({ aadObjectId, name }: TeamsPerson): Person {
  const id = parsePersonId(aadObjectId);
  assert.ok(id !== undefined);
  return { id, name };
}

/** Somebody writes into the store, with the worker at work and its policy as it was. */
export const STORE_ATTACKS: readonly Attack[] = [
  ...LEASES,
  ...RULES,
  ...ELSEWHERE,
  ...AZURE_WRITES,
];
