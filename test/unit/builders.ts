import assert from "node:assert/strict";
import { isAddress, parseAddress, type Address } from "../../src/domain/address.ts";
import {
  leaseIdOf,
  parsePersonId,
  parseRegistryId,
  parseRequestId,
  parseTenantId,
  type Person,
  type RegistryId,
  type RequestId,
} from "../../src/domain/ids.ts";
import type { Circumstances } from "../../src/domain/decision.ts";
import type { Approval, Opening } from "../../src/domain/lease.ts";
import type { Policy, RegistryPolicy } from "../../src/domain/policy.ts";
import { OPEN_WITHIN_MS, type Pending } from "../../src/domain/request.ts";

/** The moment that tests begin at. */
export const NOW = new Date("2026-11-23T14:00:00Z");
/** One hour. */
export const HOUR_MS = 3_600_000;
/** A registry of nobody. */
export const REGISTRY: RegistryId = registryId("acrdemomagic");

/** Text that must be an address. */
export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(isAddress(parsed), `${text} is an address`);
  return parsed;
}

/** The ARM id of a registry of this name. */
export function registryId(name: string): RegistryId {
  return present(
    parseRegistryId(
      `/subscriptions/00000000-0000-4000-8000-00000000abcd/resourceGroups/demos/providers/Microsoft.ContainerRegistry/registries/${name}`,
    ),
  );
}

/** Person number `n`, 1 to 9. */
export function person(n: number, name = `Person ${String(n)}`): Person {
  return { id: present(parsePersonId(`00000000-0000-4000-8000-00000000000${String(n)}`)), name };
}

/** Request number `n`, 0 to 9. */
export function requestId(n: number): RequestId {
  return present(parseRequestId(`R7K2000000${String(n).padStart(2, "0")}`));
}

/** A policy for REGISTRY that allows everything the tests ask for, except for what `over` says. */
export function registryPolicy(over: Partial<RegistryPolicy> = {}): RegistryPolicy {
  return {
    id: REGISTRY,
    name: "acrdemomagic",
    requesters: "members",
    approvers: new Set([person(2).id, person(3).id]),
    quorum: quorumOf(1),
    automaticRanges: [],
    approval: {
      timeoutMs: 8 * HOUR_MS,
      remindAfterMs: [],
      escalate: undefined,
      coolDownMs: 0,
    },
    inbox: { kind: "persons" },
    duration: durationOf(4 * HOUR_MS, 8 * HOUR_MS),
    reason: { kind: "optional" },
    address: addressesOf({ widest: 24 }),
    move: "required",
    emergency: { kind: "off" },
    baseline: [],
    whenRemovedByOthers: "restore",
    anonymousPull: "warn",
    limits: {
      leasesPerPerson: 3,
      pendingPerPerson: 2,
      hoursPerPersonPerDay: Infinity,
      openingsPerHour: 60,
    },
    ...over,
  };
}

/** So many approvers for every width. */
export function quorumOf(approvers: number): RegistryPolicy["quorum"] {
  return [{ prefix: 32, approvers }];
}

/** Extensions as they are when the file says nothing of them, except for what `extend` says. */
export function durationOf(
  defaultMs: number,
  maxMs: number,
  extend: Partial<RegistryPolicy["duration"]["extend"]> = {},
): RegistryPolicy["duration"] {
  return {
    defaultMs,
    maxMs,
    extend: { maxMs, times: Infinity, approval: "required", ...extend },
  };
}

/** What the policy says of addresses: all are allowed, except for what `over` says. */
export function addressesOf(
  over: Partial<RegistryPolicy["address"]> = {},
): RegistryPolicy["address"] {
  return {
    widest: 32,
    reserved: "allow",
    forbid: [],
    myIp: "allowed",
    typed: "allowed",
    ...over,
  };
}

/** The policy with this one registry. */
export function policyOf(...registries: RegistryPolicy[]): Policy {
  const tenant = present(parseTenantId("11111111-1111-4111-8111-111111111111"));
  return { digest: "d".repeat(64), tenant, registries };
}

/** What a decision at NOW depends on, by a policy that allows it; except for what `over` says. */
export function circumstances(over: Partial<Circumstances> = {}): Circumstances {
  return {
    policy: registryPolicy(),
    lease: undefined,
    freeze: undefined,
    full: undefined,
    anonymousPull: false,
    givenMs: 0,
    now: NOW,
    ...over,
  };
}

/** A pending request of person 1. */
export function pending(over: Partial<Pending & { kind: "open" }> = {}): Pending {
  return {
    status: "pending",
    id: requestId(1),
    version: 1,
    kind: "open",
    registry: REGISTRY,
    requester: person(1),
    address: address("203.0.113.7"),
    addressFrom: { kind: "typed" },
    errorAddress: undefined,
    durationMs: 4 * HOUR_MS,
    until: undefined,
    reason: undefined,
    askedAt: NOW,
    lapsesAt: new Date(NOW.getTime() + 8 * HOUR_MS),
    approvals: [],
    ...over,
  };
}

/** A pending request of person 1 for two hours more on the lease of request 1; it has number 2. */
export function pendingExtension(
  over: Partial<Pending & { kind: "extend" }> = {},
): Pending & { readonly kind: "extend" } {
  return {
    ...pending({ id: requestId(2), durationMs: 2 * HOUR_MS }),
    kind: "extend",
    lease: leaseIdOf(requestId(1)),
    endsAt: new Date(NOW.getTime() + 4 * HOUR_MS),
    ...over,
  };
}

/** A pending request of person 1 for another address under the lease of request 1; it has number 2. */
export function pendingMove(
  over: Partial<Pending & { kind: "replace" }> = {},
): Pending & { readonly kind: "replace" } {
  return {
    ...pending({ id: requestId(2), address: address("203.0.113.9") }),
    kind: "replace",
    lease: leaseIdOf(requestId(1)),
    from: address("203.0.113.7"),
    endsAt: new Date(NOW.getTime() + 4 * HOUR_MS),
    ...over,
  };
}

/** The yes of a person, at NOW and to all that was asked unless it says otherwise. */
export function approvalOf(n: number, over: Partial<Approval> = {}): Approval {
  return { approver: person(n), at: NOW, atMostMs: undefined, ...over };
}

/** A lease of person 1, approved at NOW by person 2. */
export function opening(over: Partial<Opening> = {}): Opening {
  const openBy = new Date(NOW.getTime() + OPEN_WITHIN_MS);
  return {
    status: "opening",
    id: leaseIdOf(requestId(1)),
    version: 1,
    registry: REGISTRY,
    requester: person(1),
    address: address("203.0.113.7"),
    durationMs: 4 * HOUR_MS,
    reason: undefined,
    basis: { kind: "approvals" },
    approvals: [approvalOf(2)],
    askedAt: NOW,
    approvedAt: NOW,
    openBy,
    endsBy: new Date(openBy.getTime() + 4 * HOUR_MS),
    adopts: false,
    extensions: [],
    ...over,
  };
}

function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined, "the builder made an id that does not parse");
  return value;
}
