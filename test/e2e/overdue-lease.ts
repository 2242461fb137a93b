import assert from "node:assert/strict";
import { leaseIdOf, parsePersonId, parseRegistryId } from "../../src/domain/ids.ts";
import { opened, type Open } from "../../src/domain/lease.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import { address, opening, pending, requestId } from "../unit/builders.ts";
import type { World } from "../world/world.ts";

const MINUTE_MS = 60_000;

/** Robin's lease, approved by Alex, that should have ended five minutes ago. */
export function overdueLease(
  world: Pick<World, "registryId">,
  admitted: string,
): { lease: Open; request: ReturnType<typeof approvedRequest> } {
  const registry = parseRegistryId(world.registryId("acrdemomagic"));
  const id = parsePersonId(PEOPLE.robin.aadObjectId);
  assert.ok(registry !== undefined && id !== undefined);
  const requester = { id, name: PEOPLE.robin.name };
  const openedAt = new Date(Date.now() - 65 * MINUTE_MS);
  const terms = opening({
    ...{ registry, requester, address: address(admitted), durationMs: 60 * MINUTE_MS },
    id: leaseIdOf(requestId(1)),
    approvedAt: openedAt,
    openBy: new Date(openedAt.getTime() + 15 * MINUTE_MS),
    endsBy: new Date(openedAt.getTime() + 75 * MINUTE_MS),
  });
  const lease = { ...opened(terms, openedAt, false), version: 1 };
  return { lease, request: approvedRequest(lease, openedAt) };
}

function approvedRequest({ registry, requester, address, durationMs }: Open, decidedAt: Date) {
  const asked = pending({
    registry,
    requester,
    durationMs,
    askedAt: decidedAt,
    address,
  });
  return { ...asked, status: "approved", decidedAt, grantedUntil: decidedAt } as const;
}
