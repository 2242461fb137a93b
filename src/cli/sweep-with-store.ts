import { findingSentence } from "../adapters/teams/registry-wording.ts";
import { pause, within } from "../application/deadline.ts";
import { ifReadable } from "../application/if-readable.ts";
import { sweep } from "../application/registry/sweep.ts";
import type { RegistryRecord, Store } from "../application/store.ts";
import { isOverdue } from "../domain/lease.ts";
import { UsageError, type Call, type ExitCode } from "./command.ts";
import { instant } from "./columns.ts";
import { withStore } from "./command-store.ts";
import { namedRegistries, type NamedRegistry } from "./named-registry.ts";

const LOOKED_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 250;

/** What a look at one registry came to. */
type Looked = {
  readonly registry: NamedRegistry;
  /** `undefined` when nobody looked in time. */
  readonly record: RegistryRecord | undefined;
  readonly overdue: number;
};

/** Wakes the registries, waits until a worker has looked at each, and says what it saw. */
export async function sweepWithStore(call: Call): Promise<ExitCode> {
  return withStore(call, async ({ store, policy, ids }) => {
    const registries = namedRegistries(policy(), call.option("registry"));
    const policies = registries.flatMap((each) => each.policy ?? []);
    if (policies.length < registries.length) {
      throw new UsageError("The policy does not name it: it is looked at while a lease needs it.");
    }
    const before = await Promise.all(registries.map(({ id }) => recordOf(store, id, call.signal)));
    await sweep({ store, ids }, { ...policy(), registries: policies }, 0, call.signal);
    const deadline = within(LOOKED_WITHIN_MS, call.signal);
    let done = 0;
    const looked = await Promise.all(
      registries.map(async (registry, at) => {
        const record = await lookedSince(store, registry, before[at], deadline, call.signal);
        done += 1;
        call.progress(`${String(done)} of ${String(registries.length)} registries …`);
        const { now, value } = await store.leasesFor(registry.id, call.signal);
        const overdue = value.filter((lease) => isOverdue(lease, now)).length;
        return { registry, record, overdue };
      }),
    );
    if (call.json) call.print(JSON.stringify({ registries: looked.map(dataOf) }));
    else for (const each of looked) for (const line of linesOf(each)) call.print(line);
    return looked.every(isFine) ? 0 : 1;
  });
}

async function recordOf(
  store: Store,
  id: NamedRegistry["id"],
  signal: AbortSignal,
): Promise<RegistryRecord | undefined> {
  return (await ifReadable(store.registry(id, signal)))?.value;
}

/** The record of a round that ended after the one before it; a round writes what it read, or that it failed. */
async function lookedSince(
  store: Store,
  { id }: NamedRegistry,
  before: RegistryRecord | undefined,
  deadline: AbortSignal,
  signal: AbortSignal,
): Promise<RegistryRecord | undefined> {
  for (;;) {
    const record = await recordOf(store, id, signal);
    const read = record?.observed?.at.getTime() ?? 0;
    const isNewer = read > (before?.observed?.at.getTime() ?? 0);
    const hasFailed = (record?.failures ?? 0) > (before?.failures ?? 0);
    if (isNewer || hasFailed) return record;
    if (deadline.aborted) return undefined;
    await pause(ASK_EVERY_MS, deadline);
  }
}

function isFine({ record, overdue }: Looked): boolean {
  return record?.failures === 0 && overdue === 0;
}

function linesOf({ registry: { name }, record, overdue }: Looked): readonly string[] {
  if (record === undefined) {
    return [`${name}: no worker looked at it within a minute. Is one running?`];
  }
  const { observed, failures, lastFailure, findings } = record;
  const late = overdue === 0 ? "nothing is overdue" : `${String(overdue)} OVERDUE`;
  const said =
    failures === 0
      ? `looked at ${observed === undefined ? "now" : instant(observed.at)}, ${late}`
      : `the look failed (${lastFailure ?? "?"}), ${late}; the workers try again`;
  return [
    `${name}: ${said}`,
    ...findings.map((finding) => `  ! ${findingSentence(finding, name)}`),
  ];
}

function dataOf({ registry: { name }, record, overdue }: Looked) {
  return {
    name,
    looked: record !== undefined,
    at: record?.observed?.at ?? null,
    overdue,
    failure: record !== undefined && record.failures > 0 ? (record.lastFailure ?? null) : null,
    findings: (record?.findings ?? []).map((finding) => ({
      ...finding,
      sentence: findingSentence(finding, name),
    })),
  };
}
