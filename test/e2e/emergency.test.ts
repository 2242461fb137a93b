import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import type { Store } from "../../src/application/store.ts";
import { executeAction } from "../emulators/teams/card-actions.ts";
import { cardText } from "../emulators/teams/card-text.ts";
import { PEOPLE } from "../emulators/teams/people.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import type { TeamsClient } from "../emulators/teams/teams-client.ts";
import { eventually } from "../eventually.ts";
import { describeUnless } from "../needs-redis.ts";
import { askForLink, visitLink } from "../world/link-visitor.ts";
import { linkOn } from "../world/link-on-card.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const soon = AbortSignal.timeout(120_000);
const TO_REVIEW = "An emergency, to be reviewed";

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `an emergency, on ${name}`, () => {
    let world: World;
    let store: Store;
    let robin: TeamsClient;
    let alex: TeamsClient;
    let sam: TeamsClient;
    let casey: TeamsClient;
    let dana: TeamsClient;

    before(async () => {
      const emergency = { who: [PEOPLE.robin, PEOPLE.alex], tell: [PEOPLE.dana] };
      world = await startWorld({ store: await choose(), policy: { emergency } });
      await world.start({ CLIENT_ADDRESS: "container-apps" });
      store = await world.store.open();
      [robin, alex, sam] = [world.client("robin"), world.client("alex"), world.client("sam")];
      [casey, dana] = [world.client("casey"), world.client("dana")];
      for (const client of [robin, alex, sam, casey, dana]) await client.install();
    });
    after(async () => {
      await store.close();
      await world.stop();
    });

    const events = async (): Promise<readonly string[]> =>
      (await store.audit(1, 1_000, soon)).value.map(({ event }) => event.kind);
    const rules = (): readonly string[] =>
      world.azure.history().findLast(({ registry }) => registry.endsWith("acrdemomagic"))?.rules ??
      [];
    /** Asks, uses the link from there, and answers with the card that asks whether that was them. */
    async function seen(who: TeamsClient, words: string, from: string): Promise<ConnectorMessage> {
      const link = linkOn(await askForLink(who, words));
      assert.equal((await visitLink(link, "POST", from)).status, 200);
      return who.waitForCard(shownCard("Was that you?", from));
    }
    async function answer(who: TeamsClient, text: string): Promise<string> {
      const known = new Set(who.messages().map(({ id }) => id));
      await who.say(text);
      const { conversationId } = who.person;
      const isNew = ({ id }: { readonly id: string }): boolean => !known.has(id);
      return (await world.connector.waitForMessage(conversationId, isNew)).text;
    }
    const dataOf = ({ card }: { readonly card?: unknown }, verb: string): unknown =>
      executeAction(card, verb).data;
    const verbsOn = ({ card }: { readonly card?: unknown }): readonly string[] =>
      [...JSON.stringify(card).matchAll(/"verb":"([\w-]+)"/g)].map(([, verb = ""]) => verb);
    const said = (body: unknown): string => JSON.stringify(body);

    it("opens the address that was seen at once, tells everybody, and is reviewed afterwards", async () => {
      const asked = await askForLink(robin, "emergency acrdemomagic 1h prod is down");
      assert.match(cardText(asked.card).join("\n"), /At once, in an emergency/);
      assert.deepEqual(verbsOn(asked), [], "no address is typed in an emergency");
      const page = await (await visitLink(linkOn(asked), "GET", "203.0.113.70")).text();
      assert.ok(!page.includes("an approver"), "the page speaks of no approver");
      await visitLink(linkOn(asked), "POST", "203.0.113.70");
      const confirm = await robin.waitForCard(shownCard("Was that you?", "203.0.113.70"));
      assert.deepEqual(verbsOn(confirm), ["open-now", "not-me"]);
      const others = [alex, sam, casey, dana];
      assert.deepEqual(
        others.map((who) => who.messages().length),
        [1, 1, 1, 1],
        "nobody has heard of it, but a welcome",
      );
      const forged = await alex.invoke("open-now", dataOf(confirm, "open-now"));
      assert.match(said(forged.body), /somebody else's request/);
      assert.deepEqual(rules().includes("203.0.113.70"), false);

      await robin.click(confirm, "open-now");
      await robin.waitForCard(shownCard("Open", "203.0.113.70", "Rule seen"));
      assert.ok(rules().includes("203.0.113.70"));
      const what =
        "Robin Requester opened 203.0.113.70 on acrdemomagic in an emergency, without an approver.";
      const [forAlex, forSam, forDana] = await Promise.all(
        [alex, sam, dana].map((who) =>
          who.waitForCard(shownCard(TO_REVIEW, what, "prod is down", "Open until")),
        ),
      );
      assert.ok(forAlex && forSam && forDana);
      assert.deepEqual(verbsOn(forAlex), ["reviewed", "revoke"]);
      assert.deepEqual(verbsOn(forDana), [], "who is told and is no approver has nothing to click");
      assert.equal(casey.messages().length, 1);
      const again = await robin.invoke("open-now", dataOf(confirm, "open-now"));
      assert.match(said(again.body), /You have said that before/);

      const review = dataOf(forAlex, "reviewed");
      assert.match(said((await robin.invoke("reviewed", review)).body), /opened this yourself/);
      assert.match(said((await dana.invoke("reviewed", review)).body), /not an approver/);
      assert.ok(!(await events()).includes("request.reviewed"));
      const reviewed = await alex.click(forAlex, "reviewed");
      assert.match(said(reviewed.body), /Reviewed by.*Alex Approver/);
      for (const who of [sam, dana]) {
        await who.waitForCard(shownCard("An emergency, reviewed", "Alex Approver"));
      }
      assert.match(said((await sam.invoke("reviewed", review)).body), /Alex Approver/);
      const present = sam.messages().find(({ id }) => id === forSam.id);
      assert.ok(present !== undefined);
      await sam.click(present, "revoke");
      await robin.waitForCard(shownCard("Closed", "203.0.113.70"));
      assert.equal(rules().includes("203.0.113.70"), false);
      const kinds = (await events()).filter((kind) => kind.startsWith("request."));
      assert.deepEqual(kinds, [
        "request.proving",
        "request.address-seen",
        "request.asked",
        "request.automatic",
        "request.reviewed",
      ]);
    });

    it("of an approver is reviewed by another one", async () => {
      const confirm = await seen(alex, "emergency acrdemomagic 1h prod is down", "203.0.113.71");
      await alex.click(confirm, "open-now");
      await alex.waitForCard(shownCard("Open", "203.0.113.71", "Rule seen"));
      const card = await sam.waitForCard(shownCard(TO_REVIEW, "203.0.113.71", "Open until"));
      assert.match(
        said((await alex.invoke("reviewed", dataOf(card, "reviewed"))).body),
        /opened this yourself/,
      );
      assert.match(said((await sam.click(card, "reviewed")).body), /Sam Security/);
      const isOfMine = shownCard(TO_REVIEW, "203.0.113.71");
      assert.ok(!alex.messages().some(({ card: own }) => isOfMine(cardText(own))));
      await alex.say("done");
      await alex.waitForCard(shownCard("Closed", "203.0.113.71"));
      assert.match(said((await sam.click(card, "reviewed")).body), /An emergency, reviewed/);
    });

    it("is nobody else's, nor longer than the policy says, nor without a reason, nor on a frozen registry", async () => {
      const of = (who: TeamsClient, words: string): Promise<string> => answer(who, words);
      assert.match(await of(casey, "emergency acrdemomagic 1h fire"), /not name you for emergen/);
      assert.match(await of(robin, "emergency acrdemomagic 2h fire"), /2 h is too long.*1 h/);
      assert.match(await of(robin, "emergency acrdemomagic 1h"), /wants a reason/);
      assert.match(await of(robin, "emergency acrnowhere 1h fire"), /acrnowhere/);
      const confirm = await seen(robin, "emergency acrdemomagic 1h fire", "203.0.113.72");
      await answer(sam, "freeze acrdemomagic");
      assert.match(await of(robin, "emergency acrdemomagic 1h fire"), /holds in an emergency too/);
      const refused = await robin.click(confirm, "open-now");
      assert.match(said(refused.body), /holds in an emergency too/);
      assert.equal(rules().includes("203.0.113.72"), false);
      await answer(sam, "unfreeze acrdemomagic");
      await robin.click(confirm, "not-me");
      await eventually("it comes to nothing", () =>
        cardText(robin.messages().find(({ id }) => id === confirm.id)?.card)[0] ===
        "Nothing was asked"
          ? true
          : undefined,
      );
    });
  });
}
