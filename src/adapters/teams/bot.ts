import type { Activity, TurnContext } from "botbuilder";
import type { AuthenticateRequestResult } from "botframework-connector";
import { z } from "zod";
import { ask, type AskOutcome } from "../../application/ask.ts";
import { decideRequest, type ClickOutcome } from "../../application/decide.ts";
import { ifReadable } from "../../application/if-readable.ts";
import type { Ids, Log, Sender } from "../../application/ports.ts";
import { rememberPerson } from "../../application/remember-person.ts";
import { showStatus } from "../../application/show-status.ts";
import { StoreUnavailable, type Store } from "../../application/store.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { parseCommand, type Command } from "../../domain/command.ts";
import type { PersonId } from "../../domain/ids.ts";
import { quorumFor, registryOf, type Policy } from "../../domain/policy.ts";
import { readActivity, type ActivityRules, type Incoming } from "./activity.ts";
import { approvalCard } from "./cards/approval-card.ts";
import type { Card } from "./cards/parts.ts";
import { statusCard } from "./cards/status-card.ts";
import { changeReply } from "./change-replies.ts";
import type { Reply, TeamsMessenger } from "./messenger.ts";
import type { TeamsAdapter } from "./teams-adapter.ts";
import {
  askRefusalSentence,
  decisionRefusalSentence,
  HELP,
  malformedSentence,
  NOT_YET,
} from "./wording.ts";

/** What the bot needs. */
export type BotDeps = {
  readonly adapter: TeamsAdapter;
  readonly messenger: TeamsMessenger;
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly rules: ActivityRules;
};

/** What to answer over HTTP. */
type HttpReply = { readonly status: number; readonly body?: unknown };

/** Handles one POST of the Bot Connector. Never throws for what came in; the signal ends its I/O. */
export type ReceiveActivity = (
  authorization: string,
  body: unknown,
  signal: AbortSignal,
) => Promise<HttpReply>;

const anyActivity = z.looseObject({ type: z.string() });

/** The bot's one door: token first, then what the activity says, then the use case. */
export function createBot(deps: BotDeps): ReceiveActivity {
  const { adapter, log, rules } = deps;
  return async (authorization, body, signal) => {
    if (!anyActivity.safeParse(body).success) return { status: 400 };
    // An object with a type is all that the SDK relies on before the token was checked.
    const activity = body as Activity;
    let authenticated: AuthenticateRequestResult;
    try {
      authenticated = await adapter.authenticate(activity, authorization);
    } catch (error) {
      log.warn("activity.unauthenticated", { why: nameOf(error) });
      return { status: 401 };
    }
    const incoming = readActivity(activity, rules);
    if (incoming.kind === "refused") {
      log.warn("activity.refused", { why: incoming.why });
      return { status: 403 };
    }
    const response = await adapter.run(authenticated, activity, (context) =>
      answer(deps, incoming, context, signal),
    );
    return response === undefined
      ? { status: 200 }
      : { status: response.status, body: response.body as unknown };
  };
}

async function answer(
  deps: BotDeps,
  incoming: Incoming,
  context: TurnContext,
  signal: AbortSignal,
): Promise<void> {
  switch (incoming.kind) {
    case "met":
      await rememberPerson(deps, incoming.sender, signal);
      return;
    case "message":
      await reply(deps, incoming, signal);
      return;
    case "decision":
      await sendInvokeResponse(context, await decisionReply(deps, incoming, signal));
      return;
    case "unreadable-invoke":
      await sendInvokeResponse(context, failed(400, "This card is not one that I understand."));
      return;
    case "ignored":
      deps.log.info("activity.ignored", { why: incoming.why });
      return;
    default:
      assertNever(incoming);
  }
}

async function reply(
  deps: BotDeps,
  incoming: Incoming & { kind: "message" },
  signal: AbortSignal,
): Promise<void> {
  const words = await replyTo(deps, incoming, signal);
  if (words === undefined) return;
  const delivery = await deps.messenger.reply(incoming.sender.reference, words, signal);
  if (delivery.kind !== "delivered") deps.log.warn("reply.not-delivered", { ...delivery });
}

/** `undefined` when the answer is a card that the conversation sends by itself. */
async function replyTo(
  deps: BotDeps,
  { sender, text, messageId }: Incoming & { kind: "message" },
  signal: AbortSignal,
): Promise<Reply | undefined> {
  if (!sender.personal) return { text: NOT_YET.groups };
  try {
    await rememberPerson(deps, sender, signal);
    return await run(deps, parseCommand(text), sender, messageId, signal);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    deps.log.error("store.unavailable", { error });
    return { text: "I can't reach my store just now. Please try again; nothing is asked twice." };
  }
}

async function run(
  deps: BotDeps,
  command: Command,
  sender: Sender,
  messageId: string,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  switch (command.kind) {
    case "allow": {
      const question = { ...command, by: sender.person, messageId };
      return asked(await ask(deps, question, signal));
    }
    case "allow-my-address":
      return { text: NOT_YET.myAddress };
    case "malformed":
      return { text: malformedSentence(command.problem) };
    case "status":
      return { card: statusCard(await showStatus(deps, sender.person.id, signal)) };
    case "extend":
    case "move":
    case "give-back":
    case "cancel":
    case "revoke":
    case "adopt":
    case "freeze":
      return changeReply(deps, command, sender.person, messageId, signal);
    case "help":
      return { text: HELP };
    case "unknown":
      return { text: unknownSentence(command.suggestion) };
    default:
      return assertNever(command);
  }
}

/** The request's own card follows through the conversation, so that it is sent once, whatever is repeated. */
function asked(outcome: AskOutcome): Reply | undefined {
  return outcome.kind === "asked" ? undefined : { text: askRefusalSentence(outcome) };
}

function unknownSentence(suggestion: string | undefined): string {
  return suggestion === undefined
    ? `I don't understand that.\n\n${HELP}`
    : `I don't understand that, so nothing was asked. Say it like: ${suggestion}`;
}

async function decisionReply(
  deps: BotDeps,
  { sender, verdict, request, shownVersion }: Incoming & { kind: "decision" },
  signal: AbortSignal,
): Promise<InvokeBody> {
  try {
    const click = { request, by: sender.person, verdict, shownVersion };
    const outcome = await decideRequest(deps, click, signal);
    return await clickReply(deps, outcome, sender.person.id, signal);
  } catch (error) {
    deps.log.error("decision.failed", { request, error });
    return failed(500, "I could not write that down just now. Please click again.");
  }
}

async function clickReply(
  { policy, store }: BotDeps,
  outcome: ClickOutcome,
  clicker: PersonId,
  signal: AbortSignal,
): Promise<InvokeBody> {
  if (outcome.kind === "no-such-request") {
    return failed(404, "This request is long over and was deleted.");
  }
  if (outcome.kind === "store-busy") {
    return failed(500, "I could not write that down just now. Please click again.");
  }
  const { request, lease } = outcome;
  if (outcome.kind === "refused" && !showsTheCard(outcome.refusal.kind)) {
    return message(decisionRefusalSentence(outcome.refusal));
  }
  const registry = registryOf(policy(), request.registry);
  const decidable = registry?.approvers.has(clicker) === true;
  // Buttons are for approvers: nobody else's click may bring them up.
  if (!decidable && request.status === "pending") return message("You can't decide this request.");
  const quorum = registry === undefined ? 1 : quorumFor(registry, request.address);
  const record = await ifReadable(store.registry(request.registry, signal));
  const findings = record?.value?.findings ?? [];
  const view = { kind: "approval", request, lease, quorum, findings } as const;
  return { statusCode: 200, type: CARD_TYPE, value: approvalCard(view) };
}

/** These refusals are answered best by how the request stands now. */
function showsTheCard(kind: (ClickOutcome & { kind: "refused" })["refusal"]["kind"]): boolean {
  return kind === "already-decided" || kind === "out-of-date";
}

/** The body of an `adaptiveCard/action` answer (learn.microsoft.com, "Universal Actions", invoke response). */
type InvokeBody =
  | { readonly statusCode: 200; readonly type: typeof CARD_TYPE; readonly value: Card }
  | { readonly statusCode: 200; readonly type: typeof MESSAGE_TYPE; readonly value: string }
  | {
      readonly statusCode: number;
      readonly type: typeof ERROR_TYPE;
      readonly value: { readonly code: string; readonly message: string };
    };

const CARD_TYPE = "application/vnd.microsoft.card.adaptive";
const MESSAGE_TYPE = "application/vnd.microsoft.activity.message";
const ERROR_TYPE = "application/vnd.microsoft.error";

function message(value: string): InvokeBody {
  return { statusCode: 200, type: MESSAGE_TYPE, value };
}

function failed(statusCode: number, text: string): InvokeBody {
  return { statusCode, type: ERROR_TYPE, value: { code: String(statusCode), message: text } };
}

/** The HTTP status is always 200: with another one Teams shows nothing at all, not even the error in the body. */
async function sendInvokeResponse(context: TurnContext, body: InvokeBody): Promise<void> {
  await context.sendActivity({ type: "invokeResponse", value: { status: 200, body } });
}

/** Messages of the JWT libraries may quote the token; the class of the error is enough to tell what was wrong. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}
