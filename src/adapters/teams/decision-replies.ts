import { readCardState } from "../../application/conversation/card-state.ts";
import {
  decideRequest,
  leaseOf,
  type ClickOutcome,
  type Standing,
} from "../../application/requests/decide.ts";
import { revoke } from "../../application/leases/end-lease.ts";
import { reviewEmergency } from "../../application/requests/review-emergency.ts";
import { revokeAll } from "../../application/leases/revoke-all.ts";
import { isProof } from "../../domain/proof.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { mayDecide } from "../../domain/deciders.ts";
import { quorumFor, registryOf } from "../../domain/policy.ts";
import type { Request } from "../../domain/request.ts";
import type { ActionOf } from "./card-action.ts";
import { revokeAllCard, revokedAllCard } from "./cards/revoke-all-card.ts";
import { cardOf } from "./cards/card-of.ts";
import { endSentenceFor } from "./change-wording.ts";
import { BUSY, GONE, told, type ClickDeps, type Clicker } from "./click.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import { decisionRefusalSentence } from "./wording.ts";

/** Decides, and answers with the approval card as it stands now; who may not decide gets a sentence. */
export async function decisionReply(
  deps: ClickDeps,
  clicker: Clicker,
  action: ActionOf<"approve" | "deny" | "deny-and-mute">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { request, version: shownVersion } = action;
  const click = { request, by: clicker.by, shownVersion };
  switch (action.verb) {
    case "approve": {
      const { verb: verdict, atMostMs } = action;
      const outcome = await decideRequest(deps, { ...click, verdict, atMostMs }, signal);
      return answerTo(deps, clicker, outcome, signal);
    }
    case "deny":
    case "deny-and-mute": {
      const { verb: verdict, why } = action;
      if (why === undefined) return told("Say why in a few words: the requester reads it.");
      const outcome = await decideRequest(deps, { ...click, verdict, why }, signal);
      return answerTo(deps, clicker, outcome, signal);
    }
    default:
      return assertNever(action);
  }
}

/** Ends a lease, and answers with the approval card that it was clicked on. Closing needs no fresh card: it is always safe. */
export async function revokeReply(
  deps: ClickDeps,
  clicker: Clicker,
  action: ActionOf<"revoke">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { lease: target, why } = action;
  const wish = { by: clicker.by, target, why, messageId: clicker.clickId };
  const outcome = await revoke(deps, wish, signal);
  if (outcome.kind === "store-busy") return BUSY;
  if (outcome.kind !== "ending" && outcome.kind !== "no-such-lease") {
    return told(endSentenceFor(outcome, "revoke"));
  }
  return refreshedApproval(deps, clicker, action.request, signal);
}

/** Writes down that the clicker has looked at an emergency, and answers with its card, which says who did first. */
export async function reviewReply(
  deps: ClickDeps,
  clicker: Clicker,
  { request }: ActionOf<"reviewed">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const outcome = await reviewEmergency(deps, { request, by: clicker.by }, signal);
  switch (outcome.kind) {
    case "reviewed":
      return refreshedApproval(deps, clicker, request, signal);
    case "no-such-request":
      return GONE;
    case "own-emergency":
      return told("You have opened this yourself. Another approver has to review it.");
    case "not-an-approver":
      return told("You are not an approver for this registry, so nothing was changed.");
    case "store-busy":
      return BUSY;
    default:
      return assertNever(outcome);
  }
}

/** Ends all that the card named, unless more is open by now: then the card comes back with that. */
export async function revokeAllReply(
  deps: ClickDeps,
  { by, words }: Clicker,
  { registry, version: shown, why }: ActionOf<"revoke-all">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const outcome = await revokeAll(deps, { registry, by, shown, why }, signal);
  switch (outcome.kind) {
    case "not-an-approver":
      return told("You are not an approver for this registry, so nothing was changed.");
    case "out-of-date":
      return { kind: "card", card: revokeAllCard(registry, outcome.leases, words) };
    case "ended":
      return { kind: "card", card: revokedAllCard(registry, outcome, words) };
    default:
      return assertNever(outcome);
  }
}

/** The approval card as it stands now, for who may decide. */
export async function refreshedApproval(
  deps: ClickDeps,
  clicker: Clicker,
  id: Request["id"],
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { now, value: request } = await deps.store.request(id, signal);
  if (request === undefined) return GONE;
  if (isProof(request)) return told(NOT_FOR_YOU);
  const lease = await leaseOf(deps.store, request, signal);
  return presentApproval(deps, clicker, { request, lease, now }, signal);
}

const NOT_FOR_YOU = "You can't decide this request.";

async function answerTo(
  deps: ClickDeps,
  clicker: Clicker,
  outcome: ClickOutcome,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  if (outcome.kind === "no-such-request") return GONE;
  if (outcome.kind === "store-busy") return BUSY;
  if (outcome.kind === "refused" && !showsTheCard(outcome.refusal.kind)) {
    return told(decisionRefusalSentence(outcome.refusal));
  }
  return presentApproval(deps, clicker, outcome, signal);
}

/** To approvers, and once it has waited to those it escalates to: nobody else reads who asked for what, and why. */
async function presentApproval(
  { store, policy }: ClickDeps,
  { by, words }: Clicker,
  { request, lease, record, now }: Standing,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const registry = registryOf(policy(), request.registry);
  if (registry === undefined || !mayDecide(registry, by.id, request.askedAt, now)) {
    return told(NOT_FOR_YOU);
  }
  const quorum = quorumFor(registry, request.address);
  const about = { request, lease, record, now };
  const { surroundings } = await readCardState(store, policy(), about, signal);
  const view = { kind: "approval", request, lease, quorum, surroundings } as const;
  return { kind: "card", card: cardOf(view, words) };
}

/** These refusals are answered best by how the request stands now. */
function showsTheCard(kind: (ClickOutcome & { kind: "refused" })["refusal"]["kind"]): boolean {
  return kind === "already-decided" || kind === "out-of-date";
}
