import type { Put, RequestRecord, WakeKey } from "../../src/application/store.ts";
import type { RegistryId } from "../../src/domain/ids.ts";
import type { Lease } from "../../src/domain/lease.ts";
import {
  approved,
  conversationRecord,
  ended,
  freezeRecord,
  opening,
  pending,
  personId,
  personRecord,
  policyRecord,
  proving,
  recentRecord,
  registryId,
  registryRecord,
  requestId,
} from "./samples.ts";
import type { PutStep } from "./store-history.ts";
import type { StoreModel } from "./store-model.ts";

const THAWED = { freeze: undefined };

/** What the step writes; its version is the next one, or `off` by so much. */
export function asPut(model: StoreModel, { kind, n, state, off }: PutStep): Put {
  const version = Math.max(1, model.versionOf(kind, idOf(kind, n)) + 1 + off);
  switch (kind) {
    case "request":
      return { kind, value: { ...requestOf(n, state), version } };
    case "lease":
      return { kind, value: { ...leaseOf(n, state), version } };
    case "person":
      return { kind, value: { ...personRecord(n), name: `state ${String(state)}`, version } };
    case "registry":
      return { kind, value: { ...registryRecord(nameOf(n)), failures: state, version } };
    case "freeze":
      return { kind, value: { ...freezeRecord(nameOf(n)), ...(state === 0 && THAWED), version } };
    case "policy":
      return { kind, value: { ...policyRecord(n), digest: String(state), version } };
    case "recent":
      return { kind, value: { ...recentRecord(n), ...(state === 0 && { given: [] }), version } };
    case "conversation":
      return { kind, value: { ...conversationRecord(n), failures: state, version } };
  }
}

// Person and registry of a number are always the same, as they are of a request. Two share their time: ids decide.
function requestOf(n: number, state: number): RequestRecord {
  const when = { ...of(n), askedAt: new Date(1000 * (n % 2)) };
  if (state === 1) return proving(n, when);
  const asked = pending(n, when);
  if (state === 0) return asked;
  return state === 2 ? { ...asked, status: "lapsed" } : approved(asked);
}

function leaseOf(n: number, state: number): Lease {
  const lease = opening(n, { ...of(n), approvedAt: new Date(1000 * (n % 2)) });
  const over = { endsAt: lease.openBy, seenAt: lease.approvedAt };
  switch (state) {
    case 0:
      return lease;
    case 1:
      return { ...lease, ...over, status: "open", borrowed: false, gone: undefined };
    case 2:
      return { ...lease, ...over, status: "closing", endReason: { kind: "due" } };
    default:
      return ended(lease);
  }
}

function of(n: number): Pick<Lease, "requester" | "registry"> {
  return { requester: { id: personId(n % 2), name: "Ada" }, registry: registryOf(n) };
}

function idOf(kind: Put["kind"], n: number): string {
  if (kind === "policy") return policyRecord(n).id;
  if (kind === "person" || kind === "recent") return personId(n);
  return kind === "registry" || kind === "freeze" ? registryOf(n) : requestId(n);
}

/** Key number `n` of the list. */
export function keyOf(list: WakeKey["list"], n: number): WakeKey {
  return list === "registry" ? { list, key: registryOf(n) } : { list, key: requestId(n) };
}

/** Of registry number `n`: some share one. */
export function registryOf(n: number): RegistryId {
  return registryId(nameOf(n));
}

const nameOf = (n: number): string => (n < 2 ? "warehouse" : "archive");
