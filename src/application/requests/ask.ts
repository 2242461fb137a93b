import type { Address } from "../../domain/address.ts";
import type { Freeze } from "../../domain/freeze.ts";
import { makesRulesPointless, type Finding } from "../../domain/finding.ts";
import type { Person, RequestId } from "../../domain/ids.ts";
import {
  registriesFor,
  registryNamed,
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
import { recentOf } from "./recent-of.ts";
import { fullFor } from "./slot-check.ts";
import { writeRequest } from "./write-request.ts";
import type { Ids } from "../ports.ts";
import type { Read, RegistryRecord, RequestRecord, Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** What somebody asks for; what they left out is undefined. */
export type Question = {
  readonly by: Person;
  readonly address: Address;
  /** Typed, unless it says otherwise. */
  readonly addressFrom?: AddressFrom;
  readonly durationMs: number | undefined;
  /** Instead of a duration: not to be open after that. */
  readonly until?: Date | undefined;
  readonly registryName: string | undefined;
  readonly reason: string | undefined;
  /** The one that an error message of the registry named. */
  readonly errorAddress?: Address | undefined;
  /** Names the message: the same one delivered twice asks once. */
  readonly messageId: string;
};

/** Why nothing was asked. */
export type AskRefusal =
  | { readonly kind: "unknown-registry"; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "which-registry"; readonly known: readonly string[] }
  | { readonly kind: "policy"; readonly refusal: PolicyRefusal; readonly registryName: string }
  | { readonly kind: "too-many-pending"; readonly limit: number }
  | { readonly kind: "too-many-leases"; readonly limit: number }
  | { readonly kind: "pointless"; readonly registryName: string; readonly finding: Finding }
  | { readonly kind: "anonymous-pull"; readonly registryName: string }
  | { readonly kind: "frozen"; readonly registryName: string; readonly freeze: Freeze }
  | { readonly kind: "full"; readonly registryName: string; readonly slots: Slots }
  | { readonly kind: "store-busy" };

/** Asked, or asked before by the same message. */
export type AskOutcome = { readonly kind: "asked"; readonly request: RequestRecord } | AskRefusal;

/** Turns a question into a pending request, or says why not. Approvers hear of it through the conversation. */
export async function ask(
  { store, policy, ids }: Deps,
  question: Question,
  signal: AbortSignal,
): Promise<AskOutcome> {
  const current = policy();
  const registry = registryMeant(current, question);
  if ("kind" in registry) return registry;

  const id = ids.requestId(question.messageId);
  const { now, value: before } = await store.request(id, signal);
  if (before !== undefined) return { kind: "asked", request: before };

  const seen = await ifReadable(store.registry(registry.id, signal));
  const recent = await recentOf(store, registry, question.by.id, signal);
  const request = pendingRequest(id, registry, question, now);
  const refusal =
    requestRefusal(registry, request, undefined, now) ??
    denialRefusal(registry, recent.record, request, now) ??
    hoursRefusal(registry, recent.givenMs, request.durationMs);
  if (refusal !== undefined) return { kind: "policy", refusal, registryName: registry.name };
  const { value: frozen } = await store.freeze(registry.id, signal);
  if (frozen?.freeze !== undefined) {
    return { kind: "frozen", registryName: registry.name, freeze: frozen.freeze };
  }
  const unfit = unfitness(registry, seen);
  if (unfit !== undefined) return unfit;

  const limit = await limitReached(store, registry, question.by, signal);
  if (limit !== undefined) return limit;

  const slots = await fullFor(store, registry, seen?.value, question.address, undefined, signal);
  if (slots !== undefined) return { kind: "full", registryName: registry.name, slots };

  const checked = { registry, policy: current, lease: undefined, recent };
  return writeRequest(store, request, checked, signal);
}

/** The registry of that name; without a name the only one that the person may ask for. */
export function registryMeant(
  policy: Policy,
  { by, registryName }: Pick<Question, "by" | "registryName">,
): RegistryPolicy | AskRefusal {
  const known = registriesFor(policy, by.id);
  const names = known.map(({ name }) => name);
  if (registryName !== undefined) {
    return (
      registryNamed(policy, registryName) ?? {
        kind: "unknown-registry",
        name: registryName,
        known: names,
      }
    );
  }
  const [only, ...others] = known;
  return only === undefined || others.length > 0 ? { kind: "which-registry", known: names } : only;
}

/** Why opening anything on the registry would be pointless, as it was last seen. */
export function unfitness(
  registry: RegistryPolicy,
  seen: Read<RegistryRecord | undefined> | undefined,
): AskRefusal | undefined {
  if (registry.anonymousPull === "refuse" && hasAnonymousPull(seen?.value)) {
    return { kind: "anonymous-pull", registryName: registry.name };
  }
  const finding = seen?.value?.findings.find(makesRulesPointless);
  return finding === undefined
    ? undefined
    : { kind: "pointless", registryName: registry.name, finding };
}

/** Whether the person has as much waiting or open as the policy allows; `not`: what is not to be counted. */
export async function limitReached(
  store: Store,
  { limits }: RegistryPolicy,
  by: Person,
  signal: AbortSignal,
  not: readonly RequestId[] = [],
): Promise<AskRefusal | undefined> {
  const [pending, leases] = await Promise.all([
    store.pendingOf(by.id, signal),
    store.leasesOf(by.id, signal),
  ]);
  const waiting = pending.value.filter(({ id }) => !not.includes(id));
  // What can't be read counts too: it may be one of those that the limit is about.
  if (waiting.length + pending.unreadable.length >= limits.pendingPerPerson) {
    return { kind: "too-many-pending", limit: limits.pendingPerPerson };
  }
  return leases.value.length + leases.unreadable.length >= limits.leasesPerPerson
    ? { kind: "too-many-leases", limit: limits.leasesPerPerson }
    : undefined;
}

function pendingRequest(
  id: RequestId,
  registry: RegistryPolicy,
  { by, address, addressFrom, durationMs, until, reason, errorAddress }: Question,
  now: Date,
): Pending {
  const patience = now.getTime() + registry.approval.timeoutMs;
  return {
    status: "pending",
    id,
    version: 1,
    kind: "open",
    registry: registry.id,
    requester: by,
    address,
    addressFrom: addressFrom ?? { kind: "typed" },
    errorAddress,
    durationMs:
      until === undefined ? (durationMs ?? registry.duration.defaultMs) : timeUntil(until, now),
    until,
    reason,
    askedAt: now,
    lapsesAt: new Date(Math.min(patience, until?.getTime() ?? patience)),
    approvals: [],
  };
}
