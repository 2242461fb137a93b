import type { Address } from "../../domain/address.ts";
import type { Freeze } from "../../domain/freeze.ts";
import { isChangeable } from "../../domain/grant.ts";
import type { Person, RequestId } from "../../domain/ids.ts";
import type { Lease, Open } from "../../domain/lease.ts";
import {
  registryOf,
  type Policy,
  type PolicyRefusal,
  type RegistryPolicy,
} from "../../domain/policy.ts";
import { denialRefusal, hoursRefusal } from "../../domain/recent.ts";
import { requestRefusal } from "../../domain/request-refusal.ts";
import { timeUntil, type AddressFrom, type Pending } from "../../domain/request.ts";
import type { Slots } from "../../domain/slots.ts";
import { hasAnonymousPull } from "./has-anonymous-pull.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids } from "../ports.ts";
import type { RequestRecord, Store } from "../store.ts";
import { recentOf } from "./recent-of.ts";
import { fullFor } from "./slot-check.ts";
import { whichOne } from "./which-one.ts";
import { writeRequest } from "./write-request.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** What somebody wants changed about a lease of theirs; `target` is an id or the name of a registry. */
export type ChangeWish = {
  readonly by: Person;
  readonly target: string | undefined;
  readonly asks:
    | { readonly kind: "extend"; readonly durationMs: number }
    | { readonly kind: "extend-until"; readonly until: Date }
    /** The address is typed, unless it says otherwise. */
    | { readonly kind: "replace"; readonly address: Address; readonly addressFrom?: AddressFrom };
  readonly reason: string | undefined;
  /** Names the message: the same one delivered twice asks once. */
  readonly messageId: string;
};

/** Asked, or asked before by the same message; or why nothing was asked. */
export type ChangeOutcome =
  | { readonly kind: "asked"; readonly request: RequestRecord }
  | { readonly kind: "which-lease"; readonly leases: readonly Lease[] }
  | { readonly kind: "no-open-lease"; readonly target: string | undefined }
  | { readonly kind: "not-seen-open"; readonly lease: Lease }
  | { readonly kind: "asked-already"; readonly lease: Lease }
  | { readonly kind: "same-address"; readonly lease: Lease }
  /** It does not end before then anyway. */
  | { readonly kind: "open-until-then"; readonly lease: Lease }
  | { readonly kind: "registry-left-policy" }
  | { readonly kind: "policy"; readonly refusal: PolicyRefusal }
  | { readonly kind: "too-many-pending"; readonly limit: number }
  | { readonly kind: "anonymous-pull"; readonly registryName: string }
  | { readonly kind: "frozen"; readonly registryName: string; readonly freeze: Freeze }
  | { readonly kind: "full"; readonly registryName: string; readonly slots: Slots }
  | { readonly kind: "store-busy" };

/** Turns a wish about an open lease of the person's own into a pending request, or says why not. */
export async function askForChange(
  { store, policy, ids }: Deps,
  wish: ChangeWish,
  signal: AbortSignal,
): Promise<ChangeOutcome> {
  const current = policy();
  const id = ids.requestId(wish.messageId);
  const { value: before } = await store.request(id, signal);
  if (before !== undefined) return { kind: "asked", request: before };

  const { now, value: mine } = await store.leasesOf(wish.by.id, signal);
  const open = mine.filter((lease) => isChangeable(lease, now));
  const choice = whichOne(open, wish.target, current);
  if (choice.kind === "many") return { kind: "which-lease", leases: choice.values };
  if (choice.kind === "none") return noneOpen(mine, wish, current);
  const lease = choice.value;
  const registry = registryOf(current, lease.registry);
  if (registry === undefined) return { kind: "registry-left-policy" };
  const { value: frozen } = await store.freeze(registry.id, signal);
  if (frozen?.freeze !== undefined) {
    return { kind: "frozen", registryName: registry.name, freeze: frozen.freeze };
  }
  const seen = await ifReadable(store.registry(registry.id, signal));
  if (registry.anonymousPull === "refuse" && hasAnonymousPull(seen?.value)) {
    return { kind: "anonymous-pull", registryName: registry.name };
  }
  const { asks } = wish;
  if (asks.kind === "replace" && asks.address === lease.address) {
    return { kind: "same-address", lease };
  }
  if (asks.kind === "extend-until" && asks.until <= lease.endsAt) {
    return { kind: "open-until-then", lease };
  }

  const request = changeRequest(id, registry, lease, wish, now);
  const recent = await recentOf(store, registry, wish.by.id, signal);
  const moreMs = request.kind === "extend" ? request.durationMs : 0;
  const refusal =
    requestRefusal(registry, request, lease, now) ??
    denialRefusal(registry, recent.record, request, now) ??
    hoursRefusal(registry, recent.givenMs, moreMs);
  if (refusal !== undefined) return { kind: "policy", refusal };
  const { value: pending } = await store.pendingOf(wish.by.id, signal);
  // Two that wait for the same lease would each be decided without knowing of the other.
  const waiting = pending.some((other) => "lease" in other && other.lease === lease.id);
  if (waiting) return { kind: "asked-already", lease };
  const limit = registry.limits.pendingPerPerson;
  if (pending.length >= limit) return { kind: "too-many-pending", limit };
  const slots =
    asks.kind === "replace"
      ? await fullFor(store, registry, seen?.value, asks.address, lease.id, signal)
      : undefined;
  if (slots !== undefined) return { kind: "full", registryName: registry.name, slots };
  const checked = { registry, policy: current, lease, recent };
  return writeRequest(store, request, checked, signal);
}

/** Why the person has no lease by that name that could be changed. */
export function noneOpen(
  mine: readonly Lease[],
  { target }: Pick<ChangeWish, "target">,
  policy: Policy,
): ChangeOutcome {
  const opening = mine.filter(({ status }) => status === "opening");
  const choice = whichOne(opening, target, policy);
  return choice.kind === "one"
    ? { kind: "not-seen-open", lease: choice.value }
    : { kind: "no-open-lease", target };
}

/** It lapses at the end of the lease at the latest: there is nothing left to change then. */
function changeRequest(
  id: RequestId,
  registry: RegistryPolicy,
  lease: Open,
  { by, asks, reason }: ChangeWish,
  now: Date,
): Pending {
  const patience = now.getTime() + registry.approval.timeoutMs;
  const terms = {
    status: "pending",
    id,
    version: 1,
    lease: lease.id,
    endsAt: lease.endsAt,
    registry: lease.registry,
    requester: by,
    addressFrom: { kind: "typed" },
    until: undefined,
    errorAddress: undefined,
    // What it was opened for is what more time is wanted for, unless something else is said.
    reason: reason ?? lease.reason,
    askedAt: now,
    lapsesAt: new Date(Math.min(patience, lease.endsAt.getTime())),
    approvals: [],
  } as const;
  if (asks.kind !== "replace") {
    const until = asks.kind === "extend-until" ? asks.until : undefined;
    const durationMs =
      asks.kind === "extend" ? asks.durationMs : timeUntil(asks.until, lease.endsAt);
    return { ...terms, kind: "extend", durationMs, until, address: lease.address };
  }
  const { address, addressFrom = { kind: "typed" } } = asks;
  const leftMs = lease.endsAt.getTime() - now.getTime();
  const change = { from: lease.address, address, addressFrom, durationMs: leftMs };
  return { ...terms, kind: "replace", ...change };
}
