import { decidersOf } from "../../domain/deciders.ts";
import { isChannel, parseChannelId, type PersonId, type Recipient } from "../../domain/ids.ts";
import { approversFor, type RegistryPolicy } from "../../domain/policy.ts";
import type { Request } from "../../domain/request.ts";
import type { CardSlot, SentCard } from "../store.ts";

/** What decides who is told of a request. */
export type Audience = {
  readonly request: Request;
  /** `undefined` when the registry left the policy. */
  readonly policy: RegistryPolicy | undefined;
  readonly sent: readonly SentCard[];
  /** Who could not be written to just now: a channel's approvers get theirs personally instead. */
  readonly unwritable: ReadonlySet<Recipient>;
  readonly now: Date;
};

/** Approvers of this moment, and those it was escalated to. */
export function decidersNow({ request, policy, now }: Audience): readonly PersonId[] {
  if (policy === undefined) return [];
  return decidersOf(policy, request.requester.id, request.askedAt, now);
}

/**
 * Those who answer for the registry now, where they want to be told: all approvers in their channel when the policy
 * names one that can be written to, else each; whom it was escalated to, personally.
 */
export function answering(audience: Audience): readonly Recipient[] {
  const { request, policy } = audience;
  if (policy === undefined) return [];
  const channel = inboxOf(policy);
  const deciders = decidersNow(audience);
  if (channel === undefined || audience.unwritable.has(channel)) return deciders;
  const approvers = new Set(approversFor(policy, request.requester.id));
  return [channel, ...deciders.filter((person) => !approvers.has(person))];
}

/** Those who are to look at an emergency: all who answer for the registry, and whom the policy names for that. */
export function reviewers(audience: Audience): readonly Recipient[] {
  const { request, policy } = audience;
  // Nobody waits for a decision, so it is escalated to nobody.
  const approvers = answering({ ...audience, now: request.askedAt });
  const named = policy?.emergency.kind === "on" ? [...policy.emergency.tell] : [];
  return [...new Set([...approvers, ...named])].filter((to) => to !== request.requester.id);
}

/** Who has the card of this slot. */
export function holdersOf({ sent }: Pick<Audience, "sent">, slot: CardSlot): readonly Recipient[] {
  return sent.filter((card) => card.slot === slot).map(({ to }) => to);
}

/** How many of those who may decide have their card; all approvers read their channel. */
export function reachOf(audience: Audience): {
  readonly reached: number;
  readonly approvers: number;
  readonly inbox?: "channel";
} {
  const holders = new Set<Recipient>(holdersOf(audience, "approval"));
  const deciders = decidersNow(audience);
  const inChannel = [...holders].some(isChannel);
  const approvers = deciders.length;
  if (inChannel) return { reached: approvers, approvers, inbox: "channel" };
  return { reached: deciders.filter((id) => holders.has(id)).length, approvers };
}

function inboxOf({ inbox }: RegistryPolicy): Recipient | undefined {
  return inbox.kind === "channel" ? parseChannelId(inbox.channelId) : undefined;
}
