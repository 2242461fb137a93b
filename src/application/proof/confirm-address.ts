import { isChangeable } from "../../domain/grant.ts";
import type { Person, RequestId } from "../../domain/ids.ts";
import type { Lease } from "../../domain/lease.ts";
import { registryOf, type Policy, type RegistryPolicy } from "../../domain/policy.ts";
import {
  isProof,
  proven,
  unproven,
  type Proving,
  type Seen,
  type Unproven,
} from "../../domain/proof.ts";
import { denialRefusal, hoursRefusal } from "../../domain/recent.ts";
import { requestRefusal } from "../../domain/request-refusal.ts";
import type { Pending } from "../../domain/request.ts";
import { limitReached, unfitness, type AskRefusal } from "../requests/ask.ts";
import { commitSurely } from "../commit-surely.ts";
import { openInEmergency, type EmergencyOutcome } from "../requests/emergency.ts";
import { hasAnonymousPull } from "../requests/has-anonymous-pull.ts";
import { ifReadable } from "../if-readable.ts";
import type { Ids } from "../ports.ts";
import { recentOf, type RecentRead } from "../requests/recent-of.ts";
import { fullFor } from "../requests/slot-check.ts";
import type { RequestRecord, Store } from "../store.ts";
import { writeRequest } from "../requests/write-request.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** A click, as it came: `by` is the verified sender of the activity. */
export type ProofClick = {
  readonly request: RequestId;
  readonly by: Person;
  readonly shownVersion: number;
};

/** Why a click on a proof's card changed nothing. */
type ClickRefusal =
  | { readonly kind: "no-such-request" }
  | { readonly kind: "not-yours" }
  /** It has come to nothing. */
  | { readonly kind: "over"; readonly proof: Unproven }
  /** It was sent to the approvers before, whatever became of it there. */
  | { readonly kind: "sent-before"; readonly request: Exclude<RequestRecord, Proving | Unproven> };

/** Sent to the approvers, now or before; or why not. */
export type Confirmation =
  | { readonly kind: "asked"; readonly request: RequestRecord }
  | ClickRefusal
  /** The card showed another state: no address yet. */
  | { readonly kind: "out-of-date"; readonly proof: Proving }
  | { readonly kind: "registry-left-policy" }
  | { readonly kind: "lease-over" }
  /** Nobody is asked: it is opened at once, or not at all. */
  | { readonly kind: "emergency"; readonly outcome: EmergencyOutcome }
  | AskRefusal;

/** It comes to nothing; or why the click did not count. */
export type Renouncement =
  | { readonly kind: "unproven"; readonly proof: Unproven }
  | ClickRefusal
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/**
 * Sends what the link has seen to the approvers. Only the requester can, and only what their card showed: a link that
 * was passed on opens nothing for whoever used it. From then on the request is like one whose address was typed, and
 * all of the policy is asked again.
 */
export async function confirmAddress(
  deps: Deps,
  click: ProofClick,
  signal: AbortSignal,
): Promise<Confirmation> {
  const { store, policy } = deps;
  const found = await ownProof(store, click, signal);
  if (found.kind !== "proving") return found;
  const { proof, now } = found;
  const { seen } = proof;
  if (seen === undefined || click.shownVersion !== proof.version) {
    return { kind: "out-of-date", proof };
  }
  const current = policy();
  const registry = registryOf(current, proof.registry);
  if (registry === undefined) return { kind: "registry-left-policy" };
  if (proof.kind === "emergency") {
    return { kind: "emergency", outcome: await openNow(deps, proof, seen, registry, signal) };
  }
  const lease =
    proof.kind === "replace" ? (await store.lease(proof.lease, signal)).value : undefined;
  if (proof.kind === "replace" && !isChangeable(lease, now)) return { kind: "lease-over" };

  const patience = now.getTime() + registry.approval.timeoutMs;
  // There is nothing left to change when the lease is over, nor to open when it was to be closed.
  const over = isChangeable(lease, now) ? lease.endsAt : proof.until;
  const until = over?.getTime() ?? patience;
  const request = proven(proof, seen, now, new Date(Math.min(patience, until)));
  const recent = await recentOf(store, registry, request.requester.id, signal);
  const refusal = await refusalNow(store, registry, request, lease, recent, signal);
  if (refusal !== undefined) return refusal;
  const checked = { registry, policy: current, lease, recent };
  const written = await writeRequest(store, request, checked, signal);
  if (written.kind === "store-busy" || !isProof(written.request)) return written;
  const { request: left } = written;
  // Nothing was written: it came to nothing meanwhile, or the write came too late and can be tried again.
  return left.status === "unproven" ? { kind: "over", proof: left } : { kind: "store-busy" };
}

async function openNow(
  deps: Deps,
  { id, version, requester: by, durationMs, reason }: Proving,
  { address }: Seen,
  { name: registryName }: RegistryPolicy,
  signal: AbortSignal,
): Promise<EmergencyOutcome> {
  const asked = { by, registryName, address, durationMs, reason };
  const proof = { id, version };
  const wish = { ...asked, addressFrom: { kind: "link" }, proof, messageId: id } as const;
  return openInEmergency(deps, wish, signal);
}

/** What may have changed since the link was made, and what could not be asked without an address. */
async function refusalNow(
  store: Store,
  registry: RegistryPolicy,
  request: Pending,
  lease: Lease | undefined,
  recent: RecentRead,
  signal: AbortSignal,
): Promise<AskRefusal | undefined> {
  const { name: registryName } = registry;
  // A move takes the place of what was given already.
  const moreMs = request.kind === "replace" ? 0 : request.durationMs;
  const refusal =
    requestRefusal(registry, request, lease, request.askedAt) ??
    denialRefusal(registry, recent.record, request, request.askedAt) ??
    hoursRefusal(registry, recent.givenMs, moreMs);
  if (refusal !== undefined) return { kind: "policy", refusal, registryName };
  const { value: frozen } = await store.freeze(registry.id, signal);
  if (frozen?.freeze !== undefined) return { kind: "frozen", registryName, freeze: frozen.freeze };
  const record = await ifReadable(store.registry(registry.id, signal));
  // Of a move too: the old address would be closed before the worker refuses the new one.
  if (registry.anonymousPull === "refuse" && hasAnonymousPull(record?.value)) {
    return { kind: "anonymous-pull", registryName };
  }
  if (request.kind === "open") {
    const unfit = unfitness(registry, record);
    const limit = await limitReached(store, registry, request.requester, signal, [request.id]);
    if (unfit !== undefined || limit !== undefined) return unfit ?? limit;
  }
  const without = request.kind === "open" ? undefined : request.lease;
  const slots = await fullFor(store, registry, record?.value, request.address, without, signal);
  return slots && { kind: "full", registryName, slots };
}

/** Ends a proof as its requester wants it: somebody else has used the link, or they rather type the address. */
export async function renounceProof(
  { store, ids }: Omit<Deps, "policy">,
  click: ProofClick,
  because: "not-me" | "typed-instead",
  signal: AbortSignal,
): Promise<Renouncement> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await ownProof(store, click, signal);
    if (found.kind !== "proving") return found;
    const { now } = found;
    const proof = unproven(found.proof, because);
    const { id, registry, requester: by, seen } = proof;
    const about = { request: id, registry, by };
    const outcome = await commitSurely(
      store,
      {
        opId: ids.opId(),
        notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
        put: [{ kind: "request", value: proof }],
        audit: [
          because === "not-me" && seen !== undefined
            ? { kind: "request.not-me", ...about, address: seen.address }
            : { kind: "request.cancelled", ...about },
        ],
        wake: [{ list: "conversation", key: id, at: now }],
      },
      signal,
    );
    if (outcome.kind === "committed" || outcome.kind === "repeated") {
      return { kind: "unproven", proof };
    }
  }
  return { kind: "store-busy" };
}

async function ownProof(
  store: Store,
  { request, by }: ProofClick,
  signal: AbortSignal,
): Promise<
  ClickRefusal | { readonly kind: "proving"; readonly proof: Proving; readonly now: Date }
> {
  const { now, value } = await store.request(request, signal);
  if (value === undefined) return { kind: "no-such-request" };
  if (value.requester.id !== by.id) return { kind: "not-yours" };
  if (!isProof(value)) return { kind: "sent-before", request: value };
  if (value.status === "unproven") return { kind: "over", proof: value };
  return now < value.lapsesAt
    ? { kind: "proving", proof: value, now }
    : { kind: "over", proof: unproven(value, "lapsed") };
}
