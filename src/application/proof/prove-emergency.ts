import type { Person } from "../../domain/ids.ts";
import { registryNamed, type Policy } from "../../domain/policy.ts";
import type { Proving } from "../../domain/proof.ts";
import { beginProof, begunBefore, type Begun, type ProofDeps } from "./begin-proof.ts";
import { refusedInEmergency, type EmergencyRefusal } from "../requests/emergency.ts";
import { recentOf } from "../requests/recent-of.ts";

type Deps = ProofDeps & { readonly policy: () => Policy };

/** What somebody needs at once, for the address that they come from. */
export type EmergencyQuestion = {
  readonly by: Person;
  readonly registryName: string;
  readonly durationMs: number;
  readonly reason: string | undefined;
  /** Names the message: the same one delivered twice asks once. */
  readonly messageId: string;
};

/** The link to send; or what the same message has come to before; or why there is none. */
export type EmergencyProofOutcome = Begun | EmergencyRefusal;

/**
 * Asks for the address of somebody who is to be let in at once. All of the policy that does not need the address is
 * asked now; nobody else hears of it until the link was used and they have confirmed what it saw. How much they have
 * waiting does not matter. Asking again for the same registry makes the link before that useless.
 */
export async function proveEmergency(
  deps: Deps,
  { by, registryName, durationMs, reason, messageId }: EmergencyQuestion,
  signal: AbortSignal,
): Promise<EmergencyProofOutcome> {
  const { store, policy, ids } = deps;
  const id = ids.requestId(messageId);
  const before = await begunBefore(deps, id, signal);
  if (before !== undefined) return before;

  const current = policy();
  const registry = registryNamed(current, registryName);
  if (registry === undefined) return { kind: "unknown-registry", name: registryName };
  const { now, value: waiting } = await store.pendingOf(by.id, signal);
  const asked = { requester: by.id, address: undefined, durationMs, reason };
  const recent = await recentOf(store, registry, by.id, signal);
  const refused = await refusedInEmergency(store, registry, asked, recent, now, signal);
  if (refused !== undefined) return refused;

  const instead = waiting.filter(
    (other): other is Proving =>
      other.status === "proving" && other.kind === "emergency" && other.registry === registry.id,
  );
  const wish = { id, registry, requester: by, durationMs, reason, instead };
  const none = { until: undefined, errorAddress: undefined };
  const terms = { ...wish, ...none, what: { kind: "emergency" } } as const;
  return beginProof(deps, terms, current.digest, now, signal);
}
