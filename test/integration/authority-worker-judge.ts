import assert from "node:assert/strict";
import type { RegistryId } from "../../src/domain/ids.ts";
import type { Lease, Open } from "../../src/domain/lease.ts";
import type { RegistryPolicy } from "../../src/domain/policy.ts";
import { HOUR_MS } from "../unit/builders.ts";
import type { JudgeDeps } from "./authority-judge.ts";
import {
  claimedBy,
  givenLately,
  hoursOf,
  policyFor,
  whyNot,
  type Given,
} from "./authority-oracle.ts";

const soon = AbortSignal.timeout(600_000);
const WAIT_MS = 15 * 60_000;
/** So far may a moment lie ahead of the clock, and be believed. */
const AHEAD_MS = 15 * 60_000;

/** Looks at what the worker does with a store that may lie, by the worker's own policy. */
export type WorkerJudge = {
  /** An address that was not on the registry before: a lease must stand for it at this moment. */
  added(registry: RegistryId, value: string): Promise<void>;
  /** One round of the worker, and what is open after it. */
  working(registry: RegistryId, round: () => Promise<void>): Promise<void>;
};

/** `count` hears of what was let in. */
export function judgeWorker(
  { store, now, present }: Omit<JudgeDeps, "seen">,
  count: (what: string) => void,
): WorkerJudge {
  /** When the registry got something that is ours. */
  const openings = new Map<RegistryId, Date[]>();
  const given: Given[] = [];
  /** When a lease was last seen open by us: what it had is at least that. */
  const lastOpen = new Map<string, Lease & { readonly seenAt: Date; readonly endsAt: Date }>();
  let addedNow = new Set<string>();

  const opened = (registry: RegistryId): void => {
    openings.set(registry, [...(openings.get(registry) ?? []), now()]);
  };
  const live = async (registry: RegistryId): Promise<readonly Lease[]> =>
    (await store.leasesFor(registry, soon)).value;

  const judgeHours = (lease: Open, policy: RegistryPolicy): void => {
    const { id, requester, durationMs } = lease;
    const others = given.filter((each) => each.lease !== id);
    const ofOthers = givenLately(others, requester.id, (of) => lastOpen.get(of), now(), WAIT_MS);
    const hours = `${String((ofOthers + durationMs) / HOUR_MS)} hours in a day, by a worker`;
    assert.ok(ofOthers + durationMs <= hoursOf(policy), hours);
  };

  /** The strictest first, since nobody knows in which order they were let in. */
  const judgeGiven = (admitted: readonly Open[], policy: RegistryPolicy): void => {
    const isCounted = (lease: Open): boolean => lease.basis.kind !== "emergency";
    const inOrder = [
      ...admitted.filter(isCounted),
      ...admitted.filter((lease) => !isCounted(lease)),
    ];
    for (const lease of inOrder) {
      if (isCounted(lease)) judgeHours(lease, policy);
      if (given.some((each) => each.lease === lease.id)) continue;
      const { id, requester, durationMs } = lease;
      given.push({ person: requester.id, lease: id, at: now(), durationMs });
    }
  };

  const noteOver = (id: string, lease: Lease | undefined): void => {
    const before = lastOpen.get(id);
    if (before === undefined || lease?.status === "open" || before.status === "closing") return;
    lastOpen.set(id, {
      ...before,
      status: "closing",
      endReason: { kind: "due" },
      endsAt: before.endsAt,
    });
  };

  return {
    async added(registry, value) {
      const policy = policyFor(present.worker, registry);
      const standing = (await live(registry)).filter(
        (lease) =>
          lease.address === value && (lease.status === "opening" || lease.status === "open"),
      );
      const why = standing.map((lease) => whyNot(policy, claimedBy(lease)) ?? "fine");
      assert.ok(why.includes("fine"), `${value} was added: ${why.join(", ")}`);
      addedNow.add(value);
      opened(registry);
    },
    async working(registry, round) {
      const before = new Map((await live(registry)).map((lease) => [lease.id, lease]));
      addedNow = new Set();
      await round();
      const policy = policyFor(present.worker, registry);
      const after = await live(registry);
      const open = after.filter((lease) => lease.status === "open");
      const admitted = open.filter(
        (lease) => before.get(lease.id)?.status === "opening" || addedNow.has(lease.address),
      );
      for (const lease of admitted) {
        const restored = before.get(lease.id)?.status === "open";
        assert.equal(whyNot(policy, claimedBy(lease)), undefined);
        if (lease.adopts) opened(registry);
        count(restored ? "restored" : `worker let in by ${claimedBy(lease).basis}`);
      }
      for (const id of before.keys()) {
        const { value } = await store.lease(id, soon);
        noteOver(id, value);
        if (value?.status === "closing" || value?.status === "ended") {
          if (value.endReason.kind === "refused") count("worker refused");
        }
      }
      const isNew = addedNow.size > 0 || admitted.some(({ adopts }) => adopts);
      if (isNew && policy !== undefined) {
        const hourAgo = now().getTime() - HOUR_MS;
        const lately = (openings.get(registry) ?? []).filter((at) => at.getTime() > hourAgo).length;
        assert.ok(lately <= policy.limits.openingsPerHour, `${String(lately)} openings in an hour`);
      }
      if (policy !== undefined) {
        judgeGiven(
          admitted.filter(({ adopts }) => !adopts),
          policy,
        );
        const longest = now().getTime() + AHEAD_MS + WAIT_MS + longestOf(policy);
        for (const { endsAt } of open) {
          assert.ok(endsAt.getTime() <= longest, `open until ${endsAt.toISOString()}`);
        }
      }
      for (const lease of open)
        lastOpen.set(lease.id, { ...lease, ...seenBy(lastOpen.get(lease.id)) });
    },
  };

  /** From when until when it was seen open by us, whatever it says of itself. */
  function seenBy(known: { readonly seenAt: Date } | undefined) {
    return { seenAt: known?.seenAt ?? now(), endsAt: now() };
  }
}

function longestOf({ duration, emergency }: RegistryPolicy): number {
  return emergency.kind === "on" ? Math.max(duration.maxMs, emergency.maxMs) : duration.maxMs;
}
