import { isRestError } from "@azure/core-rest-pipeline";
import { CardFactory, type Activity } from "botbuilder";
import type { ConnectorClient } from "botframework-connector";
import type { Delivery, Messenger } from "../../application/ports.ts";
import type { ConversationReference } from "../../application/store.ts";
import { cardOf } from "./cards/card-of.ts";
import type { Card } from "./cards/parts.ts";
import type { TeamsAdapter } from "./teams-adapter.ts";

type Settings = {
  readonly appId: string;
  readonly oauthScope: string;
  readonly connectorOrigins: readonly string[];
};

const SHORT_WAIT_MS = 1_000;
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

/** An answer to a message: plain words of ours, or a card. */
export type Reply = { readonly text: string } | { readonly card: Card };

/** The port, and the direct answer to somebody who wrote. */
export type TeamsMessenger = Messenger & {
  reply(to: ConversationReference, reply: Reply, signal: AbortSignal): Promise<Delivery>;
};

/** Writes to Teams through the Bot Connector. Each call is one message, and ends with its signal. */
export function createMessenger(adapter: TeamsAdapter, settings: Settings): TeamsMessenger {
  const deliver = async (
    reference: ConversationReference,
    act: (connector: ConnectorClient) => Promise<string>,
  ): Promise<Delivery> => {
    // A stored reference is checked again at every send: the token goes to no other host.
    if (!settings.connectorOrigins.includes(new URL(reference.serviceUrl).origin)) {
      return { kind: "gone" };
    }
    try {
      const { appId } = settings;
      const messageId = await adapter.withConnector(appId, turnReference(reference), act);
      return { kind: "delivered", messageId };
    } catch (error) {
      return failedDelivery(error);
    }
  };
  const send = (
    to: ConversationReference,
    reply: Reply,
    abortSignal: AbortSignal,
  ): Promise<Delivery> =>
    deliver(to, async ({ conversations }) => {
      const { conversationId } = to;
      const activity = message(to, reply);
      return (await conversations.sendToConversation(conversationId, activity, { abortSignal })).id;
    });
  return {
    reply: send,
    send: (to, view, signal) => send(to, { card: cardOf(view) }, signal),
    update: (at, messageId, view, abortSignal) =>
      deliver(at, async ({ conversations }) => {
        const activity = { ...message(at, { card: cardOf(view) }), id: messageId };
        await conversations.updateActivity(at.conversationId, messageId, activity, { abortSignal });
        return messageId;
      }),
  };
}

/** By status alone: gone for good, or worth another try (learn.microsoft.com, "Rate limiting for bots": 412, 429, 502, 504). */
function failedDelivery(error: unknown): Delivery {
  const status = isRestError(error) ? error.statusCode : undefined;
  if (status === 403 || status === 404) return { kind: "gone" };
  const header = isRestError(error) ? error.response?.headers.get("retry-after") : undefined;
  const seconds = Number(header ?? Number.NaN);
  const afterMs = Number.isFinite(seconds) ? seconds * 1_000 : SHORT_WAIT_MS;
  const why = status === undefined ? "no answer" : `status ${String(status)}`;
  return { kind: "later", afterMs: Math.min(afterMs, LONGEST_RETRY_AFTER_MS), why };
}

function turnReference({ serviceUrl, conversationId, tenantId, botId }: ConversationReference) {
  return {
    channelId: "msteams",
    serviceUrl,
    bot: { id: botId, name: "" },
    conversation: {
      id: conversationId,
      isGroup: false,
      conversationType: "personal",
      tenantId,
      name: "",
    },
  };
}

function message(reference: ConversationReference, reply: Reply): Activity {
  const activity: Partial<Activity> = {
    type: "message",
    channelId: "msteams",
    serviceUrl: reference.serviceUrl,
    from: { id: reference.botId, name: "" },
    recipient: { id: reference.userId, name: "" },
    conversation: {
      id: reference.conversationId,
      isGroup: false,
      conversationType: "personal",
      name: "",
      tenantId: reference.tenantId,
    },
    ...contentOf(reply),
  };
  // The connector fills in the rest; the SDK's type asks for fields that only incoming activities have.
  return activity as Activity;
}

function contentOf(reply: Reply): Partial<Activity> {
  // Plain, so that what people typed is never read as markdown.
  if ("text" in reply) return { text: reply.text, textFormat: "plain" };
  return {
    // What notifications show; without it Teams says "sent a card".
    summary: reply.card.fallbackText ?? "",
    attachments: [CardFactory.adaptiveCard(reply.card)],
  };
}
