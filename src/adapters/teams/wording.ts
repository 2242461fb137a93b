import type { AskRefusal } from "../../application/requests/ask.ts";
import type { Address, SpecialRange } from "../../domain/address.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { EndReason, OpeningRefusal } from "../../domain/lease.ts";
import type { Problem } from "../../domain/commands/malformed.ts";
import { isOperator } from "../../domain/operator.ts";
import type { PolicyRefusal } from "../../domain/policy.ts";
import type { DecisionRefusal } from "../../domain/decision.ts";
import { count, quote } from "./phrases.ts";
import { limitSentence } from "./limit-wording.ts";
import {
  anonymousPullSentence,
  findingSentence,
  frozenSentence,
  fullSentence,
  obstacleSentence,
} from "./registry-wording.ts";

/** What help says where others read along: the same for everybody, and so without a registry of anybody's. */
export const HELP = [
  "I open a locked container registry for one address, for a while, once an approver says yes, and I close it again.",
  "",
  "allow 203.0.113.7 for 4h on REGISTRY because TICKET-12",
  "extend REGISTRY by 2h",
  "move REGISTRY to 203.0.113.9",
  "give back REGISTRY",
  "cancel",
  "status",
  "help",
].join("\n");

/** Why what was typed is not an address, a duration or a time of day, and what would be. */
export function malformedSentence(problem: Problem): string {
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
    case "duration-range":
      return `${said} is two lengths of time. Write the one that you need, like 4h.`;
    case "not-a-time":
      return `I don't understand ${said} as a time of day. Write it like 17:00 or 5pm.`;
    case "time-of-which-half":
      return `${said} could be in the morning or in the evening. Write it like 05:00, 17:00 or 5pm.`;
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
    case "anonymous-pull":
      return `${anonymousPullSentence(refusal.registryName)} Nothing was asked.`;
    case "store-busy":
      return "I could not write that down just now, so nothing was asked. Please try again.";
    default:
      return assertNever(refusal);
  }
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
    case "reason-not-as-wanted":
      return `The policy wants another reason: ${refusal.hint}.`;
    default:
      return limitSentence(refusal);
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
    case "anonymous-pull":
      return anonymousPullSentence("The registry");
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
      return reason.by === "others"
        ? "Somebody else removed the rule from the registry."
        : "The store was restored from an older copy, and this lease had ended since. Ask again if you need it.";
    case "registry-gone":
      return "The registry was created anew, so its old rules are gone.";
    case "full":
      return "The registry had no room for one more rule.";
    case "replaced":
      return `${reason.with} took its place.`;
    case "given-back":
      return "It was given back.";
    case "revoked":
      return isOperator(reason.by) ? "An operator ended it." : "An approver ended it.";
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
    case "longer-than-approved":
      return "It was to last longer than its approvers said.";
    case "not-automatic":
      return "The worker's policy does not let it in without approvers.";
    case "anonymous-pull":
      return anonymousPullSentence("the registry");
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
