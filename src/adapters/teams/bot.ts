import type { Activity, TurnContext } from "botbuilder";
import type { AuthenticateRequestResult } from "botframework-connector";
import { z } from "zod";
import { ask, type AskOutcome } from "../../application/requests/ask.ts";
import type { Contacts } from "../../application/conversation/first-contact.ts";
import type { Ids, Log, Roster, Sender } from "../../application/ports.ts";
import { showStatus } from "../../application/show/show-status.ts";
import { StoreUnavailable, type Store } from "../../application/store.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { parseCommand, type Command } from "../../domain/commands/command.ts";
import type { Policy } from "../../domain/policy.ts";
import { actionReply } from "./action-replies.ts";
import { allowance, tellTooMuch, type ActivityLimits } from "./activity-limits.ts";
import { refusalOfClick } from "./admission.ts";
import { answerMessage, say } from "./answer-message.ts";
import { answerTo } from "./answers.ts";
import {
  isWithoutKeys,
  tokenProblem,
  verificationProblem,
  type TokenRules,
} from "./bearer-token.ts";
import { readActivity, type ActivityRules, type Incoming } from "./activity.ts";
import { statusCard } from "./cards/status-card.ts";
import { wordsFor, type CardWords } from "./cards/words.ts";
import { changeReply } from "./change-replies.ts";
import {
  formForMyIp,
  formToComplete,
  helpFor,
  pastedErrorReply,
  type Said,
} from "./form-replies.ts";
import { sendInvokeAnswer, type InvokeAnswer } from "./invoke-answer.ts";
import type { Reply, TeamsMessenger } from "./messenger.ts";
import { proofReply, type ProofLinks } from "./proof-replies.ts";
import type { TeamsAdapter } from "./teams-adapter.ts";
import { untilThen } from "./until-then.ts";
import { welcome } from "./welcome.ts";

/** What the bot needs. */
export type BotDeps = {
  readonly adapter: TeamsAdapter;
  readonly messenger: TeamsMessenger;
  readonly roster: Roster;
  readonly contacts: Contacts;
  readonly store: Store;
  readonly policy: () => Policy;
  readonly ids: Ids;
  readonly log: Log;
  readonly rules: ActivityRules & TokenRules;
  readonly links: ProofLinks | undefined;
  readonly limits: ActivityLimits;
  /** Hears of every activity that is acted on. */
  readonly onTurn: () => void;
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
  const unauthenticated = (why: string): HttpReply => {
    log.warn("activity.unauthenticated", { why });
    return { status: 401 };
  };
  return async (authorization, body, signal) => {
    if (!anyActivity.safeParse(body).success) return { status: 400 };
    // An object with a type is all that the SDK relies on before the token was checked.
    const activity = body as Activity;
    const problem = tokenProblem(authorization, activity, rules);
    if (problem !== undefined) return unauthenticated(problem);
    let authenticated: AuthenticateRequestResult;
    try {
      authenticated = await adapter.authenticate(activity, authorization);
    } catch (error) {
      if (!isWithoutKeys(error)) return unauthenticated(verificationProblem(error));
      log.error("keys.unavailable", { error });
      return { status: 503 };
    }
    const incoming = readActivity(activity, rules);
    if (incoming.kind === "refused") {
      log.warn("activity.refused", { why: incoming.why });
      return { status: 403 };
    }
    const allowed = "sender" in incoming ? await allowance(deps.limits, incoming.sender) : "act";
    if (allowed === "act") deps.onTurn();
    else if (allowed === "tell") log.warn("activity.too-many", {});
    const response = await adapter.run(authenticated, activity, (context) =>
      allowed === "act"
        ? answer(deps, incoming, context, signal)
        : tellTooMuch(deps, incoming, allowed, context, signal),
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
      await welcome(deps, incoming.sender, signal);
      return;
    case "message":
      await reply(deps, incoming, signal);
      return;
    case "action":
      await sendInvokeAnswer(context, await clicked(deps, incoming, signal));
      return;
    case "unreadable-invoke":
      await sendInvokeAnswer(context, unreadable(incoming.sender));
      return;
    case "ignored":
      deps.log.info("activity.ignored", { why: incoming.why });
      return;
    default:
      assertNever(incoming);
  }
}

function unreadable({ locale }: Sender): InvokeAnswer {
  return { kind: "failed", code: 400, text: wordsFor(locale).answer.clicked.unreadable };
}

async function clicked(
  deps: BotDeps,
  { sender, action, clickId, timeZone }: Incoming & { kind: "action" },
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const refusal = await refusalOfClick(deps, sender, action.verb, signal);
  if (refusal !== undefined) return { kind: "message", text: refusal };
  const words = wordsFor(sender.locale);
  const clicker = { by: sender.person, sender, clickId, words, timeZone };
  return actionReply(deps, clicker, action, signal);
}

async function reply(
  deps: BotDeps,
  { sender, text, messageId, timeZone }: Incoming & { kind: "message" },
  signal: AbortSignal,
): Promise<void> {
  const command = parseCommand(text);
  try {
    const carryOut = async (reader: Sender): Promise<Reply | undefined> => {
      const time = "until" in command ? command.until : undefined;
      const until = time && (await untilThen(deps.store, reader.person.id, time, timeZone, signal));
      return until !== undefined && !(until instanceof Date)
        ? { text: wordsFor(reader.locale).answer.until(until) }
        : run(deps, command, until, reader, messageId, signal);
    };
    await answerMessage(deps, sender, command, carryOut, signal);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    deps.log.error("store.unavailable", { error });
    const text = wordsFor(sender.locale).answer.storeUnavailable;
    await say(deps, sender.reference, { text }, signal);
  }
}

/** `until`: the instant of the command's time of day. `undefined` when the answer is a card that comes by itself. */
async function run(
  deps: BotDeps,
  command: Command,
  until: Date | undefined,
  reader: Sender,
  messageId: string,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const { person, reference } = reader;
  const words = wordsFor(reader.locale);
  const asker = { by: person, to: reference, messageId, words };
  switch (command.kind) {
    case "allow": {
      const question = { ...command, until, by: person, messageId };
      const outcome = await ask(deps, question, signal);
      return asked(deps, { ...command, by: person }, outcome, words);
    }
    case "allow-my-address": {
      const form = formForMyIp(deps, person, command, words);
      if (form !== undefined) return { card: form };
      const wish = { ...command, kind: "allow", until, errorAddress: undefined } as const;
      return proofReply(deps, wish, asker, signal);
    }
    case "malformed":
      return { text: words.answer.malformed(command.problem) };
    case "status": {
      const mine = await showStatus(deps, person.id, signal);
      return { card: statusCard(mine, deps.policy(), words) };
    }
    case "move":
      return command.address === undefined
        ? proofReply(deps, command, asker, signal)
        : changeReply(deps, command, { by: person, messageId, until, words }, signal);
    case "extend":
    case "give-back":
    case "cancel":
    case "revoke":
    case "adopt":
    case "freeze":
      return changeReply(deps, command, { by: person, messageId, until, words }, signal);
    case "registries":
    case "rules":
    case "pending":
    case "history":
    case "approve":
    case "deny":
    case "revoke-everything":
    case "freeze-everything":
      return answerTo(deps, command, { by: person, messageId, words }, signal);
    case "emergency":
      return proofReply(deps, command, asker, signal);
    case "help":
      return { card: helpFor(deps.policy(), person, words) };
    case "pasted-error":
      return pastedErrorReply(deps, person, command, words);
    case "unknown": {
      const first = words.answer.unknown(command.suggestion);
      return { card: helpFor(deps.policy(), person, words, first) };
    }
    default:
      return assertNever(command);
  }
}

/** The request's own card follows through the conversation, so that it is sent once, whatever is repeated. */
function asked(
  deps: BotDeps,
  said: Said,
  outcome: AskOutcome,
  words: CardWords,
): Reply | undefined {
  if (outcome.kind === "asked") return undefined;
  const form = formToComplete(deps, said, outcome, words);
  return form === undefined ? { text: words.answer.askRefused(outcome) } : { card: form };
}
