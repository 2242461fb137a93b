import assert from "node:assert/strict";
import { it } from "node:test";
import { cardText } from "../emulators/teams/card-text.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import type { PolicyChoices } from "../world/policy-text.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const INBOX = "19:approvals@thread.tacv2";

type Cast = { readonly world: World; readonly robin: TeamsClient; readonly alex: TeamsClient };

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `whom a request reaches, on ${name}`, () => {
    const inWorld = async (
      policy: Omit<PolicyChoices, "registries">,
      play: (cast: Cast) => Promise<void>,
    ): Promise<void> => {
      const world = await startWorld({ store: await choose(), policy });
      try {
        const [robin, alex] = [world.client("robin"), world.client("alex")];
        await world.start();
        await robin.install();
        await play({ world, robin, alex });
      } finally {
        await world.stop();
      }
    };
    const shownInInbox = (world: World, ...parts: readonly string[]): Promise<ConnectorMessage> =>
      eventually(`a card in the channel with ${parts.join(", ")}`, () =>
        world.connector
          .channelMessages(INBOX)
          .find(({ card }) => card !== undefined && includesAll(cardText(card), parts)),
      );

    it("is their channel, in one card that any of them clicks and that ends up decided", () =>
      inWorld({ inbox: INBOX }, async ({ world, robin, alex }) => {
        world.connector.directory.addChannel(INBOX);
        await robin.say("allow 203.0.113.7 for 2s on acrdemomagic");
        await robin.waitForCard(
          shownCard("Waiting for an approver", "Sent to the approvers' channel."),
        );
        const card = await shownInInbox(world, "Open a registry?", "203.0.113.7");
        const answer = await world.client("casey").click(card, "approve");
        assert.match(JSON.stringify(answer.body), /You are not an approver/);
        await alex.click(card, "approve");
        await robin.waitForCard(shownCard("Open", "203.0.113.7"));
        await shownInInbox(world, "Approved", "By Alex Approver");
        await robin.waitForCard(shownCard("Closed"), { timeoutMs: 15_000 });
        await shownInInbox(world, "Approved", "Rule seen gone");
        assert.equal(world.connector.channelMessages(INBOX).length, 1, "one message, updated");
        assert.equal(alex.messages().length, 0, "and none to each");
      }));

    it("is each of them when their channel can't be written to", () =>
      inWorld({ inbox: INBOX }, async ({ world, robin, alex }) => {
        await alex.install();
        await robin.say("allow 203.0.113.7 for 1h on acrdemomagic");
        await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
        await robin.waitForCard(shownCard("Waiting for an approver", "Sent to 1 of 2 approvers."));
        assert.equal(world.connector.channelMessages(INBOX).length, 0);
      }));

    it("is an approver who has the app and never wrote; of another the operator hears", () =>
      inWorld({}, async ({ world, robin, alex }) => {
        world.connector.directory.install(PEOPLE.alex);
        await robin.say("allow 203.0.113.7 for 1h on acrdemomagic");
        const card = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
        await robin.waitForCard(shownCard("Waiting for an approver", "Sent to 1 of 2 approvers."));
        const port = world.settings["OPERATIONS_PORT"] ?? "";
        const signal = AbortSignal.timeout(5_000);
        const metrics = await fetch(`http://127.0.0.1:${port}/metrics`, { signal });
        assert.match(
          await metrics.text(),
          /drawbridge_teams_calls_failed_total\{why="not-installed"\} 1\n/,
        );

        await robin.say("allow 203.0.113.8 for 1h on acrdemomagic");
        await alex.waitForCard(shownCard("Open a registry?", "203.0.113.8"));
        await robin.waitForCard(
          shownCard("Waiting for an approver", "203.0.113.8", "Sent to 1 of 2 approvers."),
        );
        const refused = world.connector
          .journal()
          .filter(({ conversationId, status }) => conversationId === undefined && status === 403);
        assert.equal(refused.length, 1, "Teams is not asked again for the next request");

        const sam = world.client("sam");
        await sam.install();
        await sam.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
        await robin.waitForCard(shownCard("Waiting for an approver", "Sent to 2 of 2 approvers."));
        assert.equal((await alex.click(card, "approve")).httpStatus, 200);
        await robin.waitForCard(shownCard("Open", "203.0.113.7"));
      }));

    it("is reminded once of all that waits", () =>
      inWorld({ remind: "3s" }, async ({ robin, alex }) => {
        await alex.install();
        for (const last of ["7", "8", "9"]) {
          await robin.say(`allow 203.0.113.${last} for 1h on acrdemomagic`);
        }
        await alex.click(
          await alex.waitForCard(shownCard("Open a registry?", "203.0.113.9")),
          "deny",
          { inputs: { why: "not today" } },
        );
        const reminder = await alex.waitForCard(
          shownCard("Still waiting for a decision", "203.0.113.7", "203.0.113.8"),
          { timeoutMs: 10_000 },
        );
        assert.ok(!cardText(reminder.card).some((line) => line.includes("203.0.113.9")));
        // The other request's own reminder has become due as well when its card was asked again.
        await robin.say("allow 203.0.113.10 for 1h on acrdemomagic");
        await alex.waitForCard(
          ([title, ...lines], { id }) =>
            title === "Still waiting for a decision" &&
            id !== reminder.id &&
            lines.some((line) => line.includes("203.0.113.10")),
          { timeoutMs: 10_000 },
        );
        const reminders = alex
          .messages()
          .filter(({ card }) => cardText(card)[0] === "Still waiting for a decision");
        assert.equal(reminders.length, 2);
      }));

    it("is whom it escalates to, who may decide from then on, and the worker opens it", () =>
      inWorld({ escalate: { after: "2s", to: [PEOPLE.casey] } }, async ({ world, robin, alex }) => {
        const casey = world.client("casey");
        await alex.install();
        await casey.install();
        await robin.say("allow 203.0.113.7 for 1h on acrdemomagic");
        const early = await alex.waitForCard(shownCard("Open a registry?", "203.0.113.7"));
        const answer = await casey.click(early, "approve");
        assert.match(JSON.stringify(answer.body), /You are not an approver/);
        const card = await casey.waitForCard(shownCard("Open a registry?", "203.0.113.7"), {
          timeoutMs: 10_000,
        });
        await casey.click(card, "approve");
        await robin.waitForCard(shownCard("Open", "203.0.113.7"));
        await alex.waitForCard(shownCard("Approved", "By Casey Colleague"));
      }));
  });
}

function includesAll(lines: readonly string[], parts: readonly string[]): boolean {
  return parts.every((part) => lines.some((line) => line.includes(part)));
}
