import type { ChannelId, Person, PersonId, RegistryId, RequestId } from "../domain/ids.ts";
import type { Seals, Tags } from "../domain/ledger.ts";
import type { ConversationReference } from "./store.ts";
import type { CardView } from "./conversation/card-view.ts";

/** A registry as ARM describes it. */
export type RegistryView = {
  readonly loginServer: string;
  readonly sku: string;
  readonly creationDate: Date;
  /** ARM's own clock when it answered, to the second. */
  readonly answeredAt: Date | undefined;
  /** All tags, ours and others'. */
  readonly tags: Tags;
  readonly lastModifiedAt: Date | undefined;
  /** Who wrote last, as ARM names the kind of identity: `User`, `Application`, `ManagedIdentity`, `Key`. */
  readonly lastModifiedByType: string | undefined;
  /** Whether that was this worker's own identity. */
  readonly lastModifiedByUs: boolean;
  readonly publicNetworkAccess: boolean;
  readonly anonymousPull: boolean;
  readonly adminUser: boolean;
  /** Virtual network rules that are hidden from what we write; looked up now and then. */
  readonly vnetRules: number;
  /** Rules there are, and how many there may be; the limit is unknown when we may not ask for it. */
  readonly slots: { readonly used: number; readonly limit: number | undefined };
  /** `undefined` on a SKU without a firewall (only Premium has one); otherwise always there. */
  readonly network:
    { readonly defaultAction: "Allow" | "Deny"; readonly rules: readonly string[] } | undefined;
};

/** Only Premium registries have network rules (learn.microsoft.com, "Container Registry service tiers"). */
export function hasFirewall(sku: string): boolean {
  return sku.toLowerCase() === "premium";
}

/** The list to send: all of it, since ARM replaces the array. */
type RuleList = {
  readonly defaultAction: "Allow" | "Deny";
  readonly rules: readonly string[];
};

/** A failure of Azure, by what the caller can do about it. Made from status and code, never from a message. */
export type ArmFailure =
  /** Try again after this long. */
  | { readonly kind: "wait"; readonly ms: number; readonly code: string }
  /** Somebody else is changing it: read again and retry. */
  | { readonly kind: "conflict"; readonly code: string }
  /** What was sent is not acceptable; sending it again is useless. */
  | { readonly kind: "refused"; readonly code: string }
  /** A lock forbids every write until a person removes it. */
  | { readonly kind: "locked"; readonly code: string }
  /** Our identity lacks a right: a person has to act. */
  | { readonly kind: "not-allowed"; readonly code: string }
  | { readonly kind: "not-found"; readonly code: string }
  /** The reply lacks what we rely on; it is never taken for "no rules". */
  | { readonly kind: "unreadable"; readonly code: string }
  /** It may or may not have been done: read. */
  | { readonly kind: "unknown-outcome"; readonly code: string };

/** What a registry is read for: to act on what is there (also when nothing is said), or to see what our PATCH came to. */
export type ReadPurpose = "act" | "confirm";

/** The one thing outside that we change. */
export interface RegistryRules {
  /**
   * By name, never from a list; a reply without what we rely on is a failure, never "no rules". In a rush, a read that
   * confirms gives way for a few seconds to those that something is to be done from.
   */
  read(
    registry: RegistryId,
    signal: AbortSignal,
    purpose?: ReadPurpose,
  ): Promise<{ readonly kind: "read"; readonly view: RegistryView } | ArmFailure>;
  /**
   * Waits until another write is within what Azure allows the subscription; removals go first. Ask for the turn
   * before the read that the write is made from.
   */
  turn(
    registry: RegistryId,
    urgency: "removal" | "addition",
    signal: AbortSignal,
  ): Promise<{ readonly kind: "turn" } | ArmFailure>;
  /** One PATCH of nothing but `networkRuleSet`, sent once: a retry needs a fresh read. */
  apply(
    registry: RegistryId,
    list: RuleList,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "applied"; readonly correlationId: string | undefined } | ArmFailure>;
}

/** The second copy of which rules are ours and when they end: outside the store, under a key that it does not know. */
export interface Ledger {
  readonly seals: Seals;
  /** Adds these tags to the registry's own, or changes them; no other tag is touched. Sent once. */
  write(
    registry: RegistryId,
    tags: Tags,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "written" } | ArmFailure>;
}

/** Why somebody can't be written to, as Teams says it; a person has to act before it works. */
export type Unreachable =
  /** The app is not installed for them, or was removed. */
  | "not-installed"
  /** They blocked the app, or an admin switched it off. */
  | "blocked"
  /** The message or the conversation is not there any more. */
  | "deleted"
  /** Teams knows nobody of that id, or takes nothing of that form. */
  | "refused"
  /** The stored address is of no Bot Connector that we may send to. */
  | "unknown-host";

/** What became of a call to Teams that did not work. */
export type DeliveryFailure =
  /** It will not come back by itself. */
  | { readonly kind: "gone"; readonly why: Unreachable }
  /** Teams is busy or not reachable: try again later. */
  | { readonly kind: "later"; readonly afterMs: number; readonly why: string };

/** What became of a card. */
export type Delivery = { readonly kind: "delivered"; readonly messageId: string } | DeliveryFailure;

/** A conversation that was begun, or was there already, and the message that it began with. */
export type Begun =
  | {
      readonly kind: "begun";
      readonly reference: ConversationReference;
      /** Of the message that a thread in a channel begins with. */
      readonly messageId: string | undefined;
    }
  | DeliveryFailure;

/** How to begin a conversation: through which Bot Connector, and with the Teams id of the person when it is known. */
export type Contact = { readonly serviceUrl: string; readonly userId: string | undefined };

/** Where a card goes, and the language of who reads it there ("de-DE") as far as it is known. */
export type Reader = {
  readonly reference: ConversationReference;
  readonly locale: string | undefined;
};

/** Sends and updates cards in Teams. Every call keeps the pace that Teams allows, and ends with its signal. */
export interface Messenger {
  send(to: Reader, card: CardView, signal: AbortSignal): Promise<Delivery>;
  update(at: Reader, messageId: string, card: CardView, signal: AbortSignal): Promise<Delivery>;
  /** The personal chat with somebody of the tenant; it is empty when it is new. Doing it twice gives the same one. */
  beginChat(person: PersonId, contact: Contact, signal: AbortSignal): Promise<Begun>;
  /** A new thread in a channel that the app is installed in, with the card as its first message. */
  beginThread(
    channel: ChannelId,
    card: CardView,
    contact: Contact,
    signal: AbortSignal,
  ): Promise<Begun>;
}

/** Who somebody is to the tenant, as the roster of their conversation says it. */
export type Membership =
  | { readonly kind: "member" }
  | { readonly kind: "outsider"; readonly as: "guest" | "anonymous" | "other-tenant" }
  /** Nobody is let through on a roster that can't be read. */
  | { readonly kind: "unreadable"; readonly why: string };

/** Asks Teams who a sender is. */
export interface Roster {
  /** `recent` may be up to an hour old, for asking; `fresh` up to half a minute, for everything that changes something. */
  membership(sender: Sender, age: "recent" | "fresh", signal: AbortSignal): Promise<Membership>;
}

/** Where ids come from, so that a test can repeat a run. */
export interface Ids {
  /** The same seed gives the same id: asking twice with one message makes one request. */
  requestId(seed: string): RequestId;
  /** Unlike any other, ever. */
  opId(): string;
  /** At least 0, less than 1: for jitter only. */
  random(): number;
}

/** The secrets of one-time links. */
export interface LinkSecrets {
  /** Nobody guesses it; fit for a URL. */
  create(): string;
  /** What is stored of a secret: the secret can't be had from it. */
  hashOf(secret: string): string;
  /** Takes as long whether they match or not, and wherever they differ. */
  matches(secret: string, hash: string): boolean;
}

/** Where to send the answer, and who sent the question: from the verified activity, never from its text. */
export type Sender = {
  readonly person: Person;
  readonly reference: ConversationReference;
  /** Only a personal conversation may become the address of a person's cards. */
  readonly personal: boolean;
  /** Whether it is the chat of a meeting: people of anywhere may be in there. */
  readonly meeting: boolean;
  /** Whose roster the sender is on: the team of a channel, else the conversation. */
  readonly rosterId: string;
  /** The language that their client says ("de-DE"). */
  readonly locale: string | undefined;
};

/** Event name and fields; never a card body, a token or a whole payload. */
export interface Log {
  info(event: string, fields: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields: Readonly<Record<string, unknown>>): void;
  error(event: string, fields: Readonly<Record<string, unknown>>): void;
}
