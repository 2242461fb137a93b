import { stringify } from "yaml";
import {
  APP_ID,
  BOT_NAME,
  botIdOf,
  PEOPLE,
  TENANT_ID,
  type TeamsPerson,
} from "../emulators/teams/people.ts";

/** Takes no part: the Playground wants exactly five users besides the current one, all with different ids. */
const SIXTH: TeamsPerson = {
  id: "29:user-pat",
  aadObjectId: "00000000-0000-4000-8000-000000000006",
  name: "Pat Platform",
  email: "pat@contoso.example",
  conversationId: "a:personal-pat",
};

/** The configuration file of Microsoft 365 Agents Playground 0.2.28 for a window in which this person sits. */
export function playgroundConfig(person: TeamsPerson): string {
  const others = [...Object.values(PEOPLE), SIXTH].filter(({ id }) => id !== person.id);
  return stringify({
    version: "0.1.1",
    tenantId: TENANT_ID,
    bot: { id: botIdOf(APP_ID), name: BOT_NAME },
    currentUser: userOf(person),
    users: others.map(userOf),
    personalChat: { id: person.conversationId },
    groupChat: { id: "19:group@thread.v2", name: "Release crew" },
    team: {
      id: "19:team@thread.tacv2",
      name: "Platform team",
      aadGroupId: "33333333-3333-4333-8333-333333333333",
      channels: [{ id: "19:approvals@thread.tacv2", name: "Approvals" }],
    },
  });
}

function userOf({ id, name, aadObjectId, email }: TeamsPerson) {
  const [givenName = name, surname = ""] = name.split(" ");
  // The schema spells "userPrincipleName" so.
  return { id, name, userPrincipleName: email, aadObjectId, givenName, surname, email };
}
