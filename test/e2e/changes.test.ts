import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const FOREIGN = "192.0.2.10";
const [OLD, NEW] = ["203.0.113.60", "203.0.113.61"];

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `what people do with a lease, on ${name}`, () => {
    let world: World;
    let robin: TeamsClient;
    let alex: TeamsClient;
    let sam: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      await world.start();
      [robin, alex, sam] = [world.client("robin"), world.client("alex"), world.client("sam")];
      for (const client of [robin, alex, sam]) await client.install();
    });
    after(async () => {
      await world.stop();
    });

    const rules = (): readonly string[] =>
      world.azure.history().findLast(({ registry }) => registry.endsWith("acrdemomagic"))?.rules ??
      [];
    const patches = (): number =>
      world.azure
        .journal()
        .filter(({ method, path }) => method === "PATCH" && !path.includes("/tags/")).length;
    const approve = async (...shown: Parameters<typeof shownCard>): Promise<void> => {
      await alex.click(await alex.waitForCard(shownCard(...shown)), "approve");
    };
    /** The bot's answer in words to what is said. */
    async function answer(who: TeamsClient, text: string): Promise<string> {
      const known = new Set(who.messages().map(({ id }) => id));
      await who.say(text);
      const { conversationId } = who.person;
      const isNew = ({ id, card }: { id: string; card?: unknown }): boolean =>
        !known.has(id) && card === undefined;
      return (await world.connector.waitForMessage(conversationId, isNew)).text;
    }

    it("gives it more time: the same cards show the new end, and the rule stays", async () => {
      await robin.say(`allow ${OLD} for 20m on acrdemomagic because TICKET-12`);
      await approve("Open a registry?", OLD);
      const open = await robin.waitForCard(shownCard("Open", OLD));
      const [sent, shown] = [patches(), robin.messages().length];
      const until = (card: unknown): string | undefined =>
        /Open until.*?(\{\{DATE[^"]*)"/.exec(JSON.stringify(card))?.[1];
      assert.ok(until(open.card) !== undefined);

      await robin.say("extend acrdemomagic by 1h");
      await sam.waitForCard(shownCard("More time?", OLD, "1 h", "TICKET-12"));
      await approve("More time?", OLD, "Would end");
      await robin.waitForCard(shownCard("Approved", OLD, "Ends now"));
      const moved = await robin.waitForCard(
        (lines, message) =>
          shownCard("Open", OLD)(lines) && until(message.card) !== until(open.card),
      );
      assert.equal(moved.id, open.id, "the same message, with the new end");
      await sam.waitForCard(shownCard("Approved", OLD, "The new end is"));
      assert.equal(robin.messages().length, shown + 1, "told once, by the card of the request");
      assert.deepEqual([rules(), patches()], [[FOREIGN, OLD], sent]);
    });

    it("moves it to another address, in one PATCH", async () => {
      const sent = patches();
      await robin.say(`my IP changed to ${NEW}`);
      await approve("Another address?", NEW, `Instead of ${OLD}`);
      await robin.waitForCard(shownCard("Open", NEW, "Rule seen"));
      await robin.waitForCard(shownCard("Closed", OLD, `${NEW} took its place.`));
      await alex.waitForCard(shownCard("Approved", NEW, "Open until"));
      assert.deepEqual([rules(), patches() - sent], [[FOREIGN, NEW], 1]);
    });

    it("gives it back, and everybody's cards say so", async () => {
      assert.match(await answer(robin, "done, thanks"), /acrdemomagic for .* is closing/);
      await robin.waitForCard(shownCard("Closed", NEW, "It was given back."));
      await alex.waitForCard(shownCard("Approved", NEW, "It was given back."));
      assert.deepEqual(rules(), [FOREIGN]);
      assert.match(await answer(robin, "give back"), /You have nothing open/);
    });

    it("takes a request back, and nobody can approve it any more", async () => {
      await robin.say(`allow ${OLD} for 20m on acrdemomagic`);
      const card = await alex.waitForCard(shownCard("Open a registry?", OLD));
      assert.match(await answer(robin, "cancel"), /was taken back/);
      assert.match(JSON.stringify((await alex.click(card, "approve")).body), /Taken back/);
      await robin.waitForCard(shownCard("Taken back", OLD));
      assert.deepEqual(rules(), [FOREIGN]);
    });

    it("is frozen, revoked and adopted by an approver", async () => {
      await robin.say(`allow ${NEW} for 20m on acrdemomagic`);
      await approve("Open a registry?", NEW);
      await robin.waitForCard(shownCard("Open", NEW, "Rule seen"));
      const shown = await alex.waitForCard(shownCard("Approved", NEW, "Open until"));
      assert.match(await answer(robin, "freeze acrdemomagic"), /You are not an approver/);
      assert.match(await answer(alex, "freeze acrdemomagic"), /acrdemomagic is frozen/);
      const frozen = /was frozen by Alex Approver on \d{4}-\d\d-\d\d at \d\d:\d\d UTC/;
      assert.match(await answer(robin, `allow ${OLD} on acrdemomagic`), frozen);

      const id = /"Id".*?"text":"([0-9A-Z]{4})"/.exec(JSON.stringify(shown.card))?.[1] ?? "";
      assert.match(await answer(sam, `revoke ${id} laptop was stolen`), /is closing/);
      await robin.waitForCard(shownCard("Closed", NEW, "Sam Security", "laptop was stolen"));
      assert.deepEqual(rules(), [FOREIGN]);

      assert.match(await answer(alex, `adopt ${OLD} on acrdemomagic for 2s`), /no rule of exactly/);
      await alex.say(`adopt ${FOREIGN} on acrdemomagic for 2s`);
      await alex.waitForCard(shownCard("Open", FOREIGN));
      await alex.waitForCard(shownCard("Closed", FOREIGN), { timeoutMs: 15_000 });
      assert.deepEqual(rules(), []);
      assert.match(await answer(alex, "unfreeze acrdemomagic"), /not frozen any more/);
    });
  });
}
