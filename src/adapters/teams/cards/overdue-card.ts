import type { CardView } from "../../../application/card-view.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { endOf } from "../../../domain/lease.ts";
import { card, fact, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";

/** To the approvers: what should be closed and was not seen gone, and how to close it by hand. */
export function overdueCard({ lease, lastFailure }: CardView & { kind: "overdue" }): Card {
  const name = registryNameOf(lease.registry);
  const facts = [fact("Who", lease.requester.name), ...leaseFacts(lease)];
  const end = timeFact("Was to end", moment(endOf(lease)));
  if (lease.status === "ended") {
    return card(`${name}: ${lease.address} is dealt with now.`, [
      title("Closed after all", "good"),
      ...facts,
      end,
      timeFact("Ended", moment(lease.endedAt)),
    ]);
  }
  const why = lastFailure ?? "No worker has reported a failure: perhaps none is running.";
  if (lease.status === "open" && lease.borrowed) {
    return card(`Nobody has looked at ${name} since the lease of ${lease.address} ended.`, [
      title("Past its end, and nobody has looked", "attention"),
      ...facts,
      end,
      fact("Last error", why),
      line("A rule that is not mine lets the address pass. There is nothing of mine to close."),
    ]);
  }
  const byHand = `az acr network-rule remove -n ${name} --ip-address ${lease.address}`;
  return card(`${name} may still be open for ${lease.address}, past its end. By hand: ${byHand}`, [
    title("Past its end, and not seen closed", "attention"),
    ...facts,
    end,
    fact("Last error", why),
    line(
      "I go on trying. An operator can look, and close it by hand if nobody else needs the rule:",
    ),
    line(byHand),
  ]);
}
