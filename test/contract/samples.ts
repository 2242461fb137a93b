import assert from "node:assert/strict";
import { isAddress, parseAddress, type Address } from "../../src/domain/address.ts";
import {
  leaseIdOf,
  parsePersonId,
  parseRegistryId,
  parseRequestId,
  parseTenantId,
  type PersonId,
  type RegistryId,
  type RequestId,
} from "../../src/domain/ids.ts";
import type { Ended, Opening } from "../../src/domain/lease.ts";
import type { Proving } from "../../src/domain/proof.ts";
import type { Approved, Pending } from "../../src/domain/request.ts";
import type {
  Change,
  ConversationRecord,
  FreezeRecord,
  PersonRecord,
  PolicyRecord,
  RecentRecord,
  RegistryRecord,
} from "../../src/application/store.ts";

/** A signal that is never given. */
export const untilDone = new AbortController().signal;

/** The person number `n`. */
export function personId(n: number): PersonId {
  return there(parsePersonId(`00000000-0000-0000-0000-${String(n).padStart(12, "0")}`));
}

/** The registry of this name. */
export function registryId(name: string): RegistryId {
  const group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/prod";
  return there(
    parseRegistryId(`${group}/providers/Microsoft.ContainerRegistry/registries/${name}`),
  );
}

/** The request number `n`. */
export function requestId(n: number): RequestId {
  return there(parseRequestId(String(n).padStart(12, "0")));
}

/** A request as it was asked: number `n`, asked at second `n`. */
export function pending(n: number, parts: Partial<Pending & { kind: "open" }> = {}): Pending {
  return {
    status: "pending",
    id: requestId(n),
    version: 1,
    kind: "open",
    registry: registryId("warehouse"),
    requester: { id: personId(1), name: "Ada Łovelace 🏰" },
    address: address("203.0.113.7"),
    addressFrom: { kind: "typed" },
    errorAddress: undefined,
    durationMs: 3_600_000,
    until: undefined,
    reason: undefined,
    askedAt: new Date(1000 * n),
    lapsesAt: new Date(1000 * n + 900_000),
    approvals: [],
    ...parts,
  };
}

/** A request whose address is being proven: number `n`, asked at second `n`. */
export function proving(
  n: number,
  parts: Partial<Proving & { kind: "open" }> = {},
): Proving & { readonly kind: "open" } {
  return {
    status: "proving",
    id: requestId(n),
    version: 1,
    kind: "open",
    registry: registryId("warehouse"),
    requester: { id: personId(1), name: "Ada Łovelace 🏰" },
    durationMs: 3_600_000,
    until: undefined,
    reason: undefined,
    askedAt: new Date(1000 * n),
    lapsesAt: new Date(1000 * n + 600_000),
    tokenHash: "5e".repeat(32),
    errorAddress: undefined,
    seen: undefined,
    ...parts,
  };
}

/** The same request, approved in its second version. */
export function approved(request: Pending): Approved {
  const approvals = [
    { approver: { id: personId(2), name: "Grace" }, at: request.askedAt, atMostMs: 60_000 },
  ];
  return {
    ...request,
    approvals,
    version: 2,
    status: "approved",
    decidedAt: request.askedAt,
    grantedUntil: new Date(7),
  };
}

/** The lease of request number `n`, approved at second `n`. */
export function opening(n: number, parts: Partial<Opening> = {}): Opening {
  return {
    status: "opening",
    id: leaseIdOf(requestId(n)),
    version: 1,
    registry: registryId("warehouse"),
    requester: { id: personId(1), name: "Ada" },
    address: address("198.51.100.0/28"),
    durationMs: 3_600_000,
    reason: 'deploy | {"v":2}\u0000\ud800',
    basis: { kind: "approvals" },
    approvals: [
      { approver: { id: personId(2), name: "Grace" }, at: new Date(5), atMostMs: undefined },
    ],
    askedAt: new Date(3),
    approvedAt: new Date(1000 * n),
    openBy: new Date(1000 * n + 900_000),
    endsBy: new Date(1000 * n + 4_500_000),
    adopts: false,
    extensions: [
      {
        request: requestId(77),
        durationMs: 60_000,
        approvals: [],
        askedAt: new Date(4),
        at: new Date(1000 * n + 5),
      },
    ],
    ...parts,
  };
}

/** The same lease, ended in the next version. */
export function ended(lease: Opening): Ended {
  return {
    ...lease,
    status: "ended",
    version: lease.version + 1,
    endsAt: lease.openBy,
    seenAt: undefined,
    endedAt: lease.openBy,
    endReason: { kind: "refused", because: { kind: "too-many-openings", perHour: 20 } },
    remaining: "none",
  };
}

/** A person whom the bot can write to. */
export function personRecord(n: number): PersonRecord {
  return {
    id: personId(n),
    version: 1,
    name: "Ada",
    reference: {
      serviceUrl: "https://smba.trafficmanager.net/emea/",
      conversationId: "a:1",
      tenantId: there(parseTenantId("99999999-2222-3333-4444-555555555555")),
      botId: "28:bot",
      userId: "29:ada",
    },
    locale: "de-DE",
    remindedAt: undefined,
  };
}

/** A registry that was observed once. */
export function registryRecord(name: string): RegistryRecord {
  return {
    id: registryId(name),
    version: 1,
    owned: [address("203.0.113.7"), address("198.51.100.0/28")],
    tombstones: [{ address: address("192.0.2.7"), until: new Date(1_790_000_900_001) }],
    ledgerFence: 7,
    ledgerWrittenAt: new Date(1_790_000_060_001),
    seal: "c2VhbA",
    recovered: [{ address: address("203.0.113.9"), end: new Date(1_790_000_180_001) }],
    suspectAt: new Date(1_790_000_120_001),
    creationDate: new Date(1_700_000_000_123),
    observed: {
      at: new Date(1_790_000_000_001),
      lastModifiedAt: undefined,
      loginServer: `${name}.azurecr.io`,
      sku: "Premium",
      defaultAction: "Deny",
      publicNetworkAccess: true,
      rules: ["203.0.113.7", "192.0.2.0/24"],
      slots: { used: 2, limit: 200 },
    },
    findings: [
      { kind: "anonymous-pull-on" },
      { kind: "slots-full", used: 200, limit: 200 },
      { kind: "not-allowed", code: "AuthorizationFailed" },
    ],
    failures: 0,
    lastFailure: undefined,
  };
}

/** A registry that person 2 froze. */
export function freezeRecord(name: string): FreezeRecord {
  const freeze = { by: { id: personId(2), name: "Grace" }, at: new Date(7_000), why: undefined };
  return { id: registryId(name), version: 1, freeze };
}

/** The policy that the bots (0, 1) or the workers have loaded. */
export function policyRecord(n: number): PolicyRecord {
  return { id: n < 2 ? "bot" : "worker", version: 1, digest: "d1", at: new Date(7_000) };
}

/** Person `n`, who was given time and denied an address. */
export function recentRecord(n: number): RecentRecord {
  const given = [{ lease: leaseIdOf(requestId(n)), at: new Date(5_000), durationMs: 3_600_000 }];
  const no = { registry: registryId("warehouse"), address: address("198.51.100.0/28") };
  const denials = [
    { ...no, at: new Date(6_000), mutedUntil: undefined },
    { ...no, at: new Date(7_000), mutedUntil: new Date(8_000) },
  ];
  return { id: personId(n), version: 1, given, denials };
}

/** The cards of request number `n`. */
export function conversationRecord(n: number): ConversationRecord {
  const card = { conversationId: "a:1", messageId: "17", shows: "abc" };
  return {
    id: requestId(n),
    version: 1,
    cards: [{ slot: "approval", to: personId(2), ...card }],
    failures: 0,
  };
}

/** A change under an operation of its own, with a minute to arrive. */
export function change(parts: Partial<Change>): Change {
  return { opId: crypto.randomUUID(), notAfter: new Date(Date.now() + 60_000), ...parts };
}

/** The address that this text is. */
export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(isAddress(parsed));
  return parsed;
}

function there<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}
