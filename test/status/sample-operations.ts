import type { Operations } from "../../src/application/show/show-operations.ts";
import type { AuditEvent } from "../../src/domain/audit.ts";
import { leaseIdOf, type RegistryId } from "../../src/domain/ids.ts";
import { opened, type Lease } from "../../src/domain/lease.ts";
import { address, opening, pending, person, registryId, requestId } from "../unit/builders.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** When the sample is. */
export const SAMPLE_NOW = new Date("2026-11-23T14:05:09Z");
const ago = (ms: number): Date => new Date(SAMPLE_NOW.getTime() - ms);

const SHOP = registryId("acrcontosoprod");
const DATA = registryId("acrcontosodata");

/** A day like others: two registries, people at work, a slow hour in the night; with one overdue lease on demand. */
export function sampleOperations({ overdue }: { readonly overdue: boolean }): Operations {
  const leases = [
    ...(overdue ? [lease(1, SHOP, "203.0.113.9", "Kim Larsen", 250, -6)] : []),
    lease(2, SHOP, "203.0.113.7", "Robin Adeyemi", 220, 20),
    lease(3, SHOP, "198.51.100.16/28", "Casey Okafor", 60, 180),
    lease(4, SHOP, "203.0.113.42", "Noor Haddad", 15, 225),
  ];
  const calm = { frozen: false, failures: 0, findings: [], firstPending: [], pending: 0 };
  const idle = { keys: 2, due: 0, earliestAt: undefined };
  return {
    now: SAMPLE_NOW,
    registries: [
      {
        ...calm,
        id: SHOP,
        name: "acrcontosoprod",
        leases: leases.length,
        firstLeases: leases,
        pending: 1,
        oldestPendingAt: ago(12 * MINUTE_MS),
        firstPending: [
          pending({
            registry: SHOP,
            requester: person(1, "Mika Tanaka"),
            address: address("192.0.2.77"),
            askedAt: ago(12 * MINUTE_MS),
            reason: "INC-4711: images of the checkout don't pull",
          }),
        ],
        observed: {
          at: ago(41_000),
          slots: { used: 37, limit: 200 },
          rules: { ours: 4, baseline: 12, foreign: 21, unreadable: 0 },
        },
      },
      {
        ...calm,
        id: DATA,
        name: "acrcontosodata",
        leases: 1,
        firstLeases: [lease(5, DATA, "203.0.113.7", "Robin Adeyemi", 30, 90)],
        oldestPendingAt: undefined,
        findings: [{ kind: "admin-user-on" }],
        observed: {
          at: ago(3 * MINUTE_MS + 4_000),
          slots: { used: 186, limit: 200 },
          rules: { ours: 1, baseline: 4, foreign: 180, unreadable: 1 },
        },
      },
    ],
    moreRegistries: 0,
    overdue: { count: overdue ? 1 : 0, oldestMs: overdue ? 6 * MINUTE_MS : 0 },
    wakeLists: { registry: idle, conversation: idle },
    closed: { periodMs: DAY_MS, leases: closedLeases(), readFrom: undefined },
    recent: RECENT.map((event, i) => ({
      number: 900 - i,
      at: ago((i * i * 3 + 2) * MINUTE_MS + 17_000 * i),
      event,
    })),
  };
}

function lease(
  n: number,
  registry: RegistryId,
  value: string,
  name: string,
  openForMinutes: number,
  leftMinutes: number,
): Lease {
  const seenAt = ago(openForMinutes * MINUTE_MS);
  const durationMs = (openForMinutes + leftMinutes) * MINUTE_MS;
  const terms = opening({
    ...{ registry, requester: person(n, name), address: address(value), durationMs },
    id: leaseIdOf(requestId(n)),
    approvedAt: seenAt,
    openBy: new Date(seenAt.getTime() + 15 * MINUTE_MS),
    endsBy: new Date(seenAt.getTime() + durationMs + 15 * MINUTE_MS),
  });
  return opened(terms, seenAt, n === 3);
}

/** Most within two seconds; an hour in which Azure made everybody wait. */
function closedLeases(): Operations["closed"]["leases"] {
  return Array.from({ length: 160 }, (_, i) => {
    const at = ago(((i * 37) % 1_400) * MINUTE_MS);
    const hour = at.getUTCHours();
    const slow = hour === 2 ? 20_000 + (i % 5) * 16_000 : 0;
    return {
      at,
      lagMs: 900 + ((i * 131) % 1_700) + slow + (hour === 9 && i % 3 === 0 ? 9_000 : 0),
    };
  });
}

const SUBJECT = {
  lease: leaseIdOf(requestId(4)),
  registry: SHOP,
  address: address("203.0.113.42"),
};
const RECENT: readonly AuditEvent[] = [
  {
    kind: "request.asked",
    request: requestId(6),
    registry: SHOP,
    by: person(1, "Mika Tanaka"),
    asks: "open",
    lease: undefined,
    address: address("192.0.2.77"),
    durationMs: 3_600_000,
    reason: undefined,
    policy: "d1",
  },
  { kind: "lease.opened", ...SUBJECT, borrowed: false, endsAt: SAMPLE_NOW },
  { kind: "rules.changed", registry: SHOP, before: [], after: [], correlationId: undefined },
  {
    kind: "request.approval",
    request: requestId(4),
    registry: SHOP,
    by: person(2, "Alex Berg"),
    atMostMs: undefined,
    policy: "d1",
  },
  { kind: "lease.ended", ...SUBJECT, reason: { kind: "due" }, endsAt: SAMPLE_NOW },
  { kind: "lease.closing", ...SUBJECT, reason: { kind: "due" } },
];
