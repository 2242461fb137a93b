import type { AzureProcess } from "./azure-process.ts";
import { inParallel } from "./in-parallel.ts";
import type { Fleet } from "./leases.ts";

const SETS_AT_ONCE = 8;

/** When the rules of a fleet went, by the emulator's own history. */
export type Removals = {
  /** Ms from the moment that was given to the last rule. */
  readonly lastMs: number;
  /** Of each lease, in ms. */
  readonly latenessMs: readonly number[];
};

/** What of ours went since the moment. Throws when a rule of ours is left, or one of somebody else's is not. */
export async function removalsSince(
  azure: AzureProcess,
  { seeds, leases }: Fleet,
  since: Date,
): Promise<Removals> {
  const foreignOn = new Map(seeds.map(({ id, rules = [] }) => [id, rules.slice(0, 1)]));
  const goneAt = new Map<string, number>();
  for (const { registry, rules, method, atMs } of await azure.history()) {
    if (method !== "PATCH" || atMs < since.getTime()) continue;
    const foreign = foreignOn.get(registry.toLowerCase());
    if (foreign === undefined) continue;
    if (String(rules) !== String(foreign))
      throw new Error(`${registry} was left with ${String(rules)}.`);
    goneAt.set(registry.toLowerCase(), atMs);
  }
  const latenessMs = leases.map(
    ({ registry }) => (goneAt.get(registry) ?? Infinity) - since.getTime(),
  );
  const lastMs = Math.max(...latenessMs);
  if (lastMs === Infinity) throw new Error("Some rules did not go.");
  return { lastMs, latenessMs };
}

/** Puts our rules back, behind everybody's back. */
export async function restoreRules(azure: AzureProcess, { seeds }: Fleet): Promise<void> {
  await inParallel(SETS_AT_ONCE, seeds, ({ id, rules = [] }) => azure.setRules(id, rules));
}

/** How many calls began since the moment. */
export async function callsSince(
  azure: AzureProcess,
  since: Date,
): Promise<{ readonly reads: number; readonly patches: number }> {
  const calls = (await azure.calls()).filter(({ startedAt }) => startedAt >= since);
  const patches = calls.filter(({ method }) => method === "PATCH").length;
  return { reads: calls.length - patches, patches };
}
