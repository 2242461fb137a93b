import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../src/application/store.ts";
import type { Person, RegistryId } from "../../src/domain/ids.ts";
import { startRedisServer, type RedisServer } from "../redis-server.ts";
import { redisStoreAt } from "../world/store-choice.ts";
import { startAzureProcess, type AzureProcess } from "./azure-process.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

/** What a worker meets, each as a process of its own. */
export type Surroundings = {
  readonly azure: AzureProcess;
  readonly redis: RedisServer;
  /** Where logs go; gone at the end. */
  readonly folder: string;
  /** What a process needs to find the store. */
  readonly storeSettings: Readonly<Record<string, string>>;
  /** A second way into the worker's store. */
  readonly store: Store;
  /** `ledger`: with the second copy on the registry's tags, as it is by default; what was seeded has none. */
  readonly startWorker: (
    registries: readonly RegistryId[],
    ledger: "tags" | "off",
    approverOf?: (n: number) => Person,
  ) => Promise<WorkerProcess>;
  /** Ends what was started here, workers first. */
  readonly stop: () => Promise<void>;
};

/** Starts a Redis and an emulator that has nothing yet. */
export async function startSurroundings(): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), "drawbridge-bench-"));
  const redis = await startRedisServer();
  const azure = await startAzureProcess();
  const chosen = redisStoreAt(redis.url);
  const store = await chosen.open();
  const workers: WorkerProcess[] = [];
  return {
    azure,
    redis,
    folder,
    storeSettings: chosen.settings,
    store,
    async startWorker(registries, ledger, approverOf) {
      const kept = { LEDGER: ledger, LEDGER_KEY: "a key that only this worker knows" };
      const settings = { ...chosen.settings, ...azure.settings, ...kept };
      const worker = await startWorker({ settings, folder, registries, approverOf });
      workers.push(worker);
      return worker;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await store.close();
      await azure.stop();
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
