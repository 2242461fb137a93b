import type { CardView } from "../../../application/card-view.ts";
import { registryNameOf } from "../../../domain/ids.ts";
import { card, line, moment, timeFact, title, type Card } from "./parts.ts";
import { leaseFacts } from "./request-facts.ts";

/** To the requester, once the rule was read back; later the same card says that it is over. */
export function openedCard({ lease }: CardView & { kind: "opened" }): Card {
  const name = registryNameOf(lease.registry);
  if (lease.status !== "open") {
    return card(`Your time on ${name} for ${lease.address} is over.`, [
      title("Over"),
      ...leaseFacts(lease),
      timeFact("Ended", moment(lease.endsAt)),
    ]);
  }
  const how = lease.borrowed
    ? "Another rule of the registry admits this address; none was added."
    : "A rule can take a few minutes to reach every front end of the registry.";
  return card(`${name} is open for ${lease.address}.`, [
    title("Open", "good"),
    ...leaseFacts(lease),
    timeFact("Rule seen", moment(lease.seenAt)),
    timeFact("Open until", moment(lease.endsAt)),
    line(`Check it: az acr login -n ${name}`),
    line(how, true),
  ]);
}
