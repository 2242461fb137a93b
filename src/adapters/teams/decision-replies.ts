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
import { busy, gone, told, type ClickDeps, type Clicker } from "./click.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";

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
      if (why === undefined) return told(clicker.words.answer.clicked.sayWhy);
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
  if (outcome.kind === "store-busy") return busy(clicker.words);
  if (outcome.kind !== "ending" && outcome.kind !== "no-such-lease") {
    return told(clicker.words.answer.ending(outcome, "revoke"));
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
      return gone(clicker.words);
    case "own-emergency":
      return told(clicker.words.answer.clicked.ownEmergency);
    case "not-an-approver":
      return told(clicker.words.answer.clicked.notAnApprover);
    case "store-busy":
      return busy(clicker.words);
    default:
      return assertNever(outcome);
  }
}

/** Ends all that the card named, unless more is open by now: then the card comes back with that. */
export async function revokeAllReply(
  deps: ClickDeps,
  clicker: Clicker,
  { registry, version: shown, why }: ActionOf<"revoke-all">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const { by, words } = clicker;
  const outcome = await revokeAll(deps, { registry, by, shown, why }, signal);
  switch (outcome.kind) {
    case "not-an-approver":
      return told(clicker.words.answer.clicked.notAnApprover);
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
  if (request === undefined) return gone(clicker.words);
  if (isProof(request)) return told(clicker.words.answer.clicked.notForYou);
  const lease = await leaseOf(deps.store, request, signal);
  return presentApproval(deps, clicker, { request, lease, now }, signal);
}

async function answerTo(
  deps: ClickDeps,
  clicker: Clicker,
  outcome: ClickOutcome,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  if (outcome.kind === "no-such-request") return gone(clicker.words);
  if (outcome.kind === "store-busy") return busy(clicker.words);
  if (outcome.kind === "refused" && !showsTheCard(outcome.refusal.kind)) {
    return told(clicker.words.answer.decisionRefused(outcome.refusal));
  }
  return presentApproval(deps, clicker, outcome, signal);
}

/** To approvers, and once it has waited to those it escalates to: nobody else reads who asked for what, and why. */
async function presentApproval(
  { store, policy }: ClickDeps,
  clicker: Clicker,
  { request, lease, record, now }: Standing,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const registry = registryOf(policy(), request.registry);
  if (registry === undefined || !mayDecide(registry, clicker.by.id, request.askedAt, now)) {
    return told(clicker.words.answer.clicked.notForYou);
  }
  const quorum = quorumFor(registry, request.address);
  const about = { request, lease, record, now };
  const { surroundings } = await readCardState(store, policy(), about, signal);
  const view = { kind: "approval", request, lease, quorum, surroundings } as const;
  return { kind: "card", card: cardOf(view, clicker.words) };
}

/** These refusals are answered best by how the request stands now. */
function showsTheCard(kind: (ClickOutcome & { kind: "refused" })["refusal"]["kind"]): boolean {
  return kind === "already-decided" || kind === "out-of-date";
}
