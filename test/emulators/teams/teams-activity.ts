import { randomUUID } from "node:crypto";
import { placeFields, type TeamsPlace } from "./teams-place.ts";
import { BOT_NAME, botIdOf, type TeamsPerson } from "./people.ts";

/** Where an activity comes from and goes to. */
export interface ActivityRoute {
  readonly person: TeamsPerson;
  readonly place: TeamsPlace;
  readonly appId: string;
  readonly tenantId: string;
  readonly serviceUrl: string;
}

/**
 * What all activities of a person in one place have in common.
 * Source: learn.microsoft.com, "Conversation events in your Teams bot" and "Bot Framework Activity schema".
 */
export function envelope({ person, place, appId, tenantId, serviceUrl }: ActivityRoute) {
  const timestamp = new Date().toISOString();
  const { id, name, aadObjectId } = person;
  return {
    id: nextActivityId(),
    channelId: "msteams",
    serviceUrl,
    timestamp,
    localTimestamp: timestamp.replace("Z", "+00:00"),
    localTimezone: "Etc/UTC",
    locale: "en-US",
    from: { id, name, aadObjectId },
    recipient: { id: botIdOf(appId), name: BOT_NAME },
    ...placeFields(place, tenantId),
    entities: [
      { type: "clientInfo", locale: "en-US", country: "US", platform: "Web", timezone: "Etc/UTC" },
    ],
  };
}

/** What is sent when a person adds the bot; unlike a message it does not tell the name of who did. */
export function installation({ id, aadObjectId }: TeamsPerson) {
  return {
    type: "installationUpdate",
    action: "add",
    id: `f:${randomUUID()}`,
    from: { id, aadObjectId },
    entities: undefined,
  };
}

/** What is sent when a person writes. */
export function message(text: string) {
  return { type: "message", text, textFormat: "plain" };
}

/** The same outside the personal chat, where the bot only hears what names it. */
export function mention(text: string, appId: string) {
  const name = `<at>${BOT_NAME}</at>`;
  const mentioned = { id: botIdOf(appId), name: BOT_NAME };
  return {
    ...message(`${name} ${text}`),
    textFormat: "html",
    entities: [{ type: "mention", text: name, mentioned }],
  };
}

/**
 * What is sent when a person clicks an Action.Execute.
 * Source: learn.microsoft.com, "Universal Actions for Adaptive Cards" (adaptiveCard/action invoke activity).
 */
export function cardInvoke(verb: string, data: unknown, title = "") {
  const action = { type: "Action.Execute", verb, title, data };
  return {
    type: "invoke",
    name: "adaptiveCard/action",
    id: `f:${randomUUID()}`,
    value: { action, trigger: "manual" },
  };
}

let lastId = 0;

/** An id as Teams gives them, epoch milliseconds; never the same twice. */
function nextActivityId(): string {
  lastId = Math.max(lastId + 1, Date.now());
  return String(lastId);
}
