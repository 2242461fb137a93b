import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { shownCard } from "./shown-card.ts";

/** What a browser sends when somebody presses the button of our own page. */
const AS_BROWSER = {
  accept: "text/html,application/xhtml+xml",
  "sec-fetch-site": "same-origin",
};

/** Says the words and waits for the new card that has a link. */
export async function askForLink(who: TeamsClient, text: string): Promise<ConnectorMessage> {
  const known = new Set(who.messages().map(({ id }) => id));
  await who.say(text);
  const hasLink = shownCard("Show me your address");
  return who.waitForCard((lines, message) => !known.has(message.id) && hasLink(lines));
}

/** Visits as a browser behind the ingress of Container Apps, which says where it came from. */
export function visitLink(
  link: string,
  method: string,
  from: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(link, { method, headers: { ...AS_BROWSER, ...headers, "x-forwarded-for": from } });
}
