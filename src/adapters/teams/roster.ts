import { z } from "zod";
import { within } from "../../application/deadline.ts";
import type { Membership, Roster, Sender } from "../../application/ports.ts";
import type { PersonId } from "../../domain/ids.ts";
import type { CallConnector } from "./connector-calls.ts";

const NOT_OLDER_MS = { recent: 60 * 60_000, fresh: 10_000 } as const;
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

/**
 * Asks for one member at a time, by the Teams id of the verified sender, and once for all who wait for the same person.
 * What can't be read is never remembered. A fresh answer is up to ten seconds old: Teams takes 50 calls a second of an
 * app in a tenant (learn.microsoft.com, "Optimize your bot with rate limiting in Teams"), and if each click cost one,
 * somebody who clicks quickly would leave none to the cards.
 */
export function createRoster(
  call: CallConnector,
  tenantId: string,
  monotonicMs: () => number,
): Roster {
  const known = new Map<PersonId, Remembered>();
  const underWay = new Map<string, Promise<Membership>>();
  const askAndRemember = async (sender: Sender, signal: AbortSignal): Promise<Membership> => {
    const { id } = sender.person;
    const atMs = monotonicMs();
    const membership = await ask(call, tenantId, sender, signal);
    known.delete(id);
    if (membership.kind === "unreadable") return membership;
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= REMEMBERED) known.delete(oldest);
    known.set(id, { membership, atMs });
    return membership;
  };
  return {
    membership(sender, age, signal) {
      const { person, reference, rosterId } = sender;
      const remembered = known.get(person.id);
      if (remembered && monotonicMs() - remembered.atMs < NOT_OLDER_MS[age]) {
        return Promise.resolve(remembered.membership);
      }
      // By all that the question is made of: who claims to be somebody else gets no answer of theirs.
      const question = JSON.stringify([person.id, reference.userId, rosterId]);
      const shared = underWay.get(question);
      if (shared !== undefined) return shared;
      const asking = askAndRemember(sender, signal).finally(() => underWay.delete(question));
      underWay.set(question, asking);
      return asking;
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
