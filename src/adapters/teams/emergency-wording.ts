import type { EmergencyRefusal } from "../../application/requests/emergency.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { anonymousPullSentence, frozenSentence, fullSentence } from "./registry-wording.ts";
import { policySentence } from "./wording.ts";

/** Why nothing was opened at once. */
export function emergencyRefusalSentence(outcome: EmergencyRefusal): string {
  switch (outcome.kind) {
    case "unknown-registry":
      return `I don't know a registry called ${outcome.name}. Nothing was opened.`;
    case "policy":
      if (outcome.refusal.kind === "no-link-allowed") {
        return `The policy takes no addresses by link for ${outcome.registryName}, and in an emergency no others count. Nothing was opened.`;
      }
      return `${policySentence(outcome.refusal)} Nothing was opened.`;
    case "anonymous-pull":
      return `${anonymousPullSentence(outcome.registryName)} Nothing was opened.`;
    case "frozen":
      return `${frozenSentence(outcome.freeze, outcome.registryName)} That holds in an emergency too.`;
    case "full":
      return `${fullSentence(outcome.slots, outcome.registryName)} Nothing was opened.`;
    case "store-busy":
      return "I could not write that down just now, so nothing was opened. Please try again.";
    default:
      return assertNever(outcome);
  }
}
