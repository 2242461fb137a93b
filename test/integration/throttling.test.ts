import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Log } from "../../src/application/ports.ts";
import { createDailyTime } from "../../src/application/registry/daily-time.ts";
import { createQuietLooks } from "../../src/application/registry/quiet-looks.ts";
import { digestOf } from "../../src/create-digest.ts";
import { createHourlyCount } from "../../src/application/registry/hourly-count.ts";
import { reconcileRegistry } from "../../src/application/registry/reconcile-registry.ts";
import type { Store } from "../../src/application/store.ts";
import { workLoop } from "../../src/application/work-loop.ts";
import {
  leaseIdOf,
  parseRegistryId,
  parseRequestId,
  type RegistryId,
} from "../../src/domain/ids.ts";
import { OPEN_WITHIN_MS } from "../../src/domain/request.ts";
import { eventually } from "../eventually.ts";
import { address, opening, policyOf, registryPolicy } from "../unit/builders.ts";
import { azureForSuite } from "./registry-fixture.ts";

const REGISTRIES = 200;
/** Each change is a PATCH of its own: a wave begins when the one before is open everywhere. */
const WAVES = [200, 200, 100];
const CHANGES = WAVES.reduce((sum, wave) => sum + wave, 0);
const HOLD_MS = 60_000;
const PARALLEL = 16;
const HOUR_MS = 3_600_000;
const WAVE_WITHIN_MS = 120_000;

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const soon = AbortSignal.timeout(400_000);

describe("many registries of one subscription, with Azure's token buckets on", () => {
  const at = azureForSuite();
  let store: Store;
  before(() => {
    store = openSqliteStore({ file: ":memory:", now: () => new Date(), auditKeptMs: HOUR_MS });
  });
  after(async () => {
    await store.close();
  });

  it(`makes ${String(CHANGES)} changes with at most 1 % of its calls answered 429`, async () => {
    const registries = await seedRegistries();
    at.azure.throttle(true);
    const calledBefore = at.azure.journal().length;
    const startedAt = performance.now();
    const stop = startWorker(registries);
    try {
      for (const [wave, count] of WAVES.entries()) await openWave(registries.slice(0, count), wave);
    } finally {
      await stop();
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const calls = at.azure.journal().slice(calledBefore);
    const patches = calls.filter(({ method }) => method === "PATCH").length;
    const throttled = calls.filter(({ status }) => status === 429).length;
    console.log(
      `${String(CHANGES)} changes on ${String(REGISTRIES)} registries: ${String(patches)} PATCHes and ${String(calls.length - patches)} reads in ${seconds.toFixed(0)} s, ${String(throttled)} answered 429`,
    );
    assert.equal(patches, CHANGES);
    assert.ok(throttled <= calls.length / 100);
  });

  async function seedRegistries(): Promise<readonly RegistryId[]> {
    const ids: RegistryId[] = [];
    for (let n = 0; n < REGISTRIES; n += 1) {
      const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/registry${String(n).padStart(3, "0")}`;
      await at.azure.seed({ id });
      const parsed = parseRegistryId(id);
      assert.ok(parsed !== undefined);
      ids.push(parsed);
    }
    return ids;
  }

  function startWorker(registries: readonly RegistryId[]): () => Promise<void> {
    const policy = policyOf(...registries.map((id) => registryPolicy({ id })));
    const monotonicMs = (): number => performance.now();
    const deps = {
      ...{
        store,
        rules: at.rules,
        ledger: undefined,
        policy: () => policy,
        log: quiet,
        monotonicMs,
      },
      ids: { requestId: never, opId: () => randomUUID(), random: () => 0.5 },
      recentOpenings: createHourlyCount(monotonicMs),
      recentRestores: createHourlyCount(monotonicMs),
      dailyTime: createDailyTime(monotonicMs),
      quietLooks: createQuietLooks(digestOf),
    };
    const stopping = new AbortController();
    const loop = workLoop(
      {
        name: "registry",
        claim: (signal) => store.claimRegistry(HOLD_MS, signal),
        work: (claim, signal) => reconcileRegistry(deps, claim, signal),
        onWake: (listener) => store.onWake("registry", listener),
        parallel: PARALLEL,
        log: quiet,
      },
      stopping.signal,
      soon,
    );
    return async () => {
      stopping.abort();
      await loop;
    };
  }

  async function openWave(registries: readonly RegistryId[], wave: number): Promise<void> {
    const ids = registries.map((registry, n) => {
      const text = `W${String(wave)}R${String(n).padStart(3, "0")}000000`;
      const id = parseRequestId(text);
      assert.ok(id !== undefined);
      return { registry, lease: leaseIdOf(id) };
    });
    for (const { registry, lease } of ids) {
      const { now } = await store.registry(registry, soon);
      const openBy = new Date(now.getTime() + OPEN_WITHIN_MS);
      const value = opening({
        ...{ id: lease, registry, approvedAt: now, openBy },
        address: address(`203.0.113.${String(wave + 1)}`),
        endsBy: new Date(openBy.getTime() + 4 * HOUR_MS),
      });
      await store.commit(
        {
          opId: randomUUID(),
          notAfter: new Date(now.getTime() + 5_000),
          put: [{ kind: "lease", value }],
          wake: [{ list: "registry", key: registry, at: now }],
        },
        soon,
      );
    }
    await eventually(
      `wave ${String(wave + 1)} is open`,
      async () => {
        for (const { lease } of ids) {
          if ((await store.lease(lease, soon)).value?.status !== "open") return undefined;
        }
        return true;
      },
      WAVE_WITHIN_MS,
    );
  }
});

function never(): never {
  throw new Error("nobody asks here");
}
