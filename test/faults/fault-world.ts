import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPolicy } from "../../src/adapters/policy/policy-file.ts";
import type { Store } from "../../src/application/store.ts";
import type { RegistryId } from "../../src/domain/ids.ts";
import type { Policy } from "../../src/domain/policy.ts";
import { startAzureEmulator, type AzureEmulator } from "../emulators/azure/emulator.ts";
import { startRedisServer, type RedisServer } from "../redis-server.ts";
import { startRedisSentinel } from "../redis-topologies.ts";
import { registryId } from "../unit/builders.ts";
import { policyText } from "../world/policy-text.ts";
import { startProduct, type ProductProcess } from "../world/product-process.ts";
import { redisStoreAt, sqliteStore, type ChosenStore } from "../world/store-choice.ts";
import { createApprovals, type Approvals } from "./approvals.ts";
import { failingOver, type FailingOver } from "./failing-over.ts";
import { openGates, type Gates } from "./gates.ts";
import { lasting } from "./waits.ts";

/** A rule that somebody else made, on every registry. */
export const FOREIGN = "192.0.2.10";
/** A permanent rule of the policy, on every registry. */
export const BASELINE = "192.0.2.20";
/** What the policy lets nobody open. */
export const FORBIDDEN = "203.0.113.240/28";

/** Everything of one run: Azure, a store, a policy, and workers that are processes of their own. */
export type FaultWorld = {
  readonly azure: AzureEmulator;
  readonly kind: ChosenStore["kind"];
  readonly settings: Readonly<Record<string, string>>;
  /** The test's own way into the store. */
  readonly store: Store;
  /** The server of the store on Redis; throws on SQLite. */
  readonly redis: () => RedisServer;
  /** Throws where there is none. */
  readonly sentinel: () => FailingOver;
  /** Those of the policy. */
  readonly registries: readonly [RegistryId, ...RegistryId[]];
  /** One that is not in the policy. */
  readonly stranger: RegistryId;
  readonly holdMs: number;
  readonly approvals: Approvals;
  readonly gates: Gates;
  readonly startWorker: (over?: Readonly<Record<string, string>>) => Promise<ProductProcess>;
  /** Those that were started and neither killed nor stopped. */
  workers(): readonly ProductProcess[];
  /** SIGKILL by pid; resolves when the process is gone. */
  kill(pid: number): Promise<void>;
  /** SIGSTOP by pid. */
  pause(pid: number): void;
  /** SIGCONT by pid. */
  resume(pid: number): void;
  /** Says that the fault has happened. */
  struck(): void;
  strikes(): number;
  /** What went wrong in the harness itself. */
  errors(): readonly unknown[];
  /** What starts took beyond a second each, in all. */
  readonly slowStartsMs: () => number;
  /** What every worker printed, for a failing run. */
  output(): string;
  /** SIGTERM to the workers; answers the exit codes other than 0. */
  readonly stopWorkers: () => Promise<readonly (number | null)[]>;
  /** Ends with the run, after its workers. */
  endsWith(end: () => Promise<unknown>): void;
  /** Ends everything, workers first. */
  stop(): Promise<void>;
};

const REGISTRIES = 3;
const USUAL_START_MS = 1_000;
/** A write to SQLite takes some ms. */
const LET_GO_MS = 100;
const PRELOAD = new URL("preload-gates.mjs", import.meta.url).href;
/** Kept between runs: a worker then starts in half the time. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));

/** Starts the surroundings of one run on loopback; workers are started on demand. */
export async function startFaultWorld(
  kind: ChosenStore["kind"],
  {
    holdSeconds,
    behindSentinel,
  }: { readonly holdSeconds: number; readonly behindSentinel: boolean },
): Promise<FaultWorld> {
  const registries = Array.from({ length: REGISTRIES }, (_, i) => registryId(`bridge${String(i)}`));
  const [first, ...others] = registries;
  if (first === undefined) throw new Error("There is at least one registry.");
  const stranger = registryId("stranger");
  const ends: (() => Promise<unknown>)[] = [];
  let workers: Workers | undefined;
  const stop = async (): Promise<void> => {
    await workers?.stopWorkers();
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const azure = await startAzureEmulator({
      registries: [...registries, stranger].map((id) => ({ id, rules: [FOREIGN, BASELINE] })),
    });
    ends.push(() => azure.stop());
    const topology = behindSentinel ? await startRedisSentinel() : undefined;
    if (topology !== undefined) ends.push(topology.stop);
    const redis = kind === "redis" && !topology ? await startRedisServer() : undefined;
    if (redis !== undefined) ends.push(redis.stop);
    const url = topology?.url ?? redis?.url;
    const chosen = url === undefined ? await sqliteStore() : redisStoreAt(url);
    ends.push(() => chosen.remove());
    const folder = await mkdtemp(join(tmpdir(), "drawbridge-faults-"));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const policyFile = join(folder, "policy.yaml");
    await writeFile(policyFile, textOf(registries));
    const policy = await readPolicy(policyFile, AbortSignal.timeout(5_000));
    const store = await chosen.open();
    ends.push(() => store.close());
    const errors: unknown[] = [];
    const gates = await openGates(join(folder, "gates"), (error) => errors.push(error));
    ends.push(() => gates.close());

    const settings = {
      ...chosen.settings,
      DRAWBRIDGE_ROLE: "worker",
      DRAWBRIDGE_POLICY: policyFile,
      ARM_ENDPOINT: azure.armUrl,
      HOLD_SECONDS: String(holdSeconds),
      LEDGER_KEY: "a key that only the workers of these runs know",
      IDENTITY_ENDPOINT: azure.tokenUrl,
      IDENTITY_HEADER: azure.identityHeader,
      NODE_EXTRA_CA_CERTS: azure.caFile,
      NODE_OPTIONS: `--import=${PRELOAD}`,
      NODE_COMPILE_CACHE: COMPILED,
      FAULT_GATES: gates.path,
    };
    workers = createWorkers(settings);
    let strikes = 0;
    return {
      ...{ azure, kind, settings, store, stranger, gates, stop },
      endsWith: (end) => ends.push(end),
      registries: [first, ...others],
      redis: () => {
        if (redis === undefined) throw new Error("This store is not on Redis.");
        return redis;
      },
      sentinel: () => {
        if (topology === undefined) throw new Error("This store is not behind Sentinel.");
        return failingOver(topology);
      },
      holdMs: holdSeconds * 1_000,
      approvals: approvalsOn(store, policy),
      ...workers,
      struck: () => {
        strikes += 1;
      },
      strikes: () => strikes,
      errors: () => errors,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function approvalsOn(store: Store, policy: Policy): Approvals {
  return createApprovals({ store, policy: () => policy });
}

function textOf(registries: readonly RegistryId[]): string {
  return policyText({
    registries: Object.fromEntries(registries.map((id) => [id.slice(id.lastIndexOf("/") + 1), id])),
    baseline: [BASELINE],
    forbid: [FORBIDDEN],
  });
}

type Workers = Pick<
  FaultWorld,
  | "startWorker"
  | "workers"
  | "kill"
  | "pause"
  | "resume"
  | "slowStartsMs"
  | "output"
  | "stopWorkers"
>;

function createWorkers(settings: Readonly<Record<string, string>>): Workers {
  const all: ProductProcess[] = [];
  const running = new Map<number, ProductProcess>();
  const paused = new Set<number>();
  let slowStartsMs = 0;
  let started = 0;
  const resume = (pid: number): void => {
    if (paused.delete(pid) && running.has(pid)) process.kill(pid, "SIGCONT");
  };
  return {
    async startWorker(over = {}) {
      const begun = performance.now();
      // Its own, so that the judge can tell whose read came before a PATCH; Azure's object id is the same for all.
      const AZURE_CLIENT_ID = `00000000-0000-4000-8000-${String((started += 1)).padStart(12, "0")}`;
      const own = { AZURE_CLIENT_ID, OPERATIONS_PORT: "0" };
      const start = (): Promise<ProductProcess> => startProduct({ ...settings, ...own, ...over });
      const worker = await start().catch(async (error: unknown) => {
        if (paused.size === 0) throw error;
        // One that was stopped in the middle of a write keeps SQLite's lock; where it waits, it waits without.
        for (const pid of paused) process.kill(pid, "SIGCONT");
        await lasting(LET_GO_MS);
        for (const pid of paused) process.kill(pid, "SIGSTOP");
        return start();
      });
      all.push(worker);
      slowStartsMs += Math.max(0, performance.now() - begun - USUAL_START_MS);
      running.set(worker.pid, worker);
      return worker;
    },
    slowStartsMs: () => Math.ceil(slowStartsMs),
    workers: () => [...running.values()],
    async kill(pid) {
      const worker = running.get(pid);
      if (worker === undefined) throw new Error(`${String(pid)} is no worker of this run.`);
      running.delete(pid);
      await worker.kill();
    },
    pause(pid) {
      if (!running.has(pid)) throw new Error(`${String(pid)} is no worker of this run.`);
      paused.add(pid);
      process.kill(pid, "SIGSTOP");
    },
    resume,
    output: () => all.map((worker) => `[${String(worker.pid)}]\n${worker.output()}`).join("\n"),
    async stopWorkers() {
      for (const pid of paused) resume(pid);
      const workers = [...running.values()];
      running.clear();
      const codes = await Promise.all(workers.map((worker) => worker.stop()));
      return codes.filter((code) => code !== 0);
    },
  };
}
