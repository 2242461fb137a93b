import { z } from "zod";
import type { Sender } from "../../application/ports.ts";
import { parsePersonId, parseTenantId } from "../../domain/ids.ts";
import { isConnectorUrl } from "./connector-origin.ts";
import { readCardAction, type CardAction } from "./card-action.ts";

/** What an activity means to the product. Everything that is not one of these is `ignored`, with the reason. */
export type Incoming =
  | {
      readonly kind: "message";
      readonly sender: Sender;
      readonly text: string;
      /** Names the message for ever: Teams may deliver it more than once. */
      readonly messageId: string;
      /** The sender's own, as an IANA name, where their Teams says it. */
      readonly timeZone: string | undefined;
    }
  | {
      readonly kind: "action";
      readonly sender: Sender;
      readonly action: CardAction;
      /** Names the click for ever, likewise. */
      readonly clickId: string;
      /** As of a message. */
      readonly timeZone: string | undefined;
    }
  | { readonly kind: "met"; readonly sender: Sender }
  | { readonly kind: "unreadable-invoke"; readonly sender: Sender }
  | { readonly kind: "ignored"; readonly why: string };

/** Why an activity with a good token is not for us all the same. */
export type ActivityRefusal = { readonly kind: "refused"; readonly why: string };

/** What must hold for every activity besides its token. */
export type ActivityRules = {
  readonly tenantId: string;
  readonly connectorOrigins: readonly string[];
};

/** Teams lets nobody send more than 28 KB. */
const LONGEST_TEXT = 64 * 1_024;

const account = z.object({ id: z.string().min(1), aadObjectId: z.string().optional() });
const envelope = z.object({
  type: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  text: z.string().optional(),
  localTimezone: z.string().optional(),
  action: z.string().optional(),
  locale: z.string().max(35).optional(),
  channelId: z.literal("msteams"),
  serviceUrl: z.url(),
  from: account.extend({ name: z.string().optional() }),
  recipient: account,
  conversation: z.object({
    id: z.string().min(1),
    conversationType: z.string().optional(),
    tenantId: z.string().optional(),
  }),
  channelData: z.object({
    tenant: z.object({ id: z.string() }),
    team: z.object({ id: z.string().min(1).optional() }).optional(),
    meeting: z.unknown().optional(),
  }),
  entities: z
    .array(
      z.looseObject({
        type: z.string(),
        text: z.string().optional(),
        mentioned: z.object({ id: z.string().optional() }).optional(),
      }),
    )
    .optional(),
  value: z.unknown().optional(),
});
type Envelope = z.output<typeof envelope>;

/**
 * Reads an activity whose token was verified. Tenant, channel and service URL are checked here, since
 * botbuilder checks none of the three; the person is who the activity says sent it, by Entra object id.
 */
export function readActivity(activity: unknown, rules: ActivityRules): Incoming | ActivityRefusal {
  const parsed = envelope.safeParse(activity);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { kind: "refused", why: `not a Teams activity: ${issue?.path.join(".") ?? ""}` };
  }
  const read = parsed.data;
  const sender = senderOf(read, rules);
  if ("kind" in sender) return sender;
  switch (read.type) {
    case "message":
      if ((read.text ?? "").length > LONGEST_TEXT) return { kind: "refused", why: "text too long" };
      // Without its id a repeated delivery could not be told from a new message.
      if (read.id === undefined) return { kind: "refused", why: "a message without an id" };
      return {
        kind: "message",
        sender,
        text: withoutMention(read),
        messageId: `${read.conversation.id} ${read.id}`,
        timeZone: read.localTimezone,
      };
    case "invoke":
      return readInvoke(read, sender);
    case "installationUpdate":
    case "conversationUpdate":
      return read.action === "remove"
        ? { kind: "ignored", why: "removed" }
        : { kind: "met", sender };
    default:
      return { kind: "ignored", why: `activity type ${read.type}` };
  }
}

function senderOf(read: Envelope, rules: ActivityRules): Sender | ActivityRefusal {
  const tenantId = parseTenantId(read.channelData.tenant.id);
  const conversationTenant = read.conversation.tenantId?.toLowerCase() ?? tenantId;
  if (tenantId === undefined || tenantId !== rules.tenantId || conversationTenant !== tenantId) {
    return { kind: "refused", why: "another tenant" };
  }
  if (!isConnectorUrl(read.serviceUrl, rules.connectorOrigins)) {
    return { kind: "refused", why: "unknown service URL" };
  }
  const person = parsePersonId(read.from.aadObjectId ?? "");
  if (person === undefined) return { kind: "refused", why: "no Entra object id" };
  return {
    // Installing comes without a name; then the one that is known stays.
    person: { id: person, name: read.from.name ?? "" },
    personal: read.conversation.conversationType === "personal",
    meeting: isMeeting(read),
    locale: read.locale,
    rosterId: read.channelData.team?.id ?? withoutThread(read.conversation.id),
    reference: {
      serviceUrl: read.serviceUrl,
      conversationId: read.conversation.id,
      tenantId,
      botId: read.recipient.id,
      userId: read.from.id,
    },
  };
}

/** By its id too: activities of older meetings come without the meeting in their channel data. */
function isMeeting({ conversation, channelData }: Envelope): boolean {
  return channelData.meeting !== undefined || conversation.id.startsWith("19:meeting_");
}

/** A thread of a channel has its first message's id at the end of its own. */
function withoutThread(conversationId: string): string {
  return conversationId.replace(/;messageid=.*$/, "");
}

function readInvoke(read: Envelope, sender: Sender): Incoming {
  if (read.name !== "adaptiveCard/action") {
    return { kind: "ignored", why: `invoke ${read.name ?? ""}` };
  }
  const action = readCardAction(read.value);
  return action === undefined
    ? { kind: "unreadable-invoke", sender }
    : {
        kind: "action",
        sender,
        action,
        clickId: `${read.conversation.id} ${read.id ?? ""}`,
        timeZone: read.localTimezone,
      };
}

/** In groups and channels a message reaches the bot because it names the bot; that part is not what was said. */
function withoutMention({ text = "", entities = [], recipient }: Envelope): string {
  return entities
    .filter(({ type, mentioned }) => type === "mention" && mentioned?.id === recipient.id)
    .flatMap((mention) => (mention.text ? [mention.text] : []))
    .reduce((rest, name) => rest.replaceAll(name, " "), text)
    .trim();
}
