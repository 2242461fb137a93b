import { CardFactory, type Activity, type ConversationParameters } from "botbuilder";
import type { Begun, Contact, Delivery, Messenger } from "../../application/ports.ts";
import type { ConversationReference } from "../../application/store.ts";
import { isChannel, type ChannelId, type PersonId } from "../../domain/ids.ts";
import { cardOf } from "./cards/card-of.ts";
import type { Card } from "./cards/parts.ts";
import { wordsFor } from "./cards/words.ts";
import type { CallConnector, ConnectorSettings } from "./connector-calls.ts";

/** An answer to a message: plain words of ours, or a card. */
export type Reply = { readonly text: string } | { readonly card: Card };

/** The port, and the direct answer to somebody who wrote. */
export type TeamsMessenger = Messenger & {
  /** Into the conversation of the reference; one with a thread in its id is answered in that thread. */
  reply(to: ConversationReference, reply: Reply, signal: AbortSignal): Promise<Delivery>;
};

/** Writes to Teams through the Bot Connector. Each call is one message, and ends with its signal. */
export function createMessenger(
  call: CallConnector,
  settings: Pick<ConnectorSettings, "appId" | "tenantId">,
): TeamsMessenger {
  const send = async (
    to: ConversationReference,
    reply: Reply,
    urgent: boolean,
    abortSignal: AbortSignal,
  ): Promise<Delivery> => {
    const { serviceUrl, conversationId } = to;
    const sent = await call(
      { serviceUrl, paceOf: conversationId, urgent },
      (conversations) =>
        conversations.sendToConversation(conversationId, message(to, reply), { abortSignal }),
      abortSignal,
    );
    return sent.kind === "answered" ? { kind: "delivered", messageId: sent.value.id } : sent;
  };
  return {
    reply: (to, reply, signal) => send(to, reply, true, signal),
    send: ({ reference, locale }, view, signal) =>
      send(reference, { card: cardOf(view, wordsFor(locale)) }, false, signal),
    async update({ reference, locale }, messageId, view, abortSignal) {
      const { serviceUrl, conversationId } = reference;
      const card = cardOf(view, wordsFor(locale));
      const activity = { ...message(reference, { card }), id: messageId };
      const updated = await call(
        { serviceUrl, paceOf: conversationId },
        (conversations) =>
          conversations.updateActivity(conversationId, messageId, activity, { abortSignal }),
        abortSignal,
      );
      return updated.kind === "answered" ? { kind: "delivered", messageId } : updated;
    },
    beginChat: (person, contact, signal) =>
      begin(call, settings, contact, { to: person, card: undefined }, signal),
    beginThread: (channel, view, contact, signal) =>
      begin(
        call,
        settings,
        contact,
        { to: channel, card: cardOf(view, wordsFor(undefined)) },
        signal,
      ),
  };
}

/**
 * A person who never wrote to the bot has no Teams id that it could know; the Entra object id is taken in its place
 * (learn.microsoft.com, answers 1513375: "supported only in the personal scope"; microsoft/botframework-sdk#6650).
 */
async function begin(
  call: CallConnector,
  { appId, tenantId }: Pick<ConnectorSettings, "appId" | "tenantId">,
  { serviceUrl, userId }: Contact,
  { to, card }: { readonly to: PersonId | ChannelId; readonly card: Card | undefined },
  abortSignal: AbortSignal,
): Promise<Begun> {
  const botId = `28:${appId}`;
  const member = userId ?? to;
  const reference = { serviceUrl, conversationId: to, tenantId, botId, userId: member };
  const parameters: ConversationParameters = {
    bot: { id: botId, name: "" },
    tenantId,
    ...(isChannel(to)
      ? { isGroup: true, channelData: { channel: { id: to }, tenant: { id: tenantId } } }
      : {
          isGroup: false,
          members: [{ id: member, name: "" }],
          channelData: { tenant: { id: tenantId } },
        }),
    ...(card === undefined ? {} : { activity: message(reference, { card }) }),
  };
  const begun = await call(
    { serviceUrl, paceOf: to },
    (conversations) => conversations.createConversation(parameters, { abortSignal }),
    abortSignal,
  );
  if (begun.kind !== "answered") return begun;
  const { id: conversationId, activityId } = begun.value;
  // Teams leaves the activity out when nothing was sent, which the SDK's type does not say.
  const messageId: string | undefined = activityId;
  return { kind: "begun", reference: { ...reference, conversationId }, messageId };
}

function message(reference: ConversationReference, reply: Reply): Activity {
  const activity: Partial<Activity> = {
    type: "message",
    channelId: "msteams",
    serviceUrl: reference.serviceUrl,
    from: { id: reference.botId, name: "" },
    recipient: { id: reference.userId, name: "" },
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
