import type { TeamsPerson } from "./people.ts";

/** Where somebody is when they write or click. */
export type TeamsPlace =
  | { readonly kind: "personal"; readonly conversationId: string }
  | { readonly kind: "groupChat"; readonly conversationId: string }
  | { readonly kind: "meeting"; readonly conversationId: string }
  /** A thread: its id carries `;messageid=…`. */
  | { readonly kind: "channel"; readonly conversationId: string };

/** The team that every channel here is in; the id of a team is that of its first channel. */
export const TEAM_ID = "19:general@thread.tacv2";

/** Their one-to-one conversation with the bot. */
export function personalPlace({ conversationId }: TeamsPerson): TeamsPlace {
  return { kind: "personal", conversationId };
}

/** Where a message of the bot stands, by the id of its conversation. */
export function placeOf(conversationId: string): TeamsPlace {
  if (conversationId.includes(";messageid=")) return { kind: "channel", conversationId };
  if (conversationId.startsWith("19:meeting_")) return { kind: "meeting", conversationId };
  return conversationId.startsWith("19:")
    ? { kind: "groupChat", conversationId }
    : { kind: "personal", conversationId };
}

/**
 * What an activity says of the place that it comes from.
 * Source: learn.microsoft.com, "Channel and group chat conversations with a Microsoft Teams bot".
 */
export function placeFields({ kind, conversationId }: TeamsPlace, tenantId: string) {
  const tenant = { id: tenantId };
  switch (kind) {
    case "personal":
      return {
        conversation: { conversationType: "personal", tenantId, id: conversationId },
        channelData: { tenant },
      };
    case "groupChat":
      return {
        conversation: {
          isGroup: true,
          conversationType: "groupChat",
          tenantId,
          id: conversationId,
        },
        channelData: { tenant },
      };
    case "meeting":
      return {
        conversation: {
          isGroup: true,
          conversationType: "groupChat",
          tenantId,
          id: conversationId,
        },
        channelData: { tenant, meeting: { id: "MCMxOTptZWV0aW5n" } },
      };
    case "channel": {
      const [channelId = ""] = conversationId.split(";");
      return {
        conversation: { isGroup: true, conversationType: "channel", tenantId, id: conversationId },
        channelData: {
          tenant,
          teamsChannelId: channelId,
          teamsTeamId: TEAM_ID,
          channel: { id: channelId },
          team: { id: TEAM_ID },
        },
      };
    }
  }
}
