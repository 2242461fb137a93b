import { PEOPLE } from "../emulators/teams/people.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import { cardInvoke } from "../emulators/teams/teams-activity.ts";
import { executeAction } from "../emulators/teams/card-actions.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import { shownCard } from "../world/shown-card.ts";
import type { Attack, AttackWorld, Attempt } from "./attack.ts";

const ADDRESSES = ["203.0.113.71", "203.0.113.72", "203.0.113.73", "203.0.113.74"] as const;

/** Robin's request for the address, as the approver sees it. */
async function asked(world: AttackWorld, address: string): Promise<ConnectorMessage> {
  await world.client("robin").say(`allow ${address} for 1h on acrdemomagic`);
  return world.client("alex").waitForCard(shownCard("Open a registry?", address));
}

/** The click as Teams sent it, to be sent again. */
function denial({ card }: ConnectorMessage): Readonly<Record<string, unknown>> {
  const { data } = executeAction(card, "deny");
  // A card's data is an object.
  const sent = { ...(data as object), why: "not now" };
  return { text: undefined, textFormat: undefined, ...cardInvoke("deny", sent) };
}

/** The headline of the card that a click was answered with. */
function headline(body: unknown): string {
  const { value } = body as { readonly value: ConnectorMessage["card"] };
  return cardText(value)[0] ?? "";
}

/** Alex denies the request; from then on the same click comes again, by whoever sends it. */
async function denied(
  world: AttackWorld,
  address: string,
): Promise<Readonly<Record<string, unknown>>> {
  const click = denial(await asked(world, address));
  await world.client("alex").post(click);
  await world.client("robin").waitForCard(shownCard("Denied", address));
  return click;
}

/** What was sent once already, or too late. */
export const REPLAY_ATTACKS: readonly Attack[] = [
  {
    door: "replay",
    attack: "the same message again",
    expected: "200",
    leaves: "answer",
    prepare: async (world): Promise<Attempt> => {
      const robin = world.client("robin");
      const text = `allow ${ADDRESSES[0]} for 1h on acrdemomagic`;
      await robin.say(text, { activityId: "1700000000001" });
      await world.client("alex").waitForCard(shownCard("Open a registry?", ADDRESSES[0]));
      return async () => {
        const { httpStatus } = await robin.say(text, { activityId: "1700000000001" });
        return String(httpStatus);
      };
    },
  },
  {
    door: "replay",
    attack: "the same click again",
    expected: "200: Denied",
    leaves: "answer",
    prepare: async (world): Promise<Attempt> => {
      const click = await denied(world, ADDRESSES[1]);
      return async () => {
        const { httpStatus, body } = await world.client("alex").post(click);
        return `${String(httpStatus)}: ${headline(body)}`;
      };
    },
  },
  {
    door: "replay",
    attack: "an approval that is older than the denial of another approver",
    expected: "200: Denied",
    leaves: "answer",
    prepare: async (world): Promise<Attempt> => {
      const card = await asked(world, ADDRESSES[2]);
      const sam = world.client("sam");
      await world.client("alex").post(denial(card));
      await world.client("robin").waitForCard(shownCard("Denied", ADDRESSES[2]));
      return async () => {
        const { httpStatus, body } = await sam.click(
          { ...card, conversationId: PEOPLE.sam.conversationId },
          "approve",
        );
        return `${String(httpStatus)}: ${headline(body)}`;
      };
    },
  },
  {
    door: "replay",
    attack: "the approver's click, sent again in the requester's name",
    expected: "200",
    leaves: "answer",
    prepare: async (world): Promise<Attempt> => {
      const card = await asked(world, ADDRESSES[3]);
      const { data } = executeAction(card.card, "approve");
      return async () => {
        const { httpStatus } = await world.client("robin").invoke("approve", data);
        return String(httpStatus);
      };
    },
  },
];
