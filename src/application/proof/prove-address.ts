import type { Address } from "../../domain/address.ts";
import type { Person } from "../../domain/ids.ts";
import { policyRefusal, type Policy } from "../../domain/policy.ts";
import type { Proving } from "../../domain/proof.ts";
import { timeUntil } from "../../domain/request.ts";
import { limitReached, registryMeant, unfitness, type AskRefusal } from "../requests/ask.ts";
import { beginProof, begunBefore, type Begun, type ProofDeps } from "./begin-proof.ts";
import { ifReadable } from "../if-readable.ts";

type Deps = ProofDeps & { readonly policy: () => Policy };

/** What somebody asks for the address that they come from; what they left out is undefined. */
export type ProofQuestion = {
  readonly by: Person;
  readonly durationMs: number | undefined;
  /** Instead of a duration: not to be open after that. */
  readonly until?: Date | undefined;
  readonly registryName: string | undefined;
  readonly reason: string | undefined;
  /** The one that an error message of the registry named. */
  readonly errorAddress: Address | undefined;
  /** Names the message: the same one delivered twice asks once. */
  readonly messageId: string;
};

/** The link to send; or what the same message has come to before; or why there is none. */
export type ProofOutcome =
  Begun | AskRefusal | { readonly kind: "links-refused"; readonly registryName: string };

/**
 * Asks for an address that is not known yet. All of the policy that does not need the address is asked now; approvers
 * hear nothing until the link was used and the requester has confirmed what it saw. Asking again for the same makes
 * the link before that useless.
 */
export async function proveAddress(
  deps: Deps,
  question: ProofQuestion,
  signal: AbortSignal,
): Promise<ProofOutcome> {
  const { store, policy, ids } = deps;
  const { by, until, reason, errorAddress } = question;
  const id = ids.requestId(question.messageId);
  const before = await begunBefore(deps, id, signal);
  if (before !== undefined) return before;

  const current = policy();
  const registry = registryMeant(current, question);
  if ("kind" in registry) return registry;
  const { name: registryName } = registry;
  if (registry.address.myIp === "refused") return { kind: "links-refused", registryName };
  const { now, value: waiting } = await store.pendingOf(by.id, signal);
  const durationMs =
    until === undefined
      ? (question.durationMs ?? registry.duration.defaultMs)
      : timeUntil(until, now);
  const asked = { requester: by.id, address: undefined, durationMs, reason };
  const refusal = policyRefusal(registry, asked);
  if (refusal !== undefined) return { kind: "policy", refusal, registryName };
  const { value: frozen } = await store.freeze(registry.id, signal);
  if (frozen?.freeze !== undefined) return { kind: "frozen", registryName, freeze: frozen.freeze };
  const unfit = unfitness(registry, await ifReadable(store.registry(registry.id, signal)));
  if (unfit !== undefined) return unfit;

  const instead = waiting.filter(
    (other): other is Proving =>
      other.status === "proving" && other.kind === "open" && other.registry === registry.id,
  );
  const not = instead.map((other) => other.id);
  const limit = await limitReached(store, registry, by, signal, not);
  if (limit !== undefined) return limit;
  const wish = { id, registry, requester: by, durationMs, until, reason, errorAddress, instead };
  return beginProof(deps, { ...wish, what: { kind: "open" } }, current.digest, now, signal);
}
