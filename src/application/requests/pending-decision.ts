import type { PersonId } from "../../domain/ids.ts";
import { quorumFor, registryOf, type Policy } from "../../domain/policy.ts";
import type { Person } from "../../domain/ids.ts";
import type { Pending } from "../../domain/request.ts";
import { readCardState } from "../conversation/card-state.ts";
import type { CardView } from "../conversation/card-view.ts";
import { decideRequest, type ClickOutcome } from "./decide.ts";
import type { Ids } from "../ports.ts";
import { showPending } from "../show/show-pending.ts";
import type { Store } from "../store.ts";
import { whichOne, type Choice } from "./which-one.ts";

type Deps = { readonly store: Store; readonly policy: () => Policy; readonly ids: Ids };

/** Why it is not clear which request is meant, or that there is none which this person may decide. */
export type NoDecision =
  | { readonly kind: "not-an-approver" }
  | { readonly kind: "which-request"; readonly requests: readonly Pending[] }
  | { readonly kind: "nothing-pending"; readonly target: string };

/** The card that an approver would click, as it stands now. Nobody approves by words what they did not see. */
export async function showApproval(
  deps: Deps,
  { by, target }: { readonly by: Person; readonly target: string },
  signal: AbortSignal,
): Promise<
  { readonly kind: "approval"; readonly view: CardView & { kind: "approval" } } | NoDecision
> {
  const choice = await meant(deps, by.id, target, signal);
  if (choice.kind !== "one") return choice;
  const { value: request } = choice;
  const { store, policy } = deps;
  const registry = registryOf(policy(), request.registry);
  const { now } = await store.request(request.id, signal);
  const about = { request, lease: undefined, now };
  const { surroundings } = await readCardState(store, policy(), about, signal);
  const quorum = registry === undefined ? 1 : quorumFor(registry, request.address);
  return {
    kind: "approval",
    view: { kind: "approval", request, lease: undefined, quorum, surroundings },
  };
}

/** A denial in words has the authority of the button, and its limits: the same approvers, once, with a reason. */
export async function denyByText(
  deps: Deps,
  wish: { readonly by: Person; readonly target: string; readonly why: string | undefined },
  signal: AbortSignal,
): Promise<ClickOutcome | NoDecision | { readonly kind: "why-missing"; readonly target: string }> {
  const { by, target, why } = wish;
  const choice = await meant(deps, by.id, target, signal);
  if (choice.kind !== "one") return choice;
  if (why === undefined) return { kind: "why-missing", target };
  const { id, version } = choice.value;
  const click = { request: id, by, verdict: "deny", shownVersion: version, why } as const;
  return decideRequest(deps, click, signal);
}

async function meant(
  deps: Deps,
  by: PersonId,
  target: string,
  signal: AbortSignal,
): Promise<(Choice<Pending> & { readonly kind: "one" }) | NoDecision> {
  const { registries, requests, approvedByThem } = await showPending(deps, by, signal);
  if (registries === 0) return { kind: "not-an-approver" };
  const choice = whichOne([...requests, ...approvedByThem], target, deps.policy());
  if (choice.kind === "one") return choice;
  return choice.kind === "none"
    ? { kind: "nothing-pending", target }
    : { kind: "which-request", requests: choice.values };
}
