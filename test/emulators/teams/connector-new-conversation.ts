import * as z from "zod";
import { failure, notInRoster, writesBlocked, type ConnectorReply } from "./connector-reply.ts";
import { readSentActivity } from "./message-content.ts";
import { TENANT_ID } from "./people.ts";
import type { ShownMessages } from "./shown-messages.ts";
import type { TeamsDirectory } from "./teams-directory.ts";

const tenant = z.object({ id: z.literal(TENANT_ID) });
const chat = z.object({
  isGroup: z.literal(false),
  members: z.tuple([z.looseObject({ id: z.string() })]),
  channelData: z.looseObject({ tenant }),
});
const thread = z.object({
  isGroup: z.literal(true),
  activity: z.unknown(),
  channelData: z.looseObject({ tenant, channel: z.object({ id: z.string() }) }),
});
const parameters = z.union([chat, thread]);

/**
 * `POST /v3/conversations`: a personal chat with somebody who has the app, new or there already, or a thread in a
 * channel with the message that it begins with. Source: learn.microsoft.com, "Send proactive messages", and
 * answers/1513375 for the Entra object id in the place of the Teams id.
 */
export function newConversation(
  directory: TeamsDirectory,
  messages: ShownMessages,
  body: unknown,
): ConnectorReply {
  const parsed = parameters.safeParse(body);
  if (!parsed.success) return failure(400, "BadSyntax", "That is no conversation to begin.");
  return parsed.data.isGroup
    ? newThread(directory, messages, parsed.data)
    : newChat(directory, parsed.data);
}

function newChat(directory: TeamsDirectory, { members: [{ id }] }: z.output<typeof chat>) {
  const person = directory.find(id);
  if (person === undefined) return failure(400, "BadArgument", "Nobody of that id.");
  switch (directory.reachability(person)) {
    case "installed":
      return { status: 201, body: { id: person.conversationId } };
    case "blocked":
      return writesBlocked();
    case "not-installed":
      return failure(403, "ForbiddenOperationException", "The bot is not installed for the user.");
  }
}

function newThread(
  directory: TeamsDirectory,
  messages: ShownMessages,
  { activity, channelData }: z.output<typeof thread>,
): ConnectorReply {
  const channelId = channelData.channel.id;
  if (!directory.hasChannel(channelId)) return notInRoster();
  const content = readSentActivity(activity);
  if (content?.type !== "message") return failure(400, "BadSyntax", "A thread needs a message.");
  const { text, summary, card, activity: said } = content;
  const id = messages.addThread(channelId, { text, summary, card, activity: said });
  return { status: 201, body: { id: `${channelId};messageid=${id}`, activityId: id } };
}
