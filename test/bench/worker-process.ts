import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Person, RegistryId } from "../../src/domain/ids.ts";
import { registryNameOf } from "../../src/domain/ids.ts";
import { TENANT_ID } from "../emulators/teams/people.ts";
import { freePort } from "../free-port.ts";
import { compiledMain } from "./compiled-product.ts";
import { APPROVER } from "./leases.ts";
import { numberOf } from "./numbered-ids.ts";
import { startProgram, type StartedProgram } from "./started-program.ts";

// As in a container of deployment/: V8 would rather grow its heap than collect it, and glibc keeps a pool of
// freed memory for each of many threads.
const FLAGS = [
  "--max-semi-space-size=4",
  "--max-old-space-size=256",
  "--optimize-for-size",
  "--initial-old-space-size=96",
];
const ENVIRONMENT = { MALLOC_ARENA_MAX: "2" };

/** The same in words. */
export const WORKER_STARTED_WITH = `${FLAGS.join(" ")}, MALLOC_ARENA_MAX=${ENVIRONMENT.MALLOC_ARENA_MAX}`;

/** The product's own worker, compiled, as a process of its own. */
export type WorkerProcess = Pick<StartedProgram, "usage" | "stop"> & {
  readonly policyFile: string;
};

/** What a worker is started with. */
export type WorkerChoices = {
  /** Where Azure and the store are. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where its policy and its log go. */
  readonly folder: string;
  readonly registries: readonly RegistryId[];
  /** Who decides for registry number `n`; everywhere the same one unless it says otherwise. */
  readonly approverOf?: ((n: number) => Person) | undefined;
};

/** Starts it and waits until it is ready; its log goes to a file, since reading it would be work of this process. */
export async function startWorker(choices: WorkerChoices): Promise<WorkerProcess> {
  const { settings, folder, registries, approverOf = () => APPROVER } = choices;
  const policyFile = join(folder, "policy.yaml");
  await writeFile(policyFile, policyText(registries, approverOf));
  const port = String(await freePort());
  const isReady = async (): Promise<string | undefined> => {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    return answer?.ok === true ? "ready" : undefined;
  };
  const { usage, stop } = await startProgram(
    [...FLAGS, await compiledMain()],
    {
      ...ENVIRONMENT,
      ...settings,
      DRAWBRIDGE_ROLE: "worker",
      DRAWBRIDGE_POLICY: policyFile,
      OPERATIONS_PORT: port,
    },
    join(folder, "worker.log"),
    isReady,
  );
  return { policyFile, usage, stop };
}

/** JSON is YAML. The limits are out of the way: a benchmark opens more in an hour than people do. */
function policyText(registries: readonly RegistryId[], approverOf: (n: number) => Person): string {
  const entryOf = (id: RegistryId) => ({
    id,
    requesters: "members",
    approvers: [approverOf(numberOf(id)).id],
  });
  return JSON.stringify({
    tenant: TENANT_ID,
    defaults: {
      duration: { default: "4h", max: "8h" },
      reason: "optional",
      address: { widest: 32, reserved: "allow", forbid: [] },
      approval: { quorum: 1, timeout: "8h" },
      limits: { leasesPerPerson: 1000, pendingPerPerson: 1000, openingsPerHour: 100_000 },
    },
    registries: Object.fromEntries(registries.map((id) => [registryNameOf(id), entryOf(id)])),
  });
}
