import { failure, type ConnectorReply } from "./connector-reply.ts";
import type { TeamsPerson } from "./people.ts";
import type { TeamsDirectory } from "./teams-directory.ts";

/** `GET …/members/{id}`. Source: learn.microsoft.com, "Get Teams specific context for your bot". */
export function memberReply(directory: TeamsDirectory, memberId: string): ConnectorReply {
  const person = directory.find(memberId);
  return person === undefined
    ? failure(404, "MemberNotFoundInConversation", `${memberId} is not a member.`)
    : { status: 200, body: described(directory, person) };
}

/** `GET …/pagedmembers`: everybody, on one page. */
export function pagedMembersReply(directory: TeamsDirectory): ConnectorReply {
  const members = directory.everybody().map((person) => described(directory, person));
  return { status: 200, body: { members } };
}

function described(directory: TeamsDirectory, person: TeamsPerson) {
  const { id, name, aadObjectId, email } = person;
  const { userRole, tenantId } = directory.rosterEntry(person);
  if (userRole === "anonymous") return { id, name: `${name} (Guest)`, tenantId, userRole };
  const [givenName = "", surname = ""] = name.split(" ");
  return {
    ...{ id, name, objectId: aadObjectId, givenName, surname, email, tenantId, userRole },
    userPrincipalName:
      userRole === "guest" ? `${email.replace("@", "_")}#EXT#@contoso.example` : email,
  };
}
