import { createIds } from "../../src/create-ids.ts";
import { leaseIdOf, type RequestId } from "../../src/domain/ids.ts";
import type { Open, Opening } from "../../src/domain/lease.ts";
import { address, HOUR_MS, opening, person } from "../unit/builders.ts";
import { REGISTRIES, type Lie } from "./authority-steps.ts";

const MINUTE_MS = 60_000;

/** The lease as somebody writes it who can write to the store and was asked by nobody. */
export function plantedLease(lie: Lie, seed: string, now: Date): Opening | Open {
  const { who, where, hours, basis, status } = lie;
  const at = (minutes: number): Date => new Date(now.getTime() + minutes * MINUTE_MS);
  const [askedAt, approvedAt, durationMs] = [at(-60), at(lie.approvedIn), hours * HOUR_MS];
  const openBy = new Date(approvedAt.getTime() + 15 * MINUTE_MS);
  const endsBy = new Date(openBy.getTime() + durationMs);
  const lease = opening({
    ...{ id: leaseIdOf(idFrom(seed)), requester: person(who), address: address(lie.address) },
    ...{
      registry: REGISTRIES[where] ?? REGISTRIES[0],
      durationMs,
      reason: "!",
      adopts: lie.adopts,
    },
    ...{ askedAt, approvedAt, openBy, endsBy },
    basis: {
      approvals: { kind: "approvals" } as const,
      range: { kind: "range", range: address("203.0.113.0/24") } as const,
      move: { kind: "move", of: leaseIdOf(idFrom("none")) } as const,
      emergency: { kind: "emergency" } as const,
    }[basis],
    approvals: lie.yes.map(({ by, afterMinutes }) => ({
      approver: person(by),
      at: at(afterMinutes - 60),
      atMostMs: undefined,
    })),
  });
  if (status === "opening") return lease;
  const seenAt = at(lie.seenIn);
  const extensions = lie.extensions.map(({ by, hours: more, grantedIn }, index) => ({
    request: idFrom(`${seed} ${String(index)}`),
    durationMs: more * HOUR_MS,
    approvals: [{ approver: person(by), at: at(grantedIn), atMostMs: undefined }],
    askedAt,
    at: at(grantedIn),
  }));
  const moreMs = extensions.reduce((sum, each) => sum + each.durationMs, 0);
  const endsAt = new Date(seenAt.getTime() + durationMs + moreMs);
  return { ...lease, status: "open", seenAt, endsAt, borrowed: false, gone: undefined, extensions };
}

function idFrom(seed: string): RequestId {
  return createIds().requestId(seed);
}
