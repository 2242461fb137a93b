import { randomUUID } from "node:crypto";
import { readPolicy } from "../../src/adapters/policy/policy-file.ts";
import { decideRequest } from "../../src/application/requests/decide.ts";
import type { Pending } from "../../src/domain/request.ts";
import type { RegistryId } from "../../src/domain/ids.ts";
import { pending } from "../contract/samples.ts";
import { createArmClient, type ArmClient } from "./arm-client.ts";
import { auditEntries } from "./audit-entries.ts";
import { scaled, type Benchmark, type RunOptions } from "./benchmark.ts";
import { APPROVER, commitNow, openLease } from "./leases.ts";
import { registryNumber, requestNumber } from "./numbered-ids.ts";
import { startSurroundings, type Surroundings } from "./surroundings.ts";
import { sweptOnce } from "./swept-once.ts";

const APPROVALS = 100;
/** One after the other they take two calls each, however many they are; a few show it. */
const SERIALLY = 30;
const LATENCY_MS = 1_000;
const WITHIN_MS = 120_000;
const HOUR_MS = 3_600_000;

/** What many approvals at once cost, beside what everybody writes first. */
export const approvalsAtOnce: Benchmark = {
  name: "approvals",
  title: "100 approvals at once on one registry",
  run,
};

async function run(options: RunOptions) {
  const surroundings = await startSurroundings();
  try {
    const { azure } = surroundings;
    const count = scaled(APPROVALS, options, 5);
    const latencyMs = scaled(LATENCY_MS, options, 100);
    const [ours, serially, together] = [
      registryNumber(0, 0),
      registryNumber(1, 0),
      registryNumber(2, 0),
    ];
    await azure.seed([ours, serially, together].map((id) => ({ id, rules: ["192.0.2.10"] })));
    await azure.setLatency(latencyMs);
    const addresses = Array.from({ length: count }, (_, n) => addressOf(ours, n));
    const few = addresses.slice(0, scaled(SERIALLY, options, 5));
    const arm = createArmClient(azure.settings);

    // They do nothing but wait, each on a registry of its own, so they can do it at the same time.
    const [worker, serial, parallel] = await Promise.all([
      approvedTogether(surroundings, ours, count),
      timed(async () => {
        for (const address of few) await addAsTheCommandDoes(arm, serially, address);
      }),
      timed(() =>
        Promise.all(addresses.map((address) => addAsTheCommandDoes(arm, together, address))),
      ),
    ]);
    const calls = await azure.calls();
    const patches = (path: string): number =>
      calls.filter((call) => call.method === "PATCH" && call.path.toLowerCase() === path).length;
    const lost = async (registry: RegistryId, added = addresses): Promise<number> => {
      const there = new Set(await arm.readRules(registry));
      return added.filter((address) => !there.has(address)).length;
    };
    const zero = { bound: "at most", value: 0 } as const;
    return {
      setting: [
        `Every call takes ${String(LATENCY_MS / 1_000)} s. ${APPROVALS} requests are waiting, and the approvers click within the same moment: each click is decided as the bot does it, and the worker opens. Beside it what \`az acr network-rule add\` does (read the registry, append a rule to what was read, PATCH the list) through the same SDK: one after the other (the first ${SERIALLY} are measured), and all at once.`,
      ],
      figures: [
        {
          what: "PATCHes of rules",
          value: patches(ours),
          unit: "",
          target: { bound: "at most", value: 2 },
        },
        {
          what: "PATCHes of the ledger, on the registry's tags",
          value: patches(`${ours}/providers/microsoft.resources/tags/default`),
          unit: "",
        },
        { what: "until all were read back as open", value: worker / 1_000, unit: "s" },
        {
          what: "approved, and not open in the end",
          value: await lost(ours),
          unit: "",
          target: zero,
        },
        {
          what: "read-modify-write one after the other: until the last PATCH, by those measured",
          value: (serial / few.length) * (count / 1_000),
          unit: "s",
        },
        {
          what: "read-modify-write one after the other: PATCHes for each",
          value: patches(serially) / few.length,
          unit: "",
        },
        {
          what: "read-modify-write one after the other: lost",
          value: await lost(serially, few),
          unit: "",
        },
        {
          what: "read-modify-write all at once: until the last PATCH",
          value: parallel / 1_000,
          unit: "s",
        },
        { what: "read-modify-write all at once: PATCHes", value: patches(together), unit: "" },
        { what: "read-modify-write all at once: lost", value: await lost(together), unit: "" },
      ],
      tables: [],
    } as const;
  } finally {
    await surroundings.stop();
  }
}

/** Answers in how many ms after the clicks the last lease was on record as open. */
async function approvedTogether(
  { store, startWorker }: Surroundings,
  registry: RegistryId,
  count: number,
): Promise<number> {
  const worker = await startWorker([registry], "tags");
  await sweptOnce(store, [registry], WITHIN_MS);
  const signal = AbortSignal.timeout(WITHIN_MS);
  const policy = await readPolicy(worker.policyFile, signal);
  const requests = Array.from({ length: count }, (_, n) => requested(n, registry));
  for (const value of requests) await commitNow(store, { put: [{ kind: "request", value }] });

  const ids = { requestId: () => requestNumber(0), opId: () => randomUUID(), random: () => 0.5 };
  const since = Date.now();
  const outcomes = await Promise.all(
    requests.map(({ id, version }) => {
      const click = {
        request: id,
        by: APPROVER,
        verdict: "approve",
        shownVersion: version,
      } as const;
      return decideRequest({ store, policy: () => policy, ids }, click, signal);
    }),
  );
  const refused = outcomes.find(({ kind }) => kind !== "decided");
  if (refused !== undefined)
    throw new Error(`An approval did not count: ${JSON.stringify(refused)}`);
  return (await auditEntries(store, "lease.opened", count, WITHIN_MS)).getTime() - since;
}

/** What lease number `n` was asked for with, a minute ago. */
function requested(n: number, registry: RegistryId): Pending {
  const askedAt = new Date(Date.now() - 60_000);
  const { requester, address } = openLease(n, registry, n, askedAt);
  const lapsesAt = new Date(askedAt.getTime() + 8 * HOUR_MS);
  return pending(n, { id: requestNumber(n), registry, requester, address, askedAt, lapsesAt });
}

function addressOf(registry: RegistryId, n: number) {
  return openLease(n, registry, n, new Date()).address;
}

/** Azure/azure-cli, `acr network-rule add`: no precondition, so what came between read and write is undone. */
async function addAsTheCommandDoes(
  arm: ArmClient,
  registry: RegistryId,
  address: string,
): Promise<void> {
  await arm.writeRules(registry, [...(await arm.readRules(registry)), address]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
