import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../eventually.ts";
import type { ApprovedLease } from "./approvals.ts";
import type { FaultWorld } from "./fault-world.ts";

const WITHIN_MS = 30_000;

/** Resolves when the address is among the rules of the registry. */
export async function untilOpen(world: FaultWorld, lease: ApprovedLease): Promise<void> {
  await until(`${lease.address} is open`, () => isOpen(world, lease));
}

/** Resolves when the address is not among the rules of the registry. */
export async function untilGone(world: FaultWorld, lease: ApprovedLease): Promise<void> {
  await until(`${lease.address} is gone`, () => !isOpen(world, lease));
}

/** Resolves when it is so; throws when that takes longer than half a minute. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  await eventually(what, () => (isSo() ? true : undefined), WITHIN_MS);
}

/** Part of what happens: a fault that lasts this long, or begins this much later. */
export async function lasting(ms: number): Promise<void> {
  await sleep(ms);
}

function isOpen({ azure }: FaultWorld, { registry, address }: ApprovedLease): boolean {
  return azure.state(registry)?.rules.includes(address) === true;
}
