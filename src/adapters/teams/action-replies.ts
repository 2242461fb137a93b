import { readCardState } from "../../application/card-state.ts";
import { decideRequest, type ClickOutcome } from "../../application/decide.ts";
import type { Ids, Log, Sender } from "../../application/ports.ts";
import type { Store } from "../../application/store.ts";
import { mayDecide } from "../../domain/deciders.ts";
import type { PersonId } from "../../domain/ids.ts";
import { quorumFor, registryOf, type Policy } from "../../domain/policy.ts";
import type { CardAction } from "./card-action.ts";
import { cardOf } from "./cards/card-of.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import { decisionRefusalSentence } from "./wording.ts";

type Deps = {
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
};

const BUSY: InvokeAnswer = {
  kind: "failed",
  code: 500,
  text: "I could not write that down just now. Please click again.",
};

/** Does what the button says, once, however often it is clicked; the answer shows how things stand now. Never throws. */
export async function actionReply(
  deps: Deps,
  { sender, action }: { readonly sender: Sender; readonly action: CardAction },
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  try {
    return await replyTo(deps, sender, action, signal);
  } catch (error) {
    deps.log.error("action.failed", { verb: action.verb, error });
    return BUSY;
  }
}

async function replyTo(
  deps: Deps,
  sender: Sender,
  action: CardAction,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  switch (action.verb) {
    case "approve":
    case "deny": {
      const { verb, request, version } = action;
      const click = { request, by: sender.person, verdict: verb, shownVersion: version };
      const outcome = await decideRequest(deps, click, signal);
      return clickReply(deps, outcome, sender.person.id, signal);
    }
    default:
      return { kind: "message", text: "I can't do that from a card yet. Say it in words: help" };
  }
}

async function clickReply(
  { policy, store }: Deps,
  outcome: ClickOutcome,
  clicker: PersonId,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  if (outcome.kind === "no-such-request") {
    return { kind: "failed", code: 404, text: "This request is long over and was deleted." };
  }
  if (outcome.kind === "store-busy") return BUSY;
  const { request, lease } = outcome;
  if (outcome.kind === "refused" && !showsTheCard(outcome.refusal.kind)) {
    return { kind: "message", text: decisionRefusalSentence(outcome.refusal) };
  }
  const registry = registryOf(policy(), request.registry);
  const { now } = await store.request(request.id, signal);
  const decidable = registry && mayDecide(registry, clicker, request.askedAt, now);
  // Buttons are for approvers: nobody else's click may bring them up.
  if (decidable !== true && request.status === "pending") {
    return { kind: "message", text: "You can't decide this request." };
  }
  const quorum = registry === undefined ? 1 : quorumFor(registry, request.address);
  const about = { request, lease, now };
  const { surroundings } = await readCardState(store, policy(), about, signal);
  const view = { kind: "approval", request, lease, quorum, surroundings } as const;
  return { kind: "card", card: cardOf(view) };
}

/** These refusals are answered best by how the request stands now. */
function showsTheCard(kind: (ClickOutcome & { kind: "refused" })["refusal"]["kind"]): boolean {
  return kind === "already-decided" || kind === "out-of-date";
}
