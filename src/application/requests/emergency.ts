import type { Address } from "../../domain/address.ts";
import { emergencyRefusal } from "../../domain/automatic.ts";
import type { Freeze } from "../../domain/freeze.ts";
import { grantEmergency } from "../../domain/grant.ts";
import type { Person, RequestId } from "../../domain/ids.ts";
import {
  policyRefusal,
  registryNamed,
  type Asked,
  type Policy,
  type PolicyRefusal,
  type RegistryPolicy,
} from "../../domain/policy.ts";
import { mutedRefusal } from "../../domain/recent.ts";
import type { AddressFrom, Request } from "../../domain/request.ts";
import { isProof } from "../../domain/proof.ts";
import type { Slots } from "../../domain/slots.ts";
import { commitSurely } from "../commit-surely.ts";
import { grantChanges } from "./grant-changes.ts";
import { hasAnonymousPull } from "./has-anonymous-pull.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids } from "../ports.ts";
import { givenBy, noteGiven, recentOf, type RecentRead } from "./recent-of.ts";
import { fullFor } from "./slot-check.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** One address that somebody needs at once, for themselves. */
export type EmergencyWish = {
  readonly by: Person;
  readonly registryName: string;
  readonly address: Address;
  readonly addressFrom: AddressFrom;
  /** The longest there is when it is not said. */
  readonly durationMs: number | undefined;
  readonly reason: string | undefined;
  /** The record that got the address, under the id and after the version of which the request is written. */
  readonly proof?: { readonly id: RequestId; readonly version: number };
  /** Names the message: the same one delivered twice opens once. */
  readonly messageId: string;
};

/** Granted, which the worker still checks; or why nothing was changed. */
export type EmergencyOutcome =
  { readonly kind: "granted"; readonly request: Request } | EmergencyRefusal;

/** Why nothing is opened at once. */
export type EmergencyRefusal =
  | { readonly kind: "unknown-registry"; readonly name: string }
  | { readonly kind: "policy"; readonly refusal: PolicyRefusal; readonly registryName: string }
  | { readonly kind: "anonymous-pull"; readonly registryName: string }
  | { readonly kind: "frozen"; readonly registryName: string; readonly freeze: Freeze }
  | { readonly kind: "full"; readonly registryName: string; readonly slots: Slots }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;

/**
 * Opens an address at once for somebody whom the policy names for that: theirs, as seen by link. A freeze stops it,
 * and so does an approver who has muted them; the limits on leases and hours do not. Approvers and those whom the
 * policy names hear of it through the conversation: the request is of the kind `emergency`.
 */
export async function openInEmergency(
  { store, policy, ids }: Deps,
  wish: EmergencyWish,
  signal: AbortSignal,
): Promise<EmergencyOutcome> {
  const { by, registryName, address, addressFrom, reason } = wish;
  const current = policy();
  const registry = registryNamed(current, registryName);
  if (registry === undefined) return { kind: "unknown-registry", name: registryName };
  const { emergency } = registry;
  const longest = emergency.kind === "on" ? emergency.maxMs : 0;
  const durationMs = wish.durationMs ?? longest;

  const id = wish.proof?.id ?? ids.requestId(wish.messageId);
  const { now, value: before } = await store.request(id, signal);
  if (before !== undefined && !isProof(before)) return { kind: "granted", request: before };
  // Its link was used, or ran out, meanwhile.
  if (before !== undefined && before.version !== wish.proof?.version) return { kind: "store-busy" };
  const recent = await recentOf(store, registry, by.id, signal);
  const asked = { requester: by.id, address, durationMs, reason };
  if (addressFrom.kind !== "link") {
    return { kind: "policy", refusal: { kind: "only-by-link" }, registryName };
  }
  const refused = await refusedInEmergency(store, registry, asked, recent, now, signal);
  if (refused !== undefined) return refused;
  const seen = await ifReadable(store.registry(registry.id, signal));
  const slots = await fullFor(store, registry, seen?.value, address, undefined, signal);
  if (slots !== undefined) return { kind: "full", registryName, slots };

  const terms = { id, registry: registry.id, requester: by, address, addressFrom, durationMs };
  const version = (wish.proof?.version ?? 0) + 1;
  const granted = grantEmergency({ ...terms, version, reason }, now);
  const changes = grantChanges(granted, now);
  const noted = noteGiven(current, recent, givenBy(granted.lease), now);
  const about = { request: id, registry: registry.id, by, policy: current.digest };
  const outcome = await commitSurely(
    store,
    {
      opId: `emergency:${id}`,
      notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
      ...changes,
      ...noted,
      put: [...changes.put, ...(noted.put ?? [])],
      audit: [
        {
          kind: "request.asked",
          ...about,
          asks: "emergency",
          lease: undefined,
          address,
          durationMs,
          reason,
        },
        { kind: "request.automatic", ...about, grant: { kind: "emergency" } },
        ...changes.audit,
      ],
    },
    signal,
  );
  const written = outcome.kind === "committed" || outcome.kind === "repeated";
  return written ? { kind: "granted", request: granted.request } : { kind: "store-busy" };
}

/**
 * Why this person can't open the registry at once, as far as that can be told without an address. A no to an ordinary
 * request is no reason to wait in an emergency; an approver's word to be quiet is.
 */
export async function refusedInEmergency(
  store: Store,
  registry: RegistryPolicy,
  asked: Omit<Asked, "grantedBy" | "addressFrom">,
  { record }: Pick<RecentRead, "record">,
  now: Date,
  signal: AbortSignal,
): Promise<EmergencyRefusal | undefined> {
  const { id, name: registryName } = registry;
  const { requester, address, durationMs } = asked;
  const refusal =
    emergencyRefusal(registry, requester, address, durationMs) ??
    policyRefusal(registry, { ...asked, addressFrom: { kind: "link" }, grantedBy: "emergency" }) ??
    mutedRefusal(record, id, now);
  if (refusal !== undefined) return { kind: "policy", refusal, registryName };
  const { value: frozen } = await store.freeze(id, signal);
  if (frozen?.freeze !== undefined) return { kind: "frozen", registryName, freeze: frozen.freeze };
  const seen = await ifReadable(store.registry(id, signal));
  return registry.anonymousPull === "refuse" && hasAnonymousPull(seen?.value)
    ? { kind: "anonymous-pull", registryName }
    : undefined;
}
