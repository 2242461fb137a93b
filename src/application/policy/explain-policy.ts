import { isAddress, parseAddress, sizeOf, type Address } from "../../domain/address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { PersonId, RegistryId } from "../../domain/ids.ts";
import { quorumFor, type RegistryPolicy } from "../../domain/policy.ts";
import { policyWarnings } from "./policy-warnings.ts";

/** What the policy says of one registry, for people who did not write it. */
export type RegistryExplanation = {
  readonly name: string;
  readonly id: RegistryId;
  /** What is allowed and can't be meant: each stands for itself. */
  readonly warnings: readonly string[];
  readonly says: readonly { readonly topic: Topic; readonly sentence: string }[];
};

/** What is explained, in this order. */
type Topic =
  | "who may ask"
  | "who approves"
  | "how many approvers"
  | "without approvers"
  | "which addresses"
  | "how long"
  | "more time"
  | "another address"
  | "reason"
  | "while it waits"
  | "after a denial"
  | "emergency"
  | "limits"
  | "permanent rules"
  | "removed by others"
  | "anonymous pull";

const MOST_NAMED = 10;

/** Says everything that holds for the registry, defaults included, each in a sentence or two. */
export function explainRegistry(policy: RegistryPolicy): RegistryExplanation {
  const says: Readonly<Record<Topic, string>> = {
    "who may ask":
      policy.requesters === "members"
        ? "Everybody of the tenant; guests never."
        : `${people(policy.requesters)}.`,
    "who approves": approvers(policy),
    "how many approvers": `${quorum(policy)}.`,
    "without approvers": automatic(policy),
    "which addresses": addresses(policy),
    "how long": `${formatDuration(policy.duration.defaultMs)} unless another length is asked for, ${formatDuration(policy.duration.maxMs)} at the most. The rule goes at its end, whatever the policy says by then.`,
    "more time": moreTime(policy),
    "another address": move(policy),
    reason: reason(policy),
    "while it waits": waiting(policy),
    "after a denial":
      policy.approval.coolDownMs === 0
        ? "The same can be asked for again at once."
        : `The same person can't ask for the same again for ${formatDuration(policy.approval.coolDownMs)}.`,
    emergency: emergency(policy),
    limits: limits(policy),
    "permanent rules":
      policy.baseline.length === 0
        ? "None."
        : `${policy.baseline.join(", ")}: never removed by Drawbridge.`,
    "removed by others": removedByOthers(policy),
    "anonymous pull":
      policy.anonymousPull === "refuse"
        ? "Nothing is opened while the registry lets everybody pull without signing in."
        : "A warning stands on the cards while the registry lets everybody pull without signing in.",
  };
  return {
    name: policy.name,
    id: policy.id,
    warnings: policyWarnings(policy),
    // The record has exactly the topics as its keys.
    says: Object.entries(says).map(([topic, sentence]) => ({ topic: topic as Topic, sentence })),
  };
}

/** "1 approver", "2 approvers". */
export function countOf(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}

function people(set: ReadonlySet<PersonId>): string {
  if (set.size === 0) return "Nobody";
  const named = [...set].slice(0, MOST_NAMED).join(", ");
  const more = set.size > MOST_NAMED ? ` and ${String(set.size - MOST_NAMED)} more` : "";
  return `${countOf(set.size, "person", "people")} (${named}${more})`;
}

function approvers({ approvers: list, inbox }: RegistryPolicy): string {
  if (list.size === 0) return "Nobody.";
  const where =
    inbox.kind === "persons"
      ? "Each hears of requests personally."
      : `They hear of requests in the channel ${inbox.channelId}.`;
  return `${people(list)}; nobody decides a request of their own, and one denial ends it. ${where}`;
}

function quorum(policy: RegistryPolicy): string {
  const bands: { from: number; to: number; takes: number }[] = [];
  for (let prefix = 32; prefix >= policy.address.widest; prefix -= 1) {
    const takes = quorumFor(policy, anyOf(prefix));
    const last = bands.at(-1);
    if (last?.takes === takes) last.to = prefix;
    else bands.push({ from: prefix, to: prefix, takes });
  }
  return bands
    .map(({ from, to, takes }) => {
      const width = from === to ? `/${String(from)}` : `/${String(from)} to /${String(to)}`;
      return `${width === "/32" ? "a single address" : width}: ${countOf(takes, "approver")}`;
    })
    .join("; ");
}

/** Some range of this width: how many approvers it takes depends on nothing else. */
function anyOf(prefix: number): Address {
  const range = parseAddress(`128.0.0.0/${String(prefix)}`);
  if (!isAddress(range)) throw new RangeError(`no prefix: ${String(prefix)}`);
  return range;
}

function automatic({ automaticRanges }: RegistryPolicy): string {
  if (automaticRanges.length === 0) return "Nothing: each address takes approvers.";
  return `A single address out of ${automaticRanges.map(sized).join(", ")} that was seen by link; still for a while only, and audited.`;
}

function sized(range: Address): string {
  const size = sizeOf(range);
  return size === 1 ? range : `${range} (${String(size)} addresses)`;
}

function addresses({ address }: RegistryPolicy): string {
  const { widest, reserved, forbid, myIp, typed } = address;
  const size = 2 ** (32 - widest);
  const width =
    widest === 32
      ? "Single addresses only"
      : `Single addresses, and ranges up to /${String(widest)} (${String(size)} addresses)`;
  const ways = [
    ...(myIp === "allowed" ? ["proven by link"] : []),
    ...(typed === "allowed" ? ["typed"] : []),
  ];
  const never = [
    "0.0.0.0/0",
    ...(reserved === "refuse" ? ["private and other reserved ranges"] : []),
    ...forbid,
  ];
  const lab = reserved === "allow" ? " Private and other reserved ranges can be asked for." : "";
  return `${width}, ${ways.length === 0 ? "in no way at all" : ways.join(" or ")}. Never ${never.join(", ")}.${lab}`;
}

function moreTime({ duration }: RegistryPolicy): string {
  const { maxMs, times, approval } = duration.extend;
  if (times === 0) return "Never: who needs it longer asks again.";
  const often =
    times === Infinity ? "as often as it is granted" : `${countOf(times, "time")} at the most`;
  const how = approval === "required" ? "with approvers as for a request" : "without approvers";
  return `Up to ${formatDuration(maxMs)} each time, ${often}, ${how}. Never more than ${formatDuration(duration.maxMs)} from then.`;
}

function move(policy: RegistryPolicy): string {
  switch (policy.move) {
    case "required":
      return "With approvers as for a request, until the same end.";
    case "automatic":
      return "A single one that was seen by link without approvers, any other one with them; until the same end.";
    case "never":
      return "Never: who needs it asks again.";
    default:
      return assertNever(policy.move);
  }
}

function reason({ reason: wanted }: RegistryPolicy): string {
  switch (wanted.kind) {
    case "optional":
      return "Nobody has to give one.";
    case "required":
      return "Everybody has to give one.";
    case "pattern":
      return `Everybody has to give one that matches ${wanted.pattern} (${wanted.hint}).`;
    default:
      return assertNever(wanted);
  }
}

function waiting({ approval }: RegistryPolicy): string {
  const { timeoutMs, remindAfterMs, escalate } = approval;
  const reminded =
    remindAfterMs.length === 0
      ? "Approvers are not reminded."
      : `Approvers are reminded after ${remindAfterMs.map(formatDuration).join(" and ")}.`;
  const told =
    escalate === undefined
      ? ""
      : ` After ${formatDuration(escalate.afterMs)} these are told as well, and can decide from then on: ${people(escalate.to)}.`;
  return `${reminded}${told} Whoever has not got an answer after ${formatDuration(timeoutMs)} gets none: the request lapses, and nothing is opened.`;
}

function emergency({ emergency: rule }: RegistryPolicy): string {
  if (rule.kind === "off") return "Off: nobody can open anything without the above.";
  const heard =
    rule.tell.size === 0
      ? "the approvers are told"
      : `the approvers and ${people(rule.tell)} are told`;
  return `${people(rule.people)} can open a single address that was seen by link at once, for up to ${formatDuration(rule.maxMs)}; ${heard}.`;
}

function limits({ limits: most }: RegistryPolicy): string {
  const { leasesPerPerson, pendingPerPerson, hoursPerPersonPerDay, openingsPerHour } = most;
  const hours =
    hoursPerPersonPerDay === Infinity
      ? "any number of hours a day"
      : `${String(hoursPerPersonPerDay)} hours a day`;
  return `One person: ${countOf(leasesPerPerson, "address", "addresses")} open, ${countOf(pendingPerPerson, "request")} waiting, ${hours}. The registry: ${countOf(openingsPerHour, "opening")} an hour.`;
}

function removedByOthers({ whenRemovedByOthers }: RegistryPolicy): string {
  switch (whenRemovedByOthers) {
    case "restore":
      return "A rule of a lease that a program removed is put back, at most 3 times an hour; if a person removed it, the lease ends.";
    case "report":
      return "It is told, and neither put back nor given up.";
    case "end":
      return "The lease ends.";
    default:
      return assertNever(whenRemovedByOthers);
  }
}
