import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { CLOUDS } from "../../src/adapters/azure/cloud.ts";
import { createCredential } from "../../src/adapters/azure/credential.ts";
import { createArmClients } from "../../src/adapters/azure/arm-clients.ts";
import { createRegistryRules } from "../../src/adapters/azure/registry-rules.ts";
import { createTagLedger } from "../../src/adapters/azure/tag-ledger.ts";
import { openSqliteStore } from "../../src/adapters/store/sqlite/sqlite-store.ts";
import type { Ledger, Log, RegistryRules } from "../../src/application/ports.ts";
import { createDailyTime } from "../../src/application/registry/daily-time.ts";
import { createHourlyCount } from "../../src/application/registry/hourly-count.ts";
import { createQuietLooks, type QuietLooks } from "../../src/application/registry/quiet-looks.ts";
import { digestOf } from "../../src/create-digest.ts";
import { unseenRegistry } from "../../src/application/registry/registry-draft.ts";
import { reconcileRegistry } from "../../src/application/registry/reconcile-registry.ts";
import type { RegistryClaim, RegistryRecord, Store } from "../../src/application/store.ts";
import { leaseIdOf, parseRegistryId, type RegistryId } from "../../src/domain/ids.ts";
import type { Lease, Opening } from "../../src/domain/lease.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";
import type { StoreOnSetClock } from "../stores-on-set-clock.ts";
import { startAzureEmulator, type AzureEmulator } from "../emulators/azure/emulator.ts";
import type { RegistrySeed } from "../emulators/azure/registry.ts";
import { opening, policyOf, registryPolicy, requestId } from "../unit/builders.ts";

/** A rule that somebody else made. */
export const FOREIGN = "192.0.2.10";
/** How long a claim holds the registry here. */
export const HOLD_MS = 20_000;

/** How a round differs from an ordinary one. */
export type RoundChoices = {
  readonly policy?: Partial<RegistryPolicy>;
  /** What the worker remembers to have opened in the last hour. */
  readonly openings?: number;
  /** Stands between the reconciler and the emulator. */
  readonly through?: RegistryRules;
  /** Where what is ours is written down a second time; nowhere, unless it is given. */
  readonly ledger?: Ledger;
  /** How far ARM's clock is ahead of the store's. */
  readonly azureAheadMs?: number;
  /** What the worker remembers of looks that had nothing to do; the fixture's own, unless it is given. */
  readonly quietLooks?: QuietLooks;
  /** What the worker logs goes there; nowhere, unless it is given. */
  readonly log?: Log;
  /** The worker's own clock for measuring; it stands still unless this moves it. */
  readonly monotonicMs?: () => number;
  /** Told when nothing is left but to read back. */
  readonly onSent?: () => void;
};

/** One registry on the emulator and one store whose clock stands still until it is moved. */
export type RegistryFixture = {
  readonly registry: RegistryId;
  readonly store: Store;
  /** Goes on with another store: an empty one, or that in the file. */
  useStore(file?: string): Promise<void>;
  now(): Date;
  pass(ms: number): void;
  /** A lease on the registry, approved now. */
  lease(n: number, over?: Partial<Opening>): Opening;
  /** Writes leases and, for a registry not seen yet, what is recorded of it; and wakes it. */
  given(leases: readonly Lease[], record?: Partial<RegistryRecord>): Promise<void>;
  claim(): Promise<RegistryClaim>;
  reconcile(claim: RegistryClaim, choices?: RoundChoices): Promise<void>;
  /** Claims and reconciles once; answers in how many ms the registry is to be looked at next. */
  round(choices?: RoundChoices): Promise<number>;
  /** "open", "closing due", "ended refused not-premium", … */
  status(n: number): Promise<string>;
  /** The rules on the registry, by the emulator's own history. */
  rules(): readonly string[];
  /** How many PATCHes the registry has seen. */
  patches(): number;
};

/** Time that fixtures let pass: what Azure told the adapter to wait for is then over too. */
let passedMs = 0;

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const soon = AbortSignal.timeout(300_000);

/** The emulator, and the product's own adapters to it. */
export type Azure = {
  readonly azure: AzureEmulator;
  readonly rules: RegistryRules;
  readonly ledger: Ledger;
};

/** For all tests of a suite: call it where the suite is defined. */
export function azureForSuite(): Azure {
  let started: Azure | undefined;
  before(async () => {
    started = await startAzure();
  });
  after(async () => {
    await started?.azure.stop();
  });
  const running = (): Azure => {
    if (started === undefined) throw new Error("The suite has not begun.");
    return started;
  };
  return {
    get azure() {
      return running().azure;
    },
    get rules() {
      return running().rules;
    },
    get ledger() {
      return running().ledger;
    },
  };
}

/** With Azure's own credential class. */
async function startAzure(): Promise<Azure> {
  const azure = await startAzureEmulator();
  process.env["IDENTITY_ENDPOINT"] = azure.tokenUrl;
  process.env["IDENTITY_HEADER"] = azure.identityHeader;
  setDefaultCACertificates([...getCACertificates("default"), azure.caPem]);
  const settings = {
    credential: createCredential({
      kind: "managed-identity",
      clientId: undefined,
      authorityHost: CLOUDS.public.authorityHost,
    }),
    endpoint: azure.armUrl,
    audience: CLOUDS.public.armAudience,
    monotonicMs: () => performance.now() + passedMs,
  };
  const clients = createArmClients(settings);
  return {
    azure,
    rules: createRegistryRules(settings, clients),
    ledger: createTagLedger({ clients, endpoint: azure.armUrl, keys: ["a key of these tests"] }),
  };
}

/** ARM's clock goes with the fixture's, and not with the emulator's. */
function atTheTime(rules: RegistryRules, azureMs: () => number): RegistryRules {
  return {
    ...rules,
    async read(registry, signal, purpose) {
      const read = await rules.read(registry, signal, purpose);
      if (read.kind !== "read") return read;
      return { kind: "read", view: { ...read.view, answeredAt: new Date(azureMs()) } };
    },
  };
}

/** A registry of its own for each test, in a store of its own unless told otherwise; close the store in the end. */
export async function registryFixture(
  azure: AzureEmulator,
  rules: RegistryRules,
  seed: Partial<RegistrySeed> = { rules: [FOREIGN] },
  holdMs = HOLD_MS,
  kept?: StoreOnSetClock,
): Promise<RegistryFixture> {
  const name = `registry${randomUUID().slice(0, 8)}`;
  const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/${name}`;
  await azure.seed({ id, ...seed });
  const registry = parseRegistryId(id);
  assert.ok(registry !== undefined);
  let now = new Date("2026-11-23T14:00:00Z");
  const openStore = (file = ":memory:"): Store =>
    openSqliteStore({ file, now: () => now, auditKeptMs: 3_600_000 });
  let store = kept?.store ?? openStore();
  kept?.setClock(now);

  const claim = async (): Promise<RegistryClaim> => {
    const claimed = await store.claimRegistry(holdMs, soon);
    assert.equal(claimed.kind, "claimed");
    return claimed;
  };
  const recentOpenings = createHourlyCount(() => 0);
  const recentRestores = createHourlyCount(() => 0);
  const dailyTime = createDailyTime(() => now.getTime());
  const quietLooks = createQuietLooks(digestOf);
  // As long as a test gives the same choices, the worker has the same policy.
  let loaded: { readonly from: RoundChoices["policy"]; readonly policy: Policy } | undefined;
  const reconcile: RegistryFixture["reconcile"] = async (claimed, choices = {}) => {
    recentOpenings.add(registry, choices.openings ?? 0);
    const from = choices.policy;
    if (loaded === undefined || loaded.from !== from) {
      loaded = { from, policy: policyOf(registryPolicy({ id: registry, ...from })) };
    }
    const { policy } = loaded;
    const deps = {
      store,
      rules: atTheTime(choices.through ?? rules, () => now.getTime() + (choices.azureAheadMs ?? 0)),
      ledger: choices.ledger,
      policy: () => policy,
      ids: { requestId: () => requestId(0), opId: () => randomUUID(), random: () => 0.5 },
      log: choices.log ?? quiet,
      recentOpenings,
      recentRestores,
      dailyTime,
      quietLooks: choices.quietLooks ?? quietLooks,
      monotonicMs: choices.monotonicMs ?? (() => 0),
    };
    await reconcileRegistry(deps, claimed, soon, choices.onSent);
  };
  return {
    registry,
    get store() {
      return store;
    },
    async useStore(file) {
      await store.close();
      store = openStore(file);
    },
    now: () => now,
    pass: (ms) => {
      now = new Date(now.getTime() + ms);
      kept?.setClock(now);
      passedMs += ms;
    },
    lease: (n, over = {}) =>
      opening({
        id: leaseIdOf(requestId(n)),
        registry,
        approvedAt: now,
        openBy: new Date(now.getTime() + 15 * 60_000),
        endsBy: new Date(now.getTime() + 15 * 60_000 + (over.durationMs ?? 4 * 3_600_000)),
        ...over,
      }),
    async given(leases, record) {
      const value = { ...unseenRegistry(registry), version: 1, ...record };
      const outcome = await store.commit(
        {
          opId: randomUUID(),
          notAfter: now,
          put: [
            ...leases.map((lease) => ({ kind: "lease", value: lease }) as const),
            ...(record === undefined ? [] : [{ kind: "registry", value } as const]),
          ],
          wake: [{ list: "registry", key: registry, at: now }],
        },
        soon,
      );
      assert.equal(outcome.kind, "committed");
    },
    claim,
    reconcile,
    async round(choices) {
      await reconcile(await claim(), choices);
      const idle = await store.claimRegistry(holdMs, soon);
      assert.equal(idle.kind, "idle");
      return (idle.nextAt?.getTime() ?? Infinity) - now.getTime();
    },
    async status(n) {
      const { value } = await store.lease(leaseIdOf(requestId(n)), soon);
      if (value?.status !== "ended" && value?.status !== "closing") return value?.status ?? "none";
      const { endReason } = value;
      const because = endReason.kind === "refused" ? ` ${endReason.because.kind}` : "";
      return `${value.status} ${endReason.kind}${because}`;
    },
    rules: () =>
      azure.history().findLast((entry) => entry.registry.toLowerCase() === registry)?.rules ?? [],
    patches: () =>
      azure
        .journal()
        .filter(({ method, path }) => method === "PATCH" && path.toLowerCase() === registry).length,
  };
}
