import { FOREIGN, type FaultWorld } from "./fault-world.ts";
import type { Random } from "./random.ts";
import { lasting } from "./waits.ts";

/** How much is asked of the product; what is left out is as in the code. */
export type Load = {
  readonly perRegistry?: number;
  readonly leastMs?: number;
  readonly mostMs?: number;
  /** All is approved within this time, in an order and at moments of chance. */
  readonly withinMs?: number;
};

/** Approves leases on every registry, and one that a foreign rule admits already. */
export async function approveSome(
  world: FaultWorld,
  random: Random,
  { perRegistry = 2, leastMs = 1_500, mostMs = 3_000, withinMs = 600 }: Load = {},
): Promise<void> {
  const { approvals, registries } = world;
  const wanted = registries.flatMap((registry) =>
    Array.from({ length: perRegistry }, () => ({
      registry,
      durationMs: random.int(leastMs, mostMs),
      afterMs: random.int(0, withinMs),
    })),
  );
  const start = performance.now();
  await approvals.approve(random.pick(registries), random.int(leastMs, mostMs), FOREIGN);
  for (const { registry, durationMs, afterMs } of wanted.sort((a, b) => a.afterMs - b.afterMs)) {
    await lasting(Math.max(0, start + afterMs - performance.now()));
    await approvals.approve(registry, durationMs);
  }
}
