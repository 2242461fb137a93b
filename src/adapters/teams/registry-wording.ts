import type { AdoptionObstacle } from "../../domain/adoption.ts";
import { assertNever } from "../../domain/assert-never.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Freeze } from "../../domain/freeze.ts";
import type { Slots } from "../../domain/slots.ts";
import { findingMend } from "./finding-mend.ts";
import { count, quote } from "./phrases.ts";

/** What is odd about a registry, and what to do about it. */
export function findingSentence(finding: Finding, name: string): string {
  const mend = findingMend(finding, name) ?? "";
  switch (finding.kind) {
    case "not-premium":
      return `${name} has the ${finding.sku} SKU, and only Premium registries have a firewall to open. An operator can change that: ${mend}.`;
    case "public-access-disabled":
      return `Public access to ${name} is switched off, so no rule can let anybody in. Use its private endpoint, or ask an operator: ${mend}.`;
    case "default-action-allow":
      return `${name} lets in every address anyway. An operator can lock it: ${mend}.`;
    case "anonymous-pull-on":
      return `Anonymous pull is on for ${name}: whoever the firewall lets in needs no sign-in. To end that: ${mend}.`;
    case "admin-user-on":
      return `The admin user of ${name} is on, a shared password. To end that: ${mend}.`;
    case "slots-full":
      return `${name} has ${String(finding.used)} of ${String(finding.limit)} rules; no more fit until one goes: ${mend}.`;
    case "vnet-rules-present":
      return `${name} has ${count(finding.count, "virtual network rule")}. Azure hides them from the version that I write with and may ask for rights on those networks.`;
    case "registry-recreated":
      return `${name} was deleted and created anew: its old rules are gone, and so are the leases on it. Whoever needs it has to ask again.`;
    case "leases-unreadable":
      return `${count(finding.count, "lease")} of ${name} can't be read by my version, so what they opened ends by the ledger alone, if there is one. An operator has to start the newer version again.`;
    case "registry-not-found":
      return `Azure does not know ${name}: it was deleted, moved or renamed. Its id in the policy has to change.`;
    case "registry-locked":
      return `A lock on ${name} forbids every change, removals too. An operator has to remove it: ${mend}.`;
    case "denied-by-policy":
      return `Azure Policy denies the change of ${name}. The activity log names the assignment; it has to let these rules pass.`;
    case "not-allowed":
      return `Azure does not let me change ${name} (${finding.code}). My identity needs registries/read and registries/write on it.`;
    case "ledger-not-written":
      return `Nothing is opened on ${name} until it can be written on its tags (${finding.code}). My identity needs Microsoft.Resources/tags/write on it, and ${name} room for some more tags.`;
    case "ledger-not-ours":
      return `Tags of ${name} look like mine and are not (${finding.tags.join(", ")}): changed by somebody, or written with another LEDGER_KEY. They are not believed.`;
    case "rules-recovered":
      return `The store was lost or restored: ${count(finding.count, "rule")} on ${name} ${finding.count === 1 ? "is" : "are"} known from its tags alone and go${finding.count === 1 ? "es" : ""} at the end written there.`;
    case "rules-removed":
      return `Somebody else removed ${count(finding.count, "rule")} of mine from ${name} before the end. The policy wants that reported only, so nothing is put back: whoever needs it asks again.`;
    case "clocks-differ":
      return `The store's clock is ${String(Math.abs(finding.byMs) / 60_000)} min ${finding.byMs > 0 ? "behind" : "ahead of"} Azure's. Nothing is opened until they agree; ends are judged by the later one.`;
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

/** That everybody could pull, and what to do about it. */
export function anonymousPullSentence(name: string): string {
  return `${name} lets everybody pull without signing in, so the firewall is its only lock and the policy opens nothing. To end that: az acr update -n ${name} --anonymous-pull-enabled false.`;
}

/** That no rule fits, counting those that are approved and not there yet. */
export function fullSentence({ used, limit }: Slots, name: string): string {
  const known = limit === undefined ? "" : ` of ${String(limit)}`;
  return `${name} has ${String(used)}${known} rules, with what is approved no more fit. One has to go first.`;
}
