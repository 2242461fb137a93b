import { revokeAll } from "../../application/revoke-all.ts";
import { assertNever } from "../../domain/assert-never.ts";
import { registryNameOf } from "../../domain/ids.ts";
import type { ActionOf } from "./card-action.ts";
import { revokeAllCard } from "./cards/revoke-all-card.ts";
import { told, type ClickDeps, type Clicker } from "./click.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";
import { count } from "./phrases.ts";

/** Ends what the card named. When there is more by now, the card comes again and asks once more. */
export async function revokeAllReply(
  deps: ClickDeps,
  { by, words }: Clicker,
  { registry, version, why }: ActionOf<"revoke-all">,
  signal: AbortSignal,
): Promise<InvokeAnswer> {
  const outcome = await revokeAll(deps, { registry, by, shown: version, why }, signal);
  switch (outcome.kind) {
    case "ended": {
      const { ended, failed } = outcome;
      const where = registryNameOf(registry);
      const rest =
        failed === 0
          ? "Each card says when the rule was seen gone."
          : `${count(failed, "lease")} could not be ended just now: click again.`;
      return told(
        `${count(ended, "lease")} on ${where} ${ended === 1 ? "is" : "are"} closing. ${rest}`,
      );
    }
    case "out-of-date":
      return { kind: "card", card: revokeAllCard(registry, outcome.leases, words) };
    case "not-an-approver":
      return told("You are not an approver for this registry, so nothing was changed.");
    default:
      return assertNever(outcome);
  }
}
