import { asked, isChangeable } from "../../domain/grant.ts";
import type { Person } from "../../domain/ids.ts";
import { policyRefusal, registryOf, type Policy } from "../../domain/policy.ts";
import type { Proving } from "../../domain/proof.ts";
import { noneOpen, type ChangeOutcome } from "../requests/ask-for-change.ts";
import { beginProof, begunBefore, type Begun, type ProofDeps } from "./begin-proof.ts";
import { whichOne } from "../requests/which-one.ts";

type Deps = ProofDeps & { readonly policy: () => Policy };

/** Somebody's address has changed under a lease of theirs; `target` is an id or the name of a registry. */
export type MoveWish = {
  readonly by: Person;
  readonly target: string | undefined;
  readonly reason: string | undefined;
  /** Names the message: the same one delivered twice asks once. */
  readonly messageId: string;
};

/** The link to send; or what the same message has come to before; or why there is none. */
export type MoveProofOutcome =
  Begun | ChangeOutcome | { readonly kind: "links-refused"; readonly registryName: string };

/** Asks for the address that the person comes from now, in the place of their lease's; otherwise as `proveAddress`. */
export async function proveMove(
  deps: Deps,
  wish: MoveWish,
  signal: AbortSignal,
): Promise<MoveProofOutcome> {
  const { store, policy, ids } = deps;
  const { by, target } = wish;
  const id = ids.requestId(wish.messageId);
  const before = await begunBefore(deps, id, signal);
  if (before !== undefined) return before;

  const current = policy();
  const { now, value: mine } = await store.leasesOf(by.id, signal);
  const open = mine.filter((lease) => isChangeable(lease, now));
  const choice = whichOne(open, target, current);
  if (choice.kind === "many") return { kind: "which-lease", leases: choice.values };
  if (choice.kind === "none") return noneOpen(mine, wish, current);
  const lease = choice.value;
  const registry = registryOf(current, lease.registry);
  if (registry === undefined) return { kind: "registry-left-policy" };
  const { name: registryName } = registry;
  if (registry.address.myIp === "refused") return { kind: "links-refused", registryName };
  const { value: frozen } = await store.freeze(registry.id, signal);
  if (frozen?.freeze !== undefined) return { kind: "frozen", registryName, freeze: frozen.freeze };

  const durationMs = lease.endsAt.getTime() - now.getTime();
  const reason = wish.reason ?? lease.reason;
  const terms = {
    kind: "replace",
    requester: by,
    address: lease.address,
    durationMs,
    until: undefined,
    reason,
  } as const;
  const refusal = policyRefusal(registry, { ...asked(terms, lease, now), address: undefined });
  if (refusal !== undefined) return { kind: "policy", refusal };

  const { value: waiting } = await store.pendingOf(by.id, signal);
  const changes = waiting.filter((other) => "lease" in other && other.lease === lease.id);
  if (changes.some(({ status }) => status !== "proving")) return { kind: "asked-already", lease };
  const instead = changes.filter((other): other is Proving => other.status === "proving");
  const limit = registry.limits.pendingPerPerson;
  if (waiting.length - instead.length >= limit) return { kind: "too-many-pending", limit };
  const { endsAt, address: from } = lease;
  const what = { kind: "replace", lease: lease.id, from, endsAt } as const;
  const none = { until: undefined, errorAddress: undefined };
  return beginProof(
    deps,
    { ...none, id, registry, requester: by, durationMs, reason, instead, what },
    current.digest,
    now,
    signal,
  );
}
