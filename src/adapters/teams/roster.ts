import { z } from "zod";
import { within } from "../../application/deadline.ts";
import type { Membership, Roster, Sender } from "../../application/ports.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { CallConnector } from "./connector-calls.ts";

const RECENT_MS = 60 * 60_000;
const REMEMBERED = 5_000;
/** A click has to be answered while its person still looks at the button. */
const ASK_WITHIN_MS = 4_000;

/**
 * One member as the Bot Connector describes it (learn.microsoft.com, "Get Teams specific context for your bot", single
 * member details). `userRole` is "user" for members; guests and people who joined without an account have others.
 */
const member = z.object({
  objectId: z.string().optional(),
  aadObjectId: z.string().optional(),
  tenantId: z.string(),
  userRole: z.string(),
  userPrincipalName: z.string().optional(),
});

type Remembered = { readonly membership: Membership; readonly atMs: number };

/** Asks for one member at a time, by the Teams id of the verified sender. What can't be read is never remembered. */
export function createRoster(
  call: CallConnector,
  tenantId: string,
  monotonicMs: () => number,
): Roster {
  const known = new Map<PersonId, Remembered>();
  return {
    async membership(sender, age, signal) {
      const { id } = sender.person;
      const remembered = known.get(id);
      if (age === "recent" && remembered && monotonicMs() - remembered.atMs < RECENT_MS) {
        return remembered.membership;
      }
      const membership = await ask(call, tenantId, sender, signal);
      known.delete(id);
      if (membership.kind === "unreadable") return membership;
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size >= REMEMBERED) known.delete(oldest);
      known.set(id, { membership, atMs: monotonicMs() });
      return membership;
    },
  };
}

async function ask(
  call: CallConnector,
  tenantId: string,
  { person, reference, rosterId }: Sender,
  signal: AbortSignal,
): Promise<Membership> {
  const { serviceUrl, userId } = reference;
  const soon = within(ASK_WITHIN_MS, signal);
  const answer = await call(
    // Rosters have a pace of their own, wider than that of messages.
    { serviceUrl, paceOf: `members of ${rosterId}` },
    (conversations) => conversations.getConversationMember(rosterId, userId, { abortSignal: soon }),
    soon,
  );
  if (answer.kind !== "answered") return { kind: "unreadable", why: answer.why };
  const read = member.safeParse(answer.value);
  if (!read.success) return { kind: "unreadable", why: "not a member as Teams describes one" };
  const { objectId, aadObjectId, userRole, userPrincipalName = "" } = read.data;
  if (userRole === "anonymous") return { kind: "outsider", as: "anonymous" };
  if (read.data.tenantId.toLowerCase() !== tenantId.toLowerCase()) {
    return { kind: "outsider", as: "other-tenant" };
  }
  // Entra names a guest so (learn.microsoft.com, "Properties of a Microsoft Entra B2B collaboration user").
  if (userRole !== "user" || userPrincipalName.toUpperCase().includes("#EXT#")) {
    return { kind: "outsider", as: "guest" };
  }
  const described = (objectId ?? aadObjectId ?? "").toLowerCase();
  return described === person.id
    ? { kind: "member" }
    : { kind: "unreadable", why: "the roster describes somebody else" };
}
