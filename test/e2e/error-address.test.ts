import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { cardText } from "../emulators/teams/card-text.ts";
import { executeAction } from "../emulators/teams/card-actions.ts";
import { isObject } from "../emulators/teams/json.ts";
import type { ConnectorMessage } from "../emulators/teams/shown-messages.ts";
import type { BotAnswer, Shown, TeamsClient } from "../emulators/teams/teams-client.ts";
import { describeUnless } from "../needs-redis.ts";
import { linkOn } from "../world/link-on-card.ts";
import { visitLink } from "../world/link-visitor.ts";
import { shownCard } from "../world/shown-card.ts";
import { STORES } from "../world/stores.ts";
import { startWorld, type World } from "../world/world.ts";

const REFUSED = "172.214.169.102";
const ERROR = `Error response from daemon: Get "https://acrdemomagic.azurecr.io/v2/": denied: client with IP '${REFUSED}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.`;
const DIFFERS = `The pasted error names another address: ${REFUSED}.`;

for (const { name, missing, choose } of STORES) {
  describeUnless(missing, `the address that a pasted error names, on ${name}`, () => {
    let world: World;
    let robin: TeamsClient;
    let alex: TeamsClient;

    before(async () => {
      world = await startWorld({ store: await choose() });
      await world.start({ CLIENT_ADDRESS: "container-apps" });
      [robin, alex] = [world.client("robin"), world.client("alex")];
      for (const client of [robin, alex]) await client.install();
    });
    after(async () => {
      await world.stop();
    });

    /** The form that answers the error. */
    async function pasted(): Promise<ConnectorMessage> {
      const known = new Set(robin.messages().map(({ id }) => id));
      await robin.say(ERROR);
      const isForm = shownCard("Ask for access", `The error names ${REFUSED}.`);
      return robin.waitForCard((lines, { id }) => !known.has(id) && isForm(lines));
    }
    const asks = (form: Shown, address: string, duration = "40m"): Promise<BotAnswer> =>
      robin.click(form, "ask", { inputs: { registry: "acrdemomagic", address, duration } });

    it("is known to who confirms and who decides, when the link saw another one", async () => {
      await asks(await pasted(), "my IP");
      const link = linkOn(await robin.waitForCard(shownCard("Show me your address")));
      assert.equal((await visitLink(link, "POST", "203.0.113.95")).status, 200);
      const seen = await robin.waitForCard(
        shownCard("Was that you?", `error message named ${REFUSED}`, "203.0.113.95"),
      );
      assert.ok(
        alex.messages().length === 1,
        "after a welcome: it is said before anybody is asked",
      );
      await robin.click(seen, "send-for-approval");
      await alex.waitForCard(shownCard("Open a registry?", "203.0.113.95", DIFFERS));
    });

    it("is kept while the form comes back, and told when another one was typed", async () => {
      const form = await pasted();
      const { body } = await asks(form, "203.0.113.96", "soon");
      assert.ok(isObject(body) && isObject(body["value"]));
      const again = { ...form, card: body["value"] };
      assert.ok(cardText(again.card).join("\n").includes(`The error names ${REFUSED}.`));
      await asks(again, "203.0.113.96");
      await alex.waitForCard(shownCard("Open a registry?", "203.0.113.96", DIFFERS));
    });

    it("is nothing to speak of when it is what was asked for", async () => {
      await asks(await pasted(), REFUSED);
      const card = await alex.waitForCard(shownCard("Open a registry?", `${REFUSED}, typed`));
      assert.ok(!cardText(card.card).join("\n").includes("pasted error"));
    });

    it("is an address or nothing", async () => {
      const { data } = executeAction((await pasted()).card, "ask");
      assert.ok(isObject(data) && data["error"] === REFUSED);
      const waiting = alex.messages().length;
      for (const error of ["**ask Sam**", "0.0.0.0/0", "10.0.0.0/8", 7]) {
        const inputs = { registry: "acrdemomagic", address: "203.0.113.97", duration: "40m" };
        const answer = await robin.invoke("ask", { ...data, ...inputs, error });
        assert.match(JSON.stringify(answer.body), /not one that I understand/);
      }
      assert.equal(alex.messages().length, waiting);
    });
  });
}
