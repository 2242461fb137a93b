import type { Address } from "../../domain/address.ts";
import { adoptionObstacle, type AdoptionObstacle } from "../../domain/adoption.ts";
import { leaseIdOf, type Person, type RequestId } from "../../domain/ids.ts";
import type { Opening } from "../../domain/lease.ts";
import { registryNamed, type Policy, type RegistryPolicy } from "../../domain/policy.ts";
import { OPEN_WITHIN_MS, type Approved } from "../../domain/request.ts";
import { commitSurely } from "../commit-surely.ts";
import type { Ids } from "../ports.ts";
import type { Store } from "../store.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** Which rule of somebody else an approver wants to end, and when. */
export type AdoptionWish = {
  readonly by: Person;
  readonly address: Address;
  readonly registryName: string;
  readonly durationMs: number;
  readonly reason: string | undefined;
  /** Names the message: the same one delivered twice adopts once. */
  readonly messageId: string;
};

/** The rule is the worker's to take over, which its cards say; or why nothing was changed. */
export type AdoptionOutcome =
  | { readonly kind: "adopting" }
  | { readonly kind: "unknown-registry"; readonly name: string }
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "too-long"; readonly maxMs: number }
  | { readonly kind: "not-observed"; readonly registryName: string }
  | {
      readonly kind: "obstacle";
      readonly obstacle: AdoptionObstacle;
      readonly address: Address;
      readonly registryName: string;
    }
  | { readonly kind: "store-busy" };

const ANSWER_WITHIN_MS = 5_000;

/**
 * Puts a rule that somebody else made under a lease, so that it ends. It takes an approver of the registry, who needs
 * nobody else for it: nothing is opened. A frozen registry has its rules adopted too.
 */
export async function adopt(
  { store, policy, ids }: Deps,
  wish: AdoptionWish,
  signal: AbortSignal,
): Promise<AdoptionOutcome> {
  const { by, address, registryName, durationMs, reason } = wish;
  const current = policy();
  const registry = registryNamed(current, registryName);
  if (registry === undefined) return { kind: "unknown-registry", name: registryName };
  if (!registry.approvers.has(by.id)) return { kind: "not-an-approver" };
  const { maxMs } = registry.duration;
  if (durationMs > maxMs) return { kind: "too-long", maxMs };

  const id = ids.requestId(wish.messageId);
  const before = await store.request(id, signal);
  if (before.value !== undefined) return { kind: "adopting" };
  const { now, value: record } = await store.registry(registry.id, signal);
  if (record?.observed === undefined) return { kind: "not-observed", registryName };
  const { owned, observed } = record;
  const { baseline } = registry;
  const rules = { owned: new Set(owned), baseline, actual: observed.rules };
  const obstacle = adoptionObstacle(address, rules);
  if (obstacle !== undefined) return { kind: "obstacle", obstacle, address, registryName };

  const { request, lease } = adoptionOf(id, registry, wish, now);
  const about = { lease: lease.id, registry: registry.id, address };
  const outcome = await commitSurely(
    store,
    {
      opId: `adopt:${id}`,
      notAfter: new Date(now.getTime() + ANSWER_WITHIN_MS),
      put: [
        { kind: "request", value: request },
        { kind: "lease", value: lease },
      ],
      audit: [
        {
          kind: "lease.adopting",
          ...about,
          by,
          endsBy: lease.endsBy,
          reason,
          policy: current.digest,
        },
      ],
      wake: [
        { list: "conversation", key: id, at: now },
        { list: "registry", key: registry.id, at: now },
      ],
    },
    signal,
  );
  const written = outcome.kind === "committed" || outcome.kind === "repeated";
  return written ? { kind: "adopting" } : { kind: "store-busy" };
}

/** The decision and its lease: the approver's own, who is the one to hear of it. */
function adoptionOf(
  id: RequestId,
  registry: RegistryPolicy,
  { by, address, durationMs, reason }: AdoptionWish,
  now: Date,
): { readonly request: Approved; readonly lease: Opening } {
  const openBy = new Date(now.getTime() + OPEN_WITHIN_MS);
  const endsBy = new Date(openBy.getTime() + durationMs);
  const terms = {
    version: 1,
    registry: registry.id,
    requester: by,
    address,
    durationMs,
    reason,
    approvals: [{ approver: by, at: now, atMostMs: undefined }],
    askedAt: now,
  };
  return {
    request: {
      ...terms,
      status: "approved",
      id,
      kind: "adopt",
      addressFrom: { kind: "typed" },
      until: undefined,
      errorAddress: undefined,
      lapsesAt: now,
      decidedAt: now,
      grantedUntil: endsBy,
    },
    lease: {
      ...terms,
      status: "opening",
      id: leaseIdOf(id),
      basis: { kind: "approvals" },
      approvedAt: now,
      openBy,
      endsBy,
      adopts: true,
      extensions: [],
    },
  };
}
