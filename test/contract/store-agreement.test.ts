import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { openRedisStore } from "../../src/adapters/store/redis/redis-store.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Change, Hold, Put, Store } from "../../src/application/store.ts";
import { describeUnless, redisMissing } from "../needs-redis.ts";
import { startRedisServer } from "../redis-server.ts";
import {
  approved,
  change,
  ended,
  freezeRecord,
  opening,
  pending,
  personId,
  registryId,
  registryRecord,
  requestId,
  untilDone,
} from "./samples.ts";

const DAY_MS = 86_400_000;
// Claims are long and wakes are due at once or in an hour, so that no answer depends on how fast a store is.
const HOLD_MS = 600_000;
const warehouse = registryId("warehouse");

/** One step; the holds that it names are those of earlier claims, by their place. */
type Step =
  | { readonly do: "claim" }
  | {
      readonly do: "commit";
      readonly operation: number;
      readonly late: boolean;
      readonly puts: readonly Put[];
      readonly under: number | undefined;
      readonly release: number | undefined;
      readonly nextLook: "never" | "soon" | "later";
      readonly wake: "not" | "soon" | "later";
    };

const puts = fc.constantFrom<Put[]>(
  { kind: "request", value: pending(1) },
  { kind: "request", value: approved(pending(1)) },
  { kind: "request", value: pending(2) },
  { kind: "lease", value: opening(1) },
  { kind: "lease", value: ended(opening(1)) },
  { kind: "registry", value: registryRecord("warehouse") },
  { kind: "freeze", value: freezeRecord("warehouse") },
  { kind: "registry", value: { ...registryRecord("warehouse"), version: 2, failures: 3 } },
);
const hold = fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 2 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ do: fc.constant("claim") }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("commit"),
        operation: fc.nat({ max: 12 }),
        late: fc.nat({ max: 9 }).map((n) => n === 0),
        puts: fc.array(puts, { maxLength: 2 }),
        under: hold,
        release: hold,
        nextLook: fc.constantFrom("never", "soon", "later"),
        wake: fc.constantFrom("not", "soon", "later"),
      }),
    },
  ),
  { minLength: 5, maxLength: 30 },
);

describeUnless(redisMissing, "the two stores", () => {
  it("answer the same to any sequence of commits and claims", async () => {
    const server = await startRedisServer();
    try {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const prefix = crypto.randomUUID();
          const onError = (): void => undefined;
          const options = { url: server.url, prefix, auditKeptMs: DAY_MS, onError };
          const redis = await openRedisStore(options, untilDone);
          const now = (): Date => new Date();
          const sqlite = openSqliteStore({ file: ":memory:", now, auditKeptMs: DAY_MS });
          try {
            assert.deepEqual(await answersOf(redis, sequence), await answersOf(sqlite, sequence));
          } finally {
            await Promise.all([redis.close(), sqlite.close()]);
          }
        }),
        { numRuns: 150 },
      );
    } finally {
      await server.stop();
    }
  });
});

/** Everything that can be seen of the store on the way and in the end, but times and fences. */
async function answersOf(store: Store, sequence: readonly Step[]): Promise<unknown> {
  const start = new Date();
  const holds: Hold[] = [];
  const seen: unknown[] = [];
  for (const step of sequence) {
    if (step.do === "commit") {
      seen.push((await store.commit(asChange(step, start, holds), untilDone)).kind);
      continue;
    }
    const claim = await store.claimRegistry(HOLD_MS, untilDone);
    if (claim.kind === "claimed") {
      holds.unshift(claim.hold);
      seen.push([claim.leases, claim.record, claim.freeze]);
    } else {
      const waitMs = claim.nextAt && claim.nextAt.getTime() - start.getTime();
      seen.push(waitMs && Math.round(waitMs / HOLD_MS));
    }
  }
  const { value: entries } = await store.audit(1, 100, untilDone);
  return {
    seen,
    audit: entries.map(({ number, event }) => [number, event]),
    request: (await store.request(requestId(1), untilDone)).value,
    pending: (await store.pendingOf(personId(1), untilDone)).value,
    leases: (await store.leasesOf(personId(1), untilDone)).value,
  };
}

function asChange(
  step: Step & { readonly do: "commit" },
  start: Date,
  holds: readonly Hold[],
): Change {
  const soon = new Date(0);
  const later = new Date(start.getTime() + 3_600_000);
  const under = step.under === undefined ? undefined : holds[step.under];
  const released = step.release === undefined ? undefined : holds[step.release];
  const nextLookAt = { never: undefined, soon, later }[step.nextLook];
  const at = { not: undefined, soon, later }[step.wake];
  return change({
    opId: `operation ${step.operation}`,
    ...(step.late && { notAfter: new Date(1) }),
    ...(under && { under }),
    ...(released && { release: { hold: released, nextLookAt } }),
    ...(at && { wake: [{ list: "registry", key: warehouse, at }] }),
    put: step.puts,
    audit: [{ kind: "request.lapsed", request: requestId(step.operation), registry: warehouse }],
  });
}
