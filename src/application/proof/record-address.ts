import type { Address } from "../../domain/address.ts";
import type { RequestId } from "../../domain/ids.ts";
import { policyRefusal, registryOf, type Policy, type PolicyRefusal } from "../../domain/policy.ts";
import { isProof, seenAt, type Proving, type UnprovenReason } from "../../domain/proof.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Ids, LinkSecrets } from "../ports.ts";
import type { Store } from "../store.ts";

type Deps = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly secrets: LinkSecrets;
};

/** What a link carries. */
export type Link = { readonly request: RequestId; readonly secret: string };

/** How things stand with a link, for whoever has it. */
export type LinkState =
  /** `from` can be recorded; without an address nothing can, and only that is known. */
  | { readonly kind: "ready"; readonly proof: Proving; readonly registryName: string }
  | { readonly kind: "used"; readonly proof: Proving; readonly seen: NonNullable<Proving["seen"]> }
  | { readonly kind: "over"; readonly because: UnprovenReason }
  /** No such link, or none any more: which of the two is not told, and takes as long to find. */
  | { readonly kind: "unknown" }
  | { readonly kind: "registry-left-policy" }
  /** From another address the link may work. */
  | { readonly kind: "refused"; readonly refusal: PolicyRefusal; readonly registryName: string };

/** What came of using a link. Only `recorded` has used it up. */
export type RecordOutcome =
  | { readonly kind: "recorded"; readonly proof: Proving; readonly registryName: string }
  | Exclude<LinkState, { readonly kind: "ready" }>
  | { readonly kind: "store-busy" };

/** Stands in for the hash of a link that there is not. */
const NO_HASH = "0".repeat(64);
const ANSWER_WITHIN_MS = 5_000;
const ATTEMPTS = 5;

/** Looks, and changes nothing however often: crawlers open links too. */
export async function lookAtLink(
  deps: Deps,
  link: Link,
  from: Address | undefined,
  signal: AbortSignal,
): Promise<LinkState> {
  return (await judge(deps, link, from, signal)).state;
}

/**
 * Records where the link was used from, once. It says that somebody who had the link was there, and not that it was
 * the requester: only they can send it on. Of many at once one is recorded, and the others are told that it is used.
 */
export async function recordAddress(
  deps: Deps,
  link: Link,
  from: Address,
  signal: AbortSignal,
): Promise<RecordOutcome> {
  const { store, ids } = deps;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { state, now } = await judge(deps, link, from, signal);
    if (state.kind !== "ready") return state;
    const proof = seenAt(state.proof, from, now);
    const { id, registry, requester: by, lapsesAt } = proof;
    const soon = now.getTime() + ANSWER_WITHIN_MS;
    const outcome = await commitSurely(
      store,
      {
        opId: ids.opId(),
        notAfter: new Date(Math.min(soon, lapsesAt.getTime() - 1)),
        put: [{ kind: "request", value: proof }],
        audit: [{ kind: "request.address-seen", request: id, registry, by, address: from }],
        wake: [{ list: "conversation", key: id, at: now }],
      },
      signal,
    );
    if (outcome.kind === "committed" || outcome.kind === "repeated") {
      return { kind: "recorded", proof, registryName: state.registryName };
    }
  }
  return { kind: "store-busy" };
}

async function judge(
  { store, policy, secrets }: Deps,
  { request, secret }: Link,
  from: Address | undefined,
  signal: AbortSignal,
): Promise<{ readonly state: LinkState; readonly now: Date }> {
  const { now, value } = await store.request(request, signal);
  const proof = value !== undefined && isProof(value) ? value : undefined;
  // The comparison is made in any case, so that the time tells nothing.
  const matches = secrets.matches(secret, proof?.tokenHash ?? NO_HASH);
  if (proof === undefined || !matches) return { state: { kind: "unknown" }, now };
  if (proof.status === "unproven") return { state: { kind: "over", because: proof.because }, now };
  if (now >= proof.lapsesAt) return { state: { kind: "over", because: "lapsed" }, now };
  if (proof.seen !== undefined) return { state: { kind: "used", proof, seen: proof.seen }, now };
  const registry = registryOf(policy(), proof.registry);
  if (registry === undefined) return { state: { kind: "registry-left-policy" }, now };
  const { name: registryName } = registry;
  const refusal =
    from === undefined
      ? undefined
      : policyRefusal(registry, {
          requester: proof.requester.id,
          address: from,
          durationMs: proof.durationMs,
          reason: proof.reason,
          // Who is trusted with emergencies may not have to be one who may ask.
          grantedBy: proof.kind === "emergency" ? "emergency" : "approvers",
        });
  return refusal === undefined
    ? { state: { kind: "ready", proof, registryName }, now }
    : { state: { kind: "refused", refusal, registryName }, now };
}
