import type { AskRefusal } from "../../application/ask.ts";
import type { Address, AddressRefusal, SpecialRange } from "../../domain/address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { Finding } from "../../domain/finding.ts";
import { formatDuration, type DurationRefusal } from "../../domain/duration.ts";
import type { EndReason, OpeningRefusal } from "../../domain/lease.ts";
import type { PolicyRefusal } from "../../domain/policy.ts";
import type { AdoptionObstacle } from "../../domain/adoption.ts";
import type { Freeze } from "../../domain/freeze.ts";
import type { Slots } from "../../domain/slots.ts";
import type { DecisionRefusal } from "../../domain/decision.ts";

/** What help says; the examples work as they are. */
export const HELP = [
  "I open a locked container registry for one address, for a while, once an approver says yes, and I close it again.",
  "",
  "allow 203.0.113.7 for 4h on acrdemomagic because TICKET-12",
  "extend acrdemomagic by 2h",
  "move acrdemomagic to 203.0.113.9",
  "give back acrdemomagic",
  "cancel",
  "status",
  "help",
].join("\n");

/** What is asked for now and then, and not built. */
export const NOT_YET = {
  myAddress:
    'Teams does not tell me your address, so please type it: "allow 203.0.113.7 for 4h". The 403 error of your registry names it.',
  groups: "Please ask me in our personal chat: addresses and names don't belong in a group.",
} as const;

/** Longer quotes of what somebody typed are cut: a sentence must stay readable on a phone. */
const QUOTED_LENGTH = 60;

/** Why what was typed is not an address or a duration, and what would be. */
export function malformedSentence(problem: AddressRefusal | DurationRefusal): string {
  const said = quote(problem.text);
  switch (problem.kind) {
    case "not-an-address":
      return `${said} is not an IPv4 address. Write it like 203.0.113.7, or a range like 198.51.100.0/28.`;
    case "ipv6":
      return `${said} is an IPv6 address, and registry rules take IPv4 only. "curl -4 https://…" shows your IPv4 address.`;
    case "host-bits-set":
      return `${said} is not the start of its range. Did you mean ${problem.canonical}?`;
    case "everything":
      return `${said} is every address there is. I never open a registry to everybody.`;
    case "not-a-duration":
      return `I don't understand ${said} as a length of time. Write it like 4h, 90m or 1h30m.`;
    case "duration-without-unit":
      return `${said} of what? Write ${problem.text.trim()}h for hours or ${problem.text.trim()}m for minutes.`;
    case "duration-with-fraction":
      return `I don't read fractions like ${said}: they mean different things in different countries. Write 1h30m.`;
    case "negative-duration":
      return `${said} is negative. Write how long it should stay open, like 4h.`;
    case "no-time-at-all":
      return `${said} is no time at all. Write how long it should stay open, like 4h.`;
    default:
      return assertNever(problem);
  }
}

/** Why nothing was asked. */
export function askRefusalSentence(refusal: AskRefusal): string {
  switch (refusal.kind) {
    case "unknown-registry":
      return `I don't look after a registry called ${quote(refusal.name)}. ${choices(refusal.known)}`;
    case "which-registry":
      return refusal.known.length === 0
        ? "There is no registry that you may ask for."
        : `Which registry? ${choices(refusal.known)}`;
    case "policy":
      return `${policySentence(refusal.refusal)} Nothing was asked.`;
    case "too-many-pending":
      return `You already have ${count(refusal.limit, "request")} waiting for a decision. Wait for one of them first.`;
    case "too-many-leases":
      return `You already have ${count(refusal.limit, "address", "addresses")} open. One has to end first.`;
    case "frozen":
      return `${frozenSentence(refusal.freeze, refusal.registryName)} Nothing was asked.`;
    case "full":
      return `${fullSentence(refusal.slots, refusal.registryName)} Nothing was asked.`;
    case "pointless":
      return `${findingSentence(refusal.finding, refusal.registryName)} Nothing was asked.`;
    case "store-busy":
      return "I could not write that down just now, so nothing was asked. Please try again.";
    default:
      return assertNever(refusal);
  }
}

/** What is odd about a registry, and what to do about it. */
export function findingSentence(finding: Finding, name: string): string {
  switch (finding.kind) {
    case "not-premium":
      return `${name} has the ${finding.sku} SKU, and only Premium registries have a firewall to open. An operator can change that: az acr update -n ${name} --sku Premium.`;
    case "public-access-disabled":
      return `Public access to ${name} is switched off, so no rule can let anybody in. Use its private endpoint, or ask an operator: az acr update -n ${name} --public-network-enabled true.`;
    case "default-action-allow":
      return `${name} lets in every address anyway. An operator can lock it: az acr update -n ${name} --default-action Deny.`;
    case "anonymous-pull-on":
      return `Anonymous pull is on for ${name}: whoever the firewall lets in needs no sign-in. To end that: az acr update -n ${name} --anonymous-pull-enabled false.`;
    case "admin-user-on":
      return `The admin user of ${name} is on, a shared password. To end that: az acr update -n ${name} --admin-enabled false.`;
    case "slots-full":
      return `${name} has ${String(finding.used)} of ${String(finding.limit)} rules; no more fit until one goes: az acr network-rule list -n ${name}.`;
    case "vnet-rules-present":
      return `${name} has ${count(finding.count, "virtual network rule")}. Azure hides them from the version that I write with and may ask for rights on those networks.`;
    case "registry-recreated":
      return `${name} was deleted and created anew: its old rules are gone, and so are the leases on it. Whoever needs it has to ask again.`;
    case "registry-not-found":
      return `Azure does not know ${name}: it was deleted, moved or renamed. Its id in the policy has to change.`;
    case "registry-locked":
      return `A lock on ${name} forbids every change, removals too. An operator has to remove it: az lock list --resource-type Microsoft.ContainerRegistry/registries.`;
    case "denied-by-policy":
      return `Azure Policy denies the change of ${name}. The activity log names the assignment; it has to let these rules pass.`;
    case "not-allowed":
      return `Azure does not let me change ${name} (${finding.code}). My identity needs registries/read and registries/write on it.`;
    default:
      return assertNever(finding);
  }
}

/** Why a rule of somebody else can't become ours. */
export function obstacleSentence(obstacle: AdoptionObstacle): string {
  switch (obstacle) {
    case "absent":
      return "There is no rule of exactly this value.";
    case "ours":
      return "That rule is mine already, and ends with its leases.";
    case "permanent":
      return "The policy names it as permanent.";
    case "twice":
      return "It is there twice, and I touch no such rule.";
    default:
      return assertNever(obstacle);
  }
}

/** Who stopped all openings of a registry, and when. Plain text has no function for a reader's own time zone. */
export function frozenSentence({ by, at, why }: Freeze, name: string): string {
  const when = at.toISOString().replace("T", " at ").slice(0, 19);
  const because = why === undefined ? "" : ` (${quote(why)})`;
  return `${name} was frozen by ${by.name} on ${when} UTC${because}: nothing is opened on it until an approver unfreezes it.`;
}

/** That no rule fits, counting those that are approved and not there yet. */
export function fullSentence({ used, limit }: Slots, name: string): string {
  const known = limit === undefined ? "" : ` of ${String(limit)}`;
  return `${name} has ${String(used)}${known} rules, with what is approved no more fit. One has to go first.`;
}

/** Why the policy says no. */
export function policySentence(refusal: PolicyRefusal): string {
  switch (refusal.kind) {
    case "may-not-ask":
      return "You may not ask for this registry.";
    case "nobody-can-approve":
      return `It takes ${count(refusal.needed, "approver")} other than you, and the policy names ${String(refusal.there)}.`;
    case "special-range":
      return `${refusal.address} is ${SPECIAL[refusal.range]}: the registry never sees it. Ask with the address your network has on the internet.`;
    case "forbidden-range":
      return `The policy forbids ${refusal.forbidden}, and ${refusal.address} touches it.`;
    case "too-wide":
      return `${refusal.address} is too wide: the policy allows /${String(refusal.widest)} at the widest.`;
    case "too-long":
      return `${formatDuration(refusal.durationMs)} is too long: the policy allows ${formatDuration(refusal.maxMs)} at the most.`;
    case "reason-missing":
      return 'The policy wants a reason. Add one: "… because TICKET-12".';
    default:
      return assertNever(refusal);
  }
}

/** Why a click did not count. */
export function decisionRefusalSentence(refusal: DecisionRefusal): string {
  switch (refusal.kind) {
    case "already-decided":
      return `This request is already ${refusal.request.status}.`;
    case "self-approval":
      return "You can't decide your own request. Another approver has to.";
    case "not-an-approver":
      return "You are not an approver for this registry, so nothing was changed.";
    case "registry-left-policy":
      return "This registry is not in the policy any more, so nothing can be opened on it.";
    case "out-of-date":
      return "The request has changed since this card was sent. Here is how it stands now.";
    case "lease-over":
      return "What this is about is over, so nothing was changed. Ask again.";
    case "frozen":
      return `${frozenSentence(refusal.freeze, "The registry")} Nothing was changed.`;
    case "registry-full":
      return fullSentence(refusal.slots, "The registry");
    case "approved-before":
      return `You have approved this already. It takes ${count(refusal.needed, "approver")}.`;
    case "no-longer-allowed":
      return `The policy does not allow this any more: ${policySentence(refusal.because)}`;
    default:
      return assertNever(refusal);
  }
}

/** Why a lease is over. */
export function endSentence(reason: EndReason): string {
  switch (reason.kind) {
    case "due":
      return "The time was up.";
    case "not-opened":
      return "The rule could not be seen in time after the approval.";
    case "refused":
      return openingRefusalSentence(reason.because);
    case "lost":
      return "Somebody else removed the rule from the registry.";
    case "registry-gone":
      return "The registry was created anew, so its old rules are gone.";
    case "full":
      return "The registry had no room for one more rule.";
    case "replaced":
      return `${reason.with} took its place.`;
    case "given-back":
      return "It was given back.";
    case "revoked":
      return "An approver ended it.";
    default:
      return assertNever(reason);
  }
}

function openingRefusalSentence(refusal: OpeningRefusal): string {
  switch (refusal.kind) {
    case "registry-left-policy":
      return "The registry is not in the worker's policy.";
    case "against-policy":
      return `The worker's policy does not allow it: ${policySentence(refusal.refusal)}`;
    case "approval-does-not-stand":
      return `It takes ${count(refusal.needed, "approver")}; ${String(refusal.standing)} of those who approved still count.`;
    case "ends-too-late":
      return "Its end is later than the policy allows.";
    case "too-many-openings":
      return `The registry had its ${String(refusal.perHour)} openings of this hour.`;
    case "not-premium":
      return `The registry has the ${refusal.sku} SKU; only Premium registries have a firewall.`;
    case "not-adoptable":
      return obstacleSentence(refusal.because);
    case "azure-refused":
      return `Azure refused the rule (${refusal.code}).`;
    default:
      return assertNever(refusal);
  }
}

const SPECIAL: Readonly<Record<SpecialRange, string>> = {
  "this-network": "not an address on the internet",
  private: "a private address",
  shared: "an address that providers share inside their network (CGNAT)",
  loopback: "a loopback address",
  "link-local": "a link-local address",
  documentation: "reserved for documentation",
  benchmarking: "reserved for benchmarks",
  multicast: "a multicast address",
  reserved: "a reserved address",
};

/** "198.51.100.0/28 (16 addresses)" for a range; a single address stands alone. */
export function addressInWords(address: Address, size: number): string {
  return size === 1 ? address : `${address} (${String(size)} addresses)`;
}

function choices(known: readonly string[]): string {
  return known.length === 0
    ? "There is no registry that you may ask for."
    : `You may ask for: ${known.join(", ")}. Say it like "… on ${known[0] ?? ""}".`;
}

/** "1 request", "2 requests". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}

/** What somebody typed, cut to what a phone shows. */
export function quote(text: string): string {
  const short = text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
  return `"${short.trim()}"`;
}
