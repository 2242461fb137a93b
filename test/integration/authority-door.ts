import { readActivity } from "../../src/adapters/teams/activity.ts";
import { admissionOf, refusalOfClick } from "../../src/adapters/teams/admission.ts";
import type { CardAction } from "../../src/adapters/teams/card-action.ts";
import type { CallConnector } from "../../src/adapters/teams/connector-calls.ts";
import { createRoster } from "../../src/adapters/teams/roster.ts";
import type { Sender } from "../../src/application/ports.ts";
import type { Command } from "../../src/domain/commands/command.ts";
import type { Person, PersonId } from "../../src/domain/ids.ts";

/** What Teams and Entra say of somebody. */
export const STANDINGS = [
  "member",
  "guest",
  "external guest",
  "of another tenant",
  "anonymous",
  "unknown to Teams",
  "without an Entra object id",
] as const;
/** One of them. */
export type Standing = (typeof STANDINGS)[number];

const TENANT = "11111111-1111-4111-8111-111111111111";
const ELSEWHERE = "22222222-2222-4222-8222-222222222222";
const CONNECTOR = "https://smba.trafficmanager.net/";

/** The bot's own checks of who somebody is: the activity, then the roster. Answers with the person who gets through. */
export type Door = {
  becomes(who: PersonId, standing: Standing): void;
  standingOf(who: PersonId): Standing;
  says(who: Person, kind: Command["kind"], signal: AbortSignal): Promise<Person | undefined>;
  clicks(who: Person, verb: CardAction["verb"], signal: AbortSignal): Promise<Person | undefined>;
};

/** Everybody is a member until they become something else; the roster's memory goes by this clock. */
export function createDoor(monotonicMs: () => number): Door {
  const standings = new Map<PersonId, Standing>();
  const standingOf = (who: PersonId): Standing => standings.get(who) ?? "member";
  const call: CallConnector = async ({ paceOf }, ask) => {
    // The conversation has the name of the person in it: see `activityOf`.
    const id = paceOf.slice("members of a:".length) as PersonId;
    const standing = standingOf(id);
    if (standing === "unknown to Teams") return { kind: "gone", why: "deleted" };
    const member = { getConversationMember: () => Promise.resolve(described(id, standing)) };
    // The roster calls nothing else.
    return { kind: "answered", value: await ask(member as unknown as Parameters<typeof ask>[0]) };
  };
  const roster = createRoster(call, TENANT, monotonicMs);
  const rules = { tenantId: TENANT, connectorOrigins: [new URL(CONNECTOR).origin] };
  const enter = async (
    who: Person,
    refuses: (sender: Sender) => Promise<boolean>,
  ): Promise<Person | undefined> => {
    const incoming = readActivity(activityOf(who, standingOf(who.id)), rules);
    if (incoming.kind !== "message") return undefined;
    return (await refuses(incoming.sender)) ? undefined : incoming.sender.person;
  };
  return {
    standingOf,
    becomes: (who, standing) => {
      standings.set(who, standing);
    },
    says: (who, kind, signal) =>
      enter(
        who,
        async (sender) => (await admissionOf({ roster }, sender, kind, signal)).kind === "refused",
      ),
    clicks: (who, verb, signal) =>
      enter(
        who,
        async (sender) => (await refusalOfClick({ roster }, sender, verb, signal)) !== undefined,
      ),
  };
}

function activityOf({ id, name }: Person, standing: Standing): unknown {
  const aadObjectId = standing === "without an Entra object id" ? {} : { aadObjectId: id };
  const tenant = { id: standing === "of another tenant" ? ELSEWHERE : TENANT };
  return {
    ...{ type: "message", id: "1", text: "x", channelId: "msteams", serviceUrl: CONNECTOR },
    from: { id: `29:${id}`, name, ...aadObjectId },
    recipient: { id: "28:bot" },
    conversation: { id: `a:${id}`, conversationType: "personal" },
    channelData: { tenant },
  };
}

function described(id: PersonId, standing: Standing): unknown {
  return {
    ...{ objectId: id, tenantId: TENANT, userPrincipalName: `${id}@contoso.example` },
    userRole: standing === "guest" || standing === "anonymous" ? standing : "user",
    ...(standing === "external guest" ? { userPrincipalName: `${id}#EXT#@contoso.example` } : {}),
  };
}
